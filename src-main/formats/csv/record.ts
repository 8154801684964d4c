import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { CsvChoices, CsvGiven } from '../../domain/csv-table.ts';
import { FormatError } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';
import { gapSample, type Lead, type RecordHeader } from '../../domain/record.ts';
import { inMillivolts } from '../millivolts.ts';
import type { SignalBlock } from '../signal-block.ts';
import { LineScanner, refuseLine, type CsvReading } from './line-scanner.ts';
import { chosen, describeCsv, type CsvLayout } from './table.ts';

/** A CSV file of samples that was read through once. */
export interface CsvRecord {
  readonly header: RecordHeader;
  readonly choices: CsvChoices;
  readonly sourceFiles: readonly string[];
  /** The samples in blocks of bounded size; missing ones and pauses of the time column are gaps. */
  blocks(abort?: AbortSignal): AsyncGenerator<SignalBlock, void, undefined>;
}

const headBytes = 1 << 16;
const chunkBytes = 1 << 20;
/** A longer line is no line of samples. */
const maxLineBytes = 1 << 16;
const blockSamples = 1 << 16;
/** Digital values that a lead may take: they are kept in 32 bits, and a float of a file has 24. */
const maxDigital = 2 ** 23;
const maxExactDigital = 2 ** 31 - 1;

/**
 * Opens a CSV file of samples (grammar in `table.ts`), reading it through once to learn its length and its decimals.
 * @param given  what the reader says of it.
 * @throws {FormatError} where it is no such file, or does not say its rate and none is given.
 */
export async function openCsvRecord(path: string, given: CsvGiven = {}, abort?: AbortSignal): Promise<CsvRecord> {
  const file = basename(path);
  const layout = await layoutOf(path, file);
  const choices = chosen(layout, given, file);
  const found = await survey(path, layout, choices, abort);
  if (found.lengthSamples >= 2 ** 31)
    throw new FormatError({
      ...{ file, where: '', kind: 'bad-header' },
      rule: `it has ${grouped(found.lengthSamples)} samples and the most is ${grouped(2 ** 31 - 1)}`,
    });
  const scale = 10 ** found.decimals;
  return {
    header: {
      name: file.replace(/\.[^.]+$/, ''),
      samplingHz: choices.samplingHz,
      lengthSamples: found.lengthSamples,
      leads: choices.leads.map(({ name }) => leadOf(name, choices, scale)),
      notes: [],
    },
    choices,
    sourceFiles: [path],
    blocks: (signal) =>
      readBlocks(
        path,
        layout,
        { ...choices, lengthSamples: found.lengthSamples, scale, hasPauses: found.hasPauses },
        signal,
      ),
  };
}

/** What the first bytes of a CSV file say. */
export async function layoutOf(path: string, file: string): Promise<CsvLayout> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new FormatError({ file, where: '', rule: 'there is no such file', kind: 'missing-file' });
  const handle = await open(path);
  try {
    const bytes = Buffer.alloc(Math.min(headBytes, found.size));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    return describeCsv(bytes.toString('utf8', 0, bytesRead), file, found.size <= headBytes);
  } finally {
    await handle.close();
  }
}

const leadOf = (name: string, { unit, stepsPerMv }: CsvChoices, scale: number): Lead =>
  unit === 'steps'
    ? { name, unit: 'mV', gain: (stepsPerMv ?? 200) * scale, baseline: 0, isCalibrated: stepsPerMv !== undefined }
    : inMillivolts({ name, unit, gain: scale, baseline: 0, isCalibrated: true });

/** What has to be known before the first sample can be given. */
async function survey(
  path: string,
  layout: CsvLayout,
  choices: CsvChoices & { samplingHz: number },
  abort?: AbortSignal,
) {
  const file = basename(path);
  let lengthSamples = 0;
  let decimals = 0;
  let largest = 0;
  // A clock without fractions repeats itself: then its steps say nothing of pauses.
  const hasPauses = await timeIsFine(path, layout, choices, abort);
  for await (const lines of readLines(path, layout, { ...choices, hasPauses }, abort)) {
    lengthSamples = lines.atSample[lines.count - 1] + 1;
    decimals = lines.decimals;
    largest = lines.leads.reduce((most, lead) => largestOf(lead, lines.count, most), largest);
  }
  if (lengthSamples === 0)
    throw new FormatError({ file, where: '', rule: 'the file holds not one sample', kind: 'bad-header' });
  return { lengthSamples, hasPauses, decimals: decimalsKept(decimals, largest, file) };
}

function largestOf(values: Float64Array, count: number, most: number): number {
  for (let i = 0; i < count; i++) if (Math.abs(values[i]) > most) most = Math.abs(values[i]);
  return most;
}

