import { readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { FormatError } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';
import type { Lead, RecordHeader } from '../../domain/record.ts';
import { parseHeader, type WfdbHeader, type WfdbSignal } from './header.ts';
import { signalFilesOf } from './signal-file.ts';
import { readBlocks, type SignalBlock } from './signal-blocks.ts';

/** A record whose header was read and whose files were found to be there and long enough. */
export interface WfdbRecord {
  readonly header: RecordHeader;
  /** The header as the file has it: base time and date, checksums, storage. */
  readonly wfdb: WfdbHeader;
  /** Absolute paths of header and signal files, to copy or hash. */
  readonly sourceFiles: readonly string[];
  /**
   * The samples, from the first to the last, in blocks of bounded size; may be asked for again.
   * @throws {FormatError} after the last block where checksum or initial value of the header disagree:
   *         what was read must then be thrown away.
   */
  blocks(abort?: AbortSignal): AsyncGenerator<SignalBlock, void, undefined>;
}

/** No header is longer; a larger file is something else. */
const maxHeaderBytes = 4 << 20;
const maxSignals = 4096;
const maxSamplingHz = 1e7;
/** Samples of all leads in one frame, which is held in memory at once. */
const maxFrameSamples = 1 << 22;

/**
 * Opens a record.
 * @param path  the record's path without `.hea` (with it does as well).
 * @throws {FormatError} where header or signal files are missing, malformed, too short, or of an unknown format.
 */
export async function openWfdbRecord(path: string): Promise<WfdbRecord> {
  const stem = path.replace(/\.hea$/, '');
  const headerPath = `${stem}.hea`;
  const headerFile = basename(headerPath);
  const wfdb = await readHeader(headerPath);
  const folder = dirname(headerPath);
  refuseUnreadable(wfdb, headerFile);
  const files = await signalFilesOf(folder, wfdb, headerFile);
  const { lengthFrames } = files[0];
  refuseSkewBeyondEnd(wfdb, lengthFrames, headerFile);
  const samplesPerFrame = Math.max(...wfdb.signals.map((signal) => signal.samplesPerFrame));
  return {
    header: {
      name: basename(stem),
      samplingHz: wfdb.framesPerSecond * samplesPerFrame,
      lengthSamples: lengthFrames * samplesPerFrame,
      leads: wfdb.signals.map(leadOf),
      notes: wfdb.notes,
    },
    wfdb,
    sourceFiles: [headerPath, ...files.map((file) => file.path)],
    blocks: (abort) => readBlocks(wfdb, files, headerFile, abort),
  };
}

/** Reads and parses a header file. */
export async function readHeader(headerPath: string): Promise<WfdbHeader> {
  const file = basename(headerPath);
  const found = await stat(headerPath).catch(() => undefined);
  if (!found?.isFile())
    throw new FormatError({
      file,
      where: '',
      rule: 'there is no such header; give the path of a record',
      kind: 'missing-file',
    });
  if (found.size > maxHeaderBytes)
    throw new FormatError({
      file,
      where: '',
      rule: `the header has ${grouped(found.size)} bytes, and no header is larger than ${grouped(maxHeaderBytes)}`,
      kind: 'bad-header',
    });
  return parseHeader(await readFile(headerPath), file);
}

function refuseUnreadable(header: WfdbHeader, file: string): void {
  const refuse = (rule: string, kind: 'bad-header' | 'unsupported-format'): never => {
    throw new FormatError({ file, where: '', rule, kind });
  };
  if (header.segments.length > 0)
    refuse(
      'this is a record in several segments, which this program does not read; open its segments',
      'unsupported-format',
    );
  if (header.signals.every(({ file: name }) => name === '~')) refuse('the record has no signals', 'bad-header');
  if (header.signals.length > maxSignals)
    refuse(
      `it has ${grouped(header.signals.length)} signals, and a record has at most ${grouped(maxSignals)}`,
      'bad-header',
    );
  const longest = Math.max(...header.signals.map(({ samplesPerFrame }) => samplesPerFrame));
  if (longest * header.signals.length > maxFrameSamples)
    refuse(`a frame of ${grouped(longest)} samples a signal is larger than any recorder writes`, 'bad-header');
  const samplingHz = longest * header.framesPerSecond;
  if (samplingHz > maxSamplingHz)
    refuse(
      `its rate of ${samplingHz} samples per second is above any recorder's; correct the record line`,
      'bad-header',
    );
}

function refuseSkewBeyondEnd(header: WfdbHeader, lengthFrames: number, file: string): void {
  const late = header.signals.find(({ skewFrames }) => skewFrames >= lengthFrames);
  if (late === undefined) return;
  throw new FormatError({
    file,
    where: '',
    rule: `lead ${late.description} is skewed by ${late.skewFrames} of the ${lengthFrames} samples; nothing of it would be left`,
    kind: 'bad-header',
  });
}

const leadOf = (signal: WfdbSignal, index: number): Lead => ({
  name: signal.description || `lead ${index + 1}`,
  unit: signal.unit,
  gain: signal.gain,
  baseline: signal.baseline,
  isCalibrated: signal.isCalibrated,
});
