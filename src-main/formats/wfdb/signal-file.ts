import { open, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FormatError } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';
import type { WfdbHeader, WfdbSignal } from './header.ts';
import { bytesOfSamples, samplesInBytes, signalFormats, type SignalFormat } from './signal-formats.ts';

/** The signals that share one signal file, in the order of their samples in each frame. */
export interface SignalFile {
  readonly path: string;
  /** Indices into the header's signals. */
  readonly signals: readonly number[];
  readonly format: SignalFormat;
  /** Samples of each of the signals in one frame, and what a format of differences starts from. */
  readonly samplesPerFrame: readonly number[];
  readonly initialValues: readonly number[];
  readonly byteOffset: number;
  /** Samples of all signals of this file in one frame. */
  readonly frameSamples: number;
  readonly sizeBytes: number;
  readonly lengthFrames: number;
}

/** Reads stretches of frames: all samples of the frames [fromFrame, fromFrame + frames) as stored, invalid codes too. */
export interface FrameReader {
  read(fromFrame: number, frames: number): Promise<Int32Array>;
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
    const stored = samplesInBytes(format, Math.max(0, sizeBytes - byteOffset));
    const lengthFrames = header.lengthFrames ?? Math.floor(stored / frameSamples);
    const initialValues = of.map(({ initialValue, adcZero }) => initialValue ?? adcZero);
    const layout = { signals, format, samplesPerFrame, initialValues, byteOffset, frameSamples };
    const file: SignalFile = { path, ...layout, sizeBytes, lengthFrames };
    refuseShort(file, stored, headerFile);
    refuseUnvouchedSurplus(file, stored, of, headerFile);
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

function formatOf(signals: readonly WfdbSignal[], name: string, headerFile: string): SignalFormat {
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
    refuse(
      `${name} is in signal format ${number}, which this program does not read; ` +
        `it reads ${[...signalFormats.keys()].join(', ')}; convert it with WFDB's xform`,
    );
  if (format.isDifference && signals.some(({ skewFrames }) => skewFrames > 0))
    refuse(`${name} is in signal format ${number} and skewed, which this program does not read together`);
  return format;
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
  const bytes = file.byteOffset + bytesOfSamples(file.format, promised);
  throw new FormatError({
    file: basename(file.path),
    where: `sample ${grouped(Math.floor(storedSamples / file.frameSamples))}, byte ${grouped(file.sizeBytes)}`,
    rule:
      file.lengthFrames > 0
        ? `the file ends here and ${headerFile} promises ${grouped(file.lengthFrames)} samples in ${grouped(bytes)} bytes; ` +
          'copy it again from its source'
        : 'the file holds not one sample of each signal; copy it again from its source',
    kind: 'truncated',
  });
}

/** Padding at the end is common, so a longer file is believed where a checksum will vouch for the promised samples. */
function refuseUnvouchedSurplus(
  file: SignalFile,
  storedSamples: number,
  signals: readonly WfdbSignal[],
  headerFile: string,
): void {
  const surplusFrames = Math.floor(storedSamples / file.frameSamples) - file.lengthFrames;
  if (surplusFrames <= 0 || signals.every(({ checksum }) => checksum !== undefined)) return;
  throw new FormatError({
    file: headerFile,
    where: '',
    rule:
      `it promises ${grouped(file.lengthFrames)} samples and gives no checksum, but ${basename(file.path)} holds ` +
      `${grouped(surplusFrames)} more; correct the number of samples in the record line`,
    kind: 'bad-header',
  });
}

/**
 * Opens a signal file for reading in stretches; each stretch costs memory for its own frames alone.
 * Those of a format of differences must be read in order.
 */
export async function openFrames(file: SignalFile): Promise<FrameReader> {
  const { format, frameSamples, byteOffset } = file;
  const running = [...file.initialValues];
  const handle = await open(file.path);
  const readGroups = async (group: number, groups: number): Promise<Uint8Array> => {
    const bytes = new Uint8Array(groups * format.bytesPerGroup); // zero beyond the end, where the last group is short
    const from = byteOffset + group * format.bytesPerGroup;
    const wanted = Math.min(bytes.length, file.sizeBytes - from);
    for (let done = 0; done < wanted;) {
      const { bytesRead } = await handle.read(bytes, done, wanted - done, from + done);
      if (bytesRead === 0) throw shrunk(file, from + done);
      done += bytesRead;
    }
    return bytes;
  };
  return {
    read: async (fromFrame, frames) => {
      const from = fromFrame * frameSamples;
      const to = from + frames * frameSamples;
      const group = Math.floor(from / format.samplesPerGroup);
      const bytes = await readGroups(group, Math.ceil(to / format.samplesPerGroup) - group);
      const skipped = from - group * format.samplesPerGroup;
      const samples = new Int32Array(skipped + to - from);
      format.decode(bytes, samples);
      if (format.isDifference) addUp(samples, file.samplesPerFrame, running);
      return samples.subarray(skipped);
    },
    close: () => handle.close(),
  };
}

/** Turns differences into samples, going on from the last value of each signal. */
function addUp(samples: Int32Array, samplesPerFrame: readonly number[], running: number[]): void {
  for (let at = 0; at < samples.length;)
    for (const [signal, count] of samplesPerFrame.entries())
      for (let i = 0; i < count; i++, at++) samples[at] = running[signal] = (running[signal] + samples[at]) | 0;
}

const shrunk = (file: SignalFile, atByte: number): FormatError =>
  new FormatError({
    file: basename(file.path),
    where: `byte ${grouped(atByte)}`,
    rule: `the file became shorter than its ${grouped(file.sizeBytes)} bytes while it was read; import it again`,
    kind: 'truncated',
  });
