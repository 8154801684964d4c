import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FormatError } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';
import { readFlacFacts } from '../flac/flac-file.ts';
import type { WfdbHeader, WfdbSignal } from './header.ts';
import {
  bytesOfSamples,
  flacFormats,
  samplesInBytes,
  signalFormats,
  type FlacFormat,
  type SignalFormat,
} from './signal-formats.ts';

/** The signals that share one signal file, in the order of their samples in each frame. */
export interface SignalFile {
  readonly path: string;
  /** Indices into the header's signals. */
  readonly signals: readonly number[];
  readonly format: SignalFormat | FlacFormat;
  /** Samples of each of the signals in one frame, and what a format of differences starts from. */
  readonly samplesPerFrame: readonly number[];
  readonly initialValues: readonly number[];
  readonly byteOffset: number;
  /** Samples of all signals of this file in one frame. */
  readonly frameSamples: number;
  readonly sizeBytes: number;
  readonly lengthFrames: number;
  /** Frames that the file holds more than `lengthFrames`; 0 where that is not known. */
  readonly surplusFrames: number;
}

/** Reads stretches of frames. */
export interface FrameReader {
  /** All samples of the frames [fromFrame, fromFrame + frames) as stored, invalid codes too. */
  read(fromFrame: number, frames: number): Promise<Int32Array>;
  /** Verifies what the file can verify by itself, once all frames were read. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** Name of the signal file that stands for no file at all: all its samples are gaps. */
export const noFile = '~';

/**
 * The signal files of a header, each checked to be there, of a known format and as long as the header promises.
 * @param folder  where header and signal files lie.
 * @param header  a header with signals; a length that it leaves out is taken from the files.
 * @throws {FormatError} `missing-file`, `truncated`, `unsupported-format` or `bad-header`.
 */
export async function signalFilesOf(folder: string, header: WfdbHeader, headerFile: string): Promise<SignalFile[]> {
  const files: SignalFile[] = [];
  for (const [name, signals] of signalsByFile(header, headerFile)) {
    const of = signals.map((signal) => header.signals[signal]);
    const format = formatOf(of, name, headerFile);
    const path = join(folder, name);
    const sizeBytes = await sizeOf(path, headerFile);
    const samplesPerFrame = of.map((signal) => signal.samplesPerFrame);
    const frameSamples = samplesPerFrame.reduce((sum, count) => sum + count);
    const { byteOffset } = of[0];
    const stored =
      'isFlac' in format
        ? await samplesInFlac(path, of, header.lengthFrames, headerFile)
        : samplesInBytes(format, Math.max(0, sizeBytes - byteOffset));
    const lengthFrames = header.lengthFrames ?? Math.floor(stored / frameSamples);
    const surplusFrames = Math.max(0, Math.floor(stored / frameSamples) - lengthFrames);
    const initialValues = of.map(({ initialValue, adcZero }) => initialValue ?? adcZero);
    const layout = { signals, format, samplesPerFrame, initialValues, byteOffset, frameSamples };
    const file: SignalFile = { path, ...layout, sizeBytes, lengthFrames, surplusFrames };
    refuseShort(file, stored, headerFile);
    refuseUnvouchedSurplus(file, of, headerFile);
    files.push(file);
  }
  const shortest = Math.min(...files.map(({ lengthFrames }) => lengthFrames));
  return files.map((file) => ({ ...file, lengthFrames: shortest }));
}

function signalsByFile(header: WfdbHeader, headerFile: string): Map<string, number[]> {
  const byFile = new Map<string, number[]>();
  header.signals.forEach(({ file }, signal) => {
    if (file === noFile) return;
    const signals = byFile.get(file);
    if (signals !== undefined && header.signals[signal - 1].file !== file)
      throw new FormatError({
        file: headerFile,
        where: '',
        rule: `the signals of ${file} do not follow one another; the order of their samples cannot be known`,
        kind: 'bad-header',
      });
    if (signals === undefined) byFile.set(file, [signal]);
    else signals.push(signal);
  });
  return byFile;
}

function formatOf(signals: readonly WfdbSignal[], name: string, headerFile: string): SignalFormat | FlacFormat {
  const [{ format: number, byteOffset }] = signals;
  const other = signals.find((signal) => signal.format !== number || signal.byteOffset !== byteOffset);
  if (other !== undefined)
    throw new FormatError({
      file: headerFile,
      where: '',
      rule: `${name} is said to be in format ${number}+${byteOffset} and in ${other.format}+${other.byteOffset}; a file has one format`,
      kind: 'bad-header',
    });
  const refuse = (rule: string): never => {
    throw new FormatError({ file: headerFile, where: '', rule, kind: 'unsupported-format' });
  };
  const format =
    signalFormats.get(number) ??
    flacFormats.get(number) ??
    refuse(
      `${name} is in signal format ${number}, which this program does not read; ` +
        `it reads ${[...signalFormats.keys(), ...flacFormats.keys()].join(', ')}; convert it with WFDB's xform`,
    );
  if ('isFlac' in format && signals.some(({ samplesPerFrame }) => samplesPerFrame !== signals[0].samplesPerFrame))
    refuse(`${name} is a FLAC file and its signals have unlike numbers of samples per frame, which FLAC cannot hold`);
  return format;
}

/** All samples of a FLAC file, whose channels are the signals. */
async function samplesInFlac(
  path: string,
  signals: readonly WfdbSignal[],
  headerFrames: number | undefined,
  headerFile: string,
): Promise<number> {
  const [{ format, samplesPerFrame, byteOffset }] = signals;
  const { channels, bits, lengthSamples } = await readFlacFacts(path, byteOffset);
  const refuse = (rule: string): never => {
    throw new FormatError({ file: basename(path), where: '', rule, kind: 'bad-header' });
  };
  if (channels !== signals.length || bits !== flacFormats.get(format)!.bits)
    refuse(
      `the file has ${channels} channels of ${bits} bits, and ${headerFile} says ${signals.length} signals of format ${format}`,
    );
  if (lengthSamples !== undefined) return lengthSamples * channels;
  return headerFrames === undefined
    ? refuse(`neither the file nor ${headerFile} says how many samples there are; add their number to the record line`)
    : headerFrames * samplesPerFrame * channels;
}

async function sizeOf(path: string, headerFile: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile())
    throw new FormatError({
      file: basename(path),
      where: '',
      rule: `this signal file, which ${headerFile} names, is not there; put it beside the header`,
      kind: 'missing-file',
    });
  return found.size;
}

