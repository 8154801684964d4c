import { FormatError } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';
import type { Lead } from '../../domain/record.ts';
import { inMillivolts } from '../millivolts.ts';
import type { WfdbHeader, WfdbSignal } from './header.ts';
import type { SignalBlock } from '../signal-block.ts';
import { readBlocks } from './signal-blocks.ts';
import { noFile, signalFilesOf, type SignalFile } from './signal-file.ts';

/** Where a header lies. */
export interface HeaderPlace {
  readonly folder: string;
  readonly headerFile: string;
}

/** What header and blocks of a record are made of, whether it has one segment or several. */
export interface OpenedSignals {
  readonly samplingHz: number;
  readonly lengthSamples: number;
  readonly leads: readonly Lead[];
  readonly sourceFiles: readonly string[];
  blocks(abort?: AbortSignal): AsyncGenerator<SignalBlock, void, undefined>;
}

const maxSignals = 4096;
const maxSamplingHz = 1e7;
/** Samples of all leads in one frame, which is held in memory at once. */
const maxFrameSamples = 1 << 22;

/**
 * Opens the signals of a header of one segment.
 * @param rate  samples per frame to give all leads; the most that one of them has, unless told.
 * @throws {FormatError} where signal files are missing, too short or of an unknown format, or the header is absurd.
 */
export async function openSignals(
  header: WfdbHeader,
  { folder, headerFile }: HeaderPlace,
  rate = samplesPerFrame(header),
) {
  refuseAbsurd(header, rate, headerFile);
  const files = await signalFilesOf(folder, header, headerFile);
  const { lengthFrames } = files[0];
  refuseSkewBeyondEnd(header, lengthFrames, headerFile);
  refuseTooLong(lengthFrames * rate, headerFile);
  return {
    samplingHz: header.framesPerSecond * rate,
    lengthFrames,
    lengthSamples: lengthFrames * rate,
    leads: header.signals.map(leadOf),
    sourceFiles: files.map(({ path }: SignalFile) => path),
    blocks: (abort?: AbortSignal): AsyncGenerator<SignalBlock, void, undefined> =>
      readBlocks({ header, files, headerFile, rate }, abort),
  };
}

/** The most samples per frame that a signal of the header has. */
export const samplesPerFrame = (header: WfdbHeader): number =>
  header.signals.reduce((most, signal) => Math.max(most, signal.samplesPerFrame), 1);

export const leadOf = (signal: WfdbSignal, index: number): Lead =>
  inMillivolts({
    name: signal.description || `lead ${index + 1}`,
    unit: signal.unit,
    gain: signal.gain,
    baseline: signal.baseline,
    isCalibrated: signal.isCalibrated,
  });

function refuseAbsurd(header: WfdbHeader, rate: number, file: string): void {
  const refuse = (rule: string): never => {
    throw new FormatError({ file, where: '', rule, kind: 'bad-header' });
  };
  const { signals } = header;
  if (signals.length === 0) refuse('the record has no signals');
  if (signals.every((signal) => signal.file === noFile))
    refuse('none of its signals has a file: it describes the segments of another record; import that one');
  if (signals.length > maxSignals)
    refuse(`it has ${grouped(signals.length)} signals, and a record has at most ${grouped(maxSignals)}`);
  if (rate * signals.length > maxFrameSamples)
    refuse(`a frame of ${grouped(rate)} samples a signal is larger than any recorder writes`);
  const samplingHz = rate * header.framesPerSecond;
  if (samplingHz > maxSamplingHz)
    refuse(`its rate of ${samplingHz} samples per second is above any recorder's; correct the record line`);
}

/** Samples are counted in 32 bits: 69 days at 360 Hz. */
export function refuseTooLong(lengthSamples: number, file: string): void {
  if (lengthSamples < 2 ** 31) return;
  throw new FormatError({
    file,
    where: '',
    rule: `the record has ${grouped(lengthSamples)} samples and the most is ${grouped(2 ** 31 - 1)}; cut it into several`,
    kind: 'bad-header',
  });
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
