import { writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { grouped } from '../../domain/grouped.ts';
import { gapSample, type Lead, type RecordHeader } from '../../domain/record.ts';
import { formatHeader, type WfdbHeader } from './header.ts';
import type { SignalBlock } from '../signal-block.ts';
import { refuseExisting, writeAside } from '../write-aside.ts';
import { FlacWriter } from '../flac/flac-writing.ts';
import { flacFormats, signalFormats, type FlacFormat, type SignalFormat } from './signal-formats.ts';

/** What may be said of a record beside its header. */
export interface WrittenRecordOptions {
  /** Time and date of the first sample, as a WFDB header has them; left out unless given. */
  readonly baseTime?: string;
  readonly baseDate?: string;
  /** Whether files of that name may be replaced; otherwise they are refused. */
  readonly replace?: boolean;
}

/**
 * Writes `NAME.dat` and `NAME.hea` into a folder, the samples block by block, with checksums and initial values.
 * Both are written aside and renamed when whole.
 * @param signals  blocks in order without holes, `lengthSamples` in all, one array a lead.
 * @param format   a storage format, such as 16 or 212, or 508, 516 or 524 for FLAC; gaps become its invalid value.
 * @returns        the paths written.
 * @throws {RangeError} for a sample that the format cannot hold, a name that WFDB cannot hold, or blocks that do not
 *                      make up the record.
 */
export async function writeWfdbRecord(
  folder: string,
  header: RecordHeader,
  signals: AsyncIterable<SignalBlock> | Iterable<SignalBlock>,
  format: number,
  options: WrittenRecordOptions = {},
): Promise<string[]> {
  const packed = signalFormats.get(format);
  const storage = packed?.encode === undefined ? flacFormats.get(format) : packed;
  if (storage === undefined) {
    const formats = [...signalFormats].filter(([, { encode }]) => encode).map(([number]) => number);
    throw new RangeError(
      `signal format ${format} cannot be written; the formats are ${[...formats, ...flacFormats.keys()].join(', ')}`,
    );
  }
  if (!/^[\w-]+$/.test(header.name))
    throw new RangeError(`\`${header.name}\` is no WFDB record name; letters, digits, _ and - were expected`);
  const paths = ['dat', 'hea'].map((suffix) => join(folder, `${header.name}.${suffix}`));
  if (!options.replace) await refuseExisting(...paths);
  const [dataPath, headerPath] = paths;
  const tallies = await writeAside(dataPath, (data) =>
    'isFlac' in storage ? writeFlac(data, header, signals, storage) : writeSamples(data, header, signals, storage),
  );
  await writeFile(headerPath, formatHeader(wfdbHeaderOf(header, format, tallies, options)));
  return paths;
}

interface Tally {
  sum: number;
  first: number;
}

async function writeFlac(
  data: FileHandle,
  header: RecordHeader,
  blocks: AsyncIterable<SignalBlock> | Iterable<SignalBlock>,
  format: FlacFormat,
): Promise<Tally[]> {
  const channels = header.leads.length;
  const tallies = header.leads.map((): Tally => ({ sum: 0, first: 0 }));
  const flac = new FlacWriter(data, { channels, bits: format.bits, rate: header.samplingHz });
  let written = 0;
  for await (const block of blocks) {
    refuseHole(block, written, channels);
    const stored = block.leads.map((lead, l) => {
      const samples = new Int32Array(lead.length);
      interleave(lead, samples, 0, 1, format, header.leads[l], written);
      tally(samples, 0, 1, tallies[l], written === 0);
      return samples;
    });
    await flac.write(stored);
    written += block.leads[0].length;
  }
  refuseOtherLength(written, header);
  await flac.finish();
  return tallies;
}

async function writeSamples(
  data: FileHandle,
  header: RecordHeader,
  blocks: AsyncIterable<SignalBlock> | Iterable<SignalBlock>,
  format: SignalFormat,
): Promise<Tally[]> {
  const leadCount = header.leads.length;
  const tallies = header.leads.map((): Tally => ({ sum: 0, first: 0 }));
  let written = 0;
  let rest = new Int32Array(0); // samples that do not fill a group yet
  for await (const block of blocks) {
    refuseHole(block, written, leadCount);
    const { leads } = block;
    const length = leads[0].length;
    const samples = new Int32Array(rest.length + length * leadCount);
    samples.set(rest);
    leads.forEach((lead, l) => interleave(lead, samples, rest.length + l, leadCount, format, header.leads[l], written));
    leads.forEach((_, l) => tally(samples, rest.length + l, leadCount, tallies[l], written === 0));
    written += length;
    const whole = samples.length - (samples.length % format.samplesPerGroup);
    await writeGroups(
      data,
      format,
      samples.subarray(0, whole),
      (whole / format.samplesPerGroup) * format.bytesPerGroup,
    );
    rest = samples.slice(whole);
  }
  if (rest.length > 0) await writeGroups(data, format, rest, format.partialBytes![rest.length - 1]);
  refuseOtherLength(written, header);
  return tallies;
}

function refuseHole({ fromSample, leads }: SignalBlock, written: number, leadCount: number): void {
  if (fromSample === written && leads.length === leadCount) return;
  throw new RangeError(`a block of ${leads.length} leads begins at ${fromSample}, not of ${leadCount} at ${written}`);
}

function refuseOtherLength(written: number, { lengthSamples }: RecordHeader): void {
  if (written === lengthSamples) return;
  throw new RangeError(`the blocks hold ${grouped(written)} samples and the header says ${grouped(lengthSamples)}`);
}

function interleave(
  lead: Int32Array,
  samples: Int32Array,
  offset: number,
  stride: number,
  { invalid, bits }: Pick<SignalFormat, 'invalid' | 'bits'>,
  { name }: Lead,
  fromSample: number,
): void {
  const highest = 2 ** (bits - 1) - 1;
  for (let i = 0, at = offset; i < lead.length; i++, at += stride) {
    const sample = lead[i];
    if (sample !== gapSample && (sample < -highest || sample > highest))
      throw new RangeError(
        `lead ${name} is ${sample} at sample ${grouped(fromSample + i)}, and the format holds ${-highest} to ${highest}`,
      );
    samples[at] = sample === gapSample ? invalid! : sample;
  }
}

function tally(samples: Int32Array, offset: number, stride: number, into: Tally, isFirst: boolean): void {
  if (isFirst && samples.length > offset) into.first = samples[offset];
  for (let at = offset; at < samples.length; at += stride) into.sum = (into.sum + samples[at]) | 0;
}

async function writeGroups(
  data: FileHandle,
  format: SignalFormat,
  samples: Int32Array,
  byteCount: number,
): Promise<void> {
  const bytes = new Uint8Array(Math.ceil(samples.length / format.samplesPerGroup) * format.bytesPerGroup);
  format.encode!(samples, bytes);
  await data.writeFile(bytes.subarray(0, byteCount));
}

function wfdbHeaderOf(
  header: RecordHeader,
  format: number,
  tallies: readonly Tally[],
  { baseTime = '', baseDate = '' }: WrittenRecordOptions,
): WfdbHeader {
  const oneWord = (unit: string) => unit.replace(/\s+/g, '_') || 'NU';
  return {
    name: header.name,
    framesPerSecond: header.samplingHz,
    counterHz: undefined,
    baseCounter: undefined,
    lengthFrames: header.lengthSamples,
    baseTime,
    baseDate,
    signalCount: header.leads.length,
    signals: header.leads.map((lead, l) => ({
      file: `${header.name}.dat`,
      format,
      samplesPerFrame: 1,
      skewFrames: 0,
      byteOffset: 0,
      gain: lead.gain,
      isCalibrated: lead.isCalibrated,
      baseline: Math.round(lead.baseline), // a header holds whole steps
      unit: oneWord(lead.unit),
      adcBits: (signalFormats.get(format) ?? flacFormats.get(format))!.bits,
      adcZero: 0,
      initialValue: tallies[l].first,
      checksum: (tallies[l].sum << 16) >> 16,
      blockSizeBytes: 0,
      description: lead.name,
    })),
    segments: [],
    notes: header.notes,
  };
}