async function timeIsFine(
  path: string,
  layout: CsvLayout,
  choices: CsvChoices & { samplingHz: number },
  abort?: AbortSignal,
) {
  if (choices.time === undefined) return false;
  let [before, lines] = [NaN, 0];
  for await (const { times, count } of readLines(path, layout, { ...choices, leads: [], hasPauses: false }, abort)) {
    for (let i = 0; i < count; i++) {
      if (times[i] === before) return false;
      before = times[i];
    }
    lines += count;
    if (lines > 5000) break;
  }
  return true;
}

/** As many as 32 bits hold; where a file writes every digit of a float, as many as a float has. */
function decimalsKept(decimals: number, largest: number, file: string): number {
  if (largest > maxExactDigital)
    throw new FormatError({
      ...{ file, where: '', kind: 'bad-header' },
      rule: `a sample is ${largest}, and samples of more than ${grouped(maxExactDigital)} are no signal; choose the columns of the leads`,
    });
  const limit = decimals >= 6 ? maxDigital : maxExactDigital;
  const most = largest === 0 ? decimals : Math.floor(Math.log10(limit / largest));
  return Math.max(0, Math.min(decimals, most));
}

const byteOrderMark = Buffer.of(0xef, 0xbb, 0xbf);
const lineFeed = Buffer.of(10);

/** The lines of samples in batches, all of them in one scanner, which the next batch overwrites. */
async function* readLines(
  path: string,
  layout: CsvLayout,
  reading: CsvReading,
  abort?: AbortSignal,
): AsyncGenerator<LineScanner, void, undefined> {
  const file = basename(path);
  let scanner: LineScanner | undefined;
  let rest = Buffer.alloc(0);
  for await (const piece of createReadStream(path, { highWaterMark: chunkBytes, signal: abort })) {
    const bytes = Buffer.concat([rest, piece as Buffer]);
    let at = 0;
    if (scanner === undefined) {
      at = bytes.subarray(0, byteOrderMark.length).equals(byteOrderMark) ? byteOrderMark.length : 0;
      scanner = new LineScanner(file, layout, reading, at);
    }
    for (const until = bytes.lastIndexOf(lineFeed) + 1; at < until;) {
      at = scanner.scan(bytes, at, until);
      if (scanner.count > 0) yield scanner;
    }
    rest = bytes.subarray(at);
    if (rest.length > maxLineBytes)
      refuseLine(file, scanner.next.line, scanner.next.atByte, 'it is too long for a line of samples');
  }
  if (scanner === undefined || rest.length === 0) return;
  scanner.scan(Buffer.concat([rest, lineFeed]), 0, rest.length + 1);
  if (scanner.count > 0) yield scanner;
}

async function* readBlocks(
  path: string,
  layout: CsvLayout,
  reading: CsvReading & { readonly lengthSamples: number; readonly scale: number },
  abort?: AbortSignal,
): AsyncGenerator<SignalBlock, void, undefined> {
  const { lengthSamples, scale, leads } = reading;
  const file = basename(path);
  let fromSample = 0;
  const newBlock = () =>
    leads.map(() => new Int32Array(Math.min(blockSamples, lengthSamples - fromSample)).fill(gapSample));
  let block = newBlock();
  for await (const lines of readLines(path, layout, reading, abort))
    for (let row = 0; row < lines.count;) {
      const atSample = lines.atSample[row];
      if (atSample >= lengthSamples)
        refuseLine(
          file,
          lines.lines[row],
          lines.atBytes[row],
          `the file had ${grouped(lengthSamples)} samples before and has become longer; import it again`,
        );
      while (atSample >= fromSample + blockSamples) {
        yield { fromSample, leads: block };
        fromSample += blockSamples;
        block = newBlock();
      }
      const from = row;
      while (row < lines.count && lines.atSample[row] < fromSample + block[0].length) row++;
      for (const [l, samples] of block.entries()) {
        const beyond = place(lines, l, from, row, samples, fromSample, scale);
        if (beyond >= 0)
          refuseLine(
            file,
            lines.lines[beyond],
            lines.atBytes[beyond],
            `its ${lines.leads[l][beyond]} is larger than any number the file had before; import it again`,
          );
      }
    }
  yield { fromSample, leads: block };
}

/** The values of some lines as samples of one lead; gives the line whose value 32 bits do not hold, or -1. */
function place(
  { atSample, leads }: LineScanner,
  lead: number,
  from: number,
  until: number,
  samples: Int32Array,
  fromSample: number,
  scale: number,
): number {
  const values = leads[lead];
  for (let row = from; row < until; row++) {
    if (Number.isNaN(values[row])) continue;
    const digital = Math.round(values[row] * scale);
    if (Math.abs(digital) > maxExactDigital) return row;
    samples[atSample[row] - fromSample] = digital;
  }
  return -1;
}