function refuseShort(file: SignalFile, storedSamples: number, headerFile: string): void {
  const promised = file.lengthFrames * file.frameSamples;
  if (storedSamples >= promised && file.lengthFrames > 0) return;
  const inBytes =
    'isFlac' in file.format ? '' : ` in ${grouped(file.byteOffset + bytesOfSamples(file.format, promised))} bytes`;
  throw new FormatError({
    file: basename(file.path),
    where: `sample ${grouped(Math.floor(storedSamples / file.frameSamples))}, byte ${grouped(file.sizeBytes)}`,
    rule:
      file.lengthFrames > 0
        ? `the file ends here and ${headerFile} promises ${grouped(file.lengthFrames)} samples${inBytes}; ` +
          'copy it again from its source'
        : 'the file holds not one sample of each signal; copy it again from its source',
    kind: 'truncated',
  });
}

/** Padding at the end is common, so a longer file is believed where a checksum will vouch for the promised samples. */
function refuseUnvouchedSurplus(file: SignalFile, signals: readonly WfdbSignal[], headerFile: string): void {
  if (file.surplusFrames === 0 || signals.every(({ checksum }) => checksum !== undefined)) return;
  throw new FormatError({
    file: headerFile,
    where: '',
    rule:
      `it promises ${grouped(file.lengthFrames)} samples and gives no checksum, but ${basename(file.path)} holds ` +
      `${grouped(file.surplusFrames)} more; correct the number of samples in the record line`,
    kind: 'bad-header',
  });
}
