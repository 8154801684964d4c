import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { CsvChoices, CsvGiven } from '../../domain/csv-table.ts';
import { FormatError } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';
import { gapSample, type Lead, type RecordHeader } from '../../domain/record.ts';
import { inMillivolts } from '../millivolts.ts';
import { maxPause, type SignalBlock } from '../signal-block.ts';
import { chosen, describeCsv, isContent, isGapField, lastDigit, secondsOf, type CsvLayout } from './table.ts';

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
const maxLineCharacters = 1 << 16;
const blockSamples = 1 << 16;
/** Digital values that a lead may take: they are kept in 32 bits, and a float of a file has 24. */
const maxDigital = 2 ** 23;
const maxExactDigital = 2 ** 31 - 1;
const maxDecimals = 9;

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

/** One line: where it belongs in time, and the fields of its leads as they stand. */
interface Line {
  readonly atSample: number;
  readonly fields: readonly string[];
  readonly line: number;
  readonly atByte: number;
}

/** As Latin-1. */
const byteOrderMark = '\xef\xbb\xbf';

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
  for await (const lines of readLines(path, layout, { ...choices, hasPauses }, abort))
    for (const { atSample, fields, line, atByte } of lines) {
      lengthSamples = atSample + 1;
      for (const field of fields) {
        if (isGapField(field)) continue;
        const value = layout.numberOf(field);
        if (!Number.isFinite(value)) refuseField(file, line, atByte, field);
        decimals = Math.max(decimals, decimalsOf(field));
        largest = Math.max(largest, Math.abs(value));
      }
    }
  if (lengthSamples === 0)
    throw new FormatError({ file, where: '', rule: 'the file holds not one sample', kind: 'bad-header' });
  return { lengthSamples, hasPauses, decimals: decimalsKept(decimals, largest, file) };
}

async function timeIsFine(
  path: string,
  layout: CsvLayout,
  choices: CsvChoices & { samplingHz: number },
  abort?: AbortSignal,
) {
  const { time } = choices;
  if (time === undefined) return false;
  let before = NaN;
  let lines = 0;
  for await (const batch of readLines(path, layout, { ...choices, hasPauses: false }, abort, time.column)) {
    for (const { fields } of batch) {
      const now = secondsOf(fields[0], time.unit, layout.numberOf);
      if (now === before) return false;
      before = now;
    }
    lines += batch.length;
    if (lines > 5000) break;
  }
  return true;
}

/** Digits after the point that a number shows: `1.50e-3` has 5. */
function decimalsOf(field: string): number {
  const mantissa = field.search(/e/i);
  const end = mantissa < 0 ? field.length : mantissa;
  const point = Math.max(field.lastIndexOf('.', end), field.lastIndexOf(',', end));
  const shown = point < 0 ? 0 : end - point - 1;
  return Math.max(0, Math.min(maxDecimals, shown - (mantissa < 0 ? 0 : Number(field.slice(mantissa + 1)))));
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

interface Reading extends CsvChoices {
  readonly samplingHz: number;
  /** Whether a step of the time column longer than a sample is a pause. */
  readonly hasPauses: boolean;
}

/** The lines of samples in batches, each with its place in time. */
async function* readLines(
  path: string,
  layout: CsvLayout,
  { samplingHz, time, leads, hasPauses }: Reading,
  abort?: AbortSignal,
  onlyColumn?: number,
): AsyncGenerator<Line[], void, undefined> {
  const file = basename(path);
  const wanted = onlyColumn === undefined ? leads.map(({ column }) => column) : [onlyColumn];
  const columns = layout.columns.length;
  let [line, atByte, skipped, atSample] = [0, 0, 0, -1];
  const resolution = time === undefined ? 0 : lastDigit(layout.columns[time.column].examples, time.unit) * samplingHz;
  // A written time is off by half of its last digit at most; where that is whole samples, times are exact.
  const pauseFrom = 1.5 + (resolution < 1 ? resolution : 0);
  let before = NaN;
  const parse = (text: string): Line | undefined => {
    line++;
    const from = atByte;
    atByte += text.length + 1;
    const content = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (!isContent(content) || skipped++ < layout.headerLines) return undefined;
    const all = layout.fieldsOf(content);
    if (all.length !== columns)
      refuseLine(file, line, from, `it has ${all.length} fields and the first line of numbers has ${columns}`);
    let step = 1;
    if (time !== undefined) {
      const now = secondsOf(all[time.column], time.unit, layout.numberOf);
      if (Number.isNaN(now)) refuseLine(file, line, from, `its time is \`${shown(all[time.column])}\`, which is none`);
      if (now < before) refuseLine(file, line, from, `its time, ${all[time.column]}, is before that of the line above`);
      const samples = (now - before) * (time.unit === 'samples' ? 1 : samplingHz);
      if (hasPauses && samples > pauseFrom) step = Math.round(samples);
      if (step > maxPause.samples || step / samplingHz > maxPause.seconds)
        refuseLine(file, line, from, `its time, ${all[time.column]}, is more than a day after that of the line above`);
      before = now;
    }
    atSample += step;
    return { atSample, fields: wanted.map((column) => all[column]), line, atByte: from };
  };
  let rest = '';
  const withoutMark = (chunk: string): string => {
    if (atByte > 0 || rest !== '' || !chunk.startsWith(byteOrderMark)) return chunk;
    atByte = byteOrderMark.length;
    return chunk.slice(byteOrderMark.length);
  };
  // Numbers are ASCII; as Latin-1 each character is a byte.
  for await (const chunk of createReadStream(path, { encoding: 'latin1', highWaterMark: chunkBytes, signal: abort })) {
    const texts = (rest + withoutMark(chunk as string)).split('\n');
    rest = texts.pop()!;
    if (rest.length > maxLineCharacters)
      refuseLine(file, line + texts.length + 1, atByte, 'it is too long for a line of samples');
    yield texts.flatMap((text) => parse(text) ?? []);
  }
  if (rest !== '') yield [parse(rest) ?? []].flat();
}

async function* readBlocks(
  path: string,
  layout: CsvLayout,
  reading: Reading & { readonly lengthSamples: number; readonly scale: number },
  abort?: AbortSignal,
): AsyncGenerator<SignalBlock, void, undefined> {
  const { lengthSamples, scale, leads } = reading;
  const file = basename(path);
  let fromSample = 0;
  const newBlock = () =>
    leads.map(() => new Int32Array(Math.min(blockSamples, lengthSamples - fromSample)).fill(gapSample));
  let block = newBlock();
  for await (const lines of readLines(path, layout, reading, abort))
    for (const { atSample, fields, line, atByte } of lines) {
      if (atSample >= lengthSamples)
        refuseLine(
          file,
          line,
          atByte,
          `the file had ${grouped(lengthSamples)} samples before and has become longer; import it again`,
        );
      while (atSample >= fromSample + blockSamples) {
        yield { fromSample, leads: block };
        fromSample += blockSamples;
        block = newBlock();
      }
      for (const [l, field] of fields.entries()) {
        if (isGapField(field)) continue;
        const digital = Math.round(layout.numberOf(field) * scale);
        if (!(Math.abs(digital) <= maxExactDigital)) refuseField(file, line, atByte, field);
        block[l][atSample - fromSample] = digital;
      }
    }
  yield { fromSample, leads: block };
}

function refuseLine(file: string, line: number, atByte: number, rule: string): never {
  throw new FormatError({ file, where: `line ${grouped(line)}, byte ${grouped(atByte)}`, rule, kind: 'bad-rows' });
}

const refuseField = (file: string, line: number, atByte: number, field: string): never =>
  refuseLine(file, line, atByte, `\`${shown(field)}\` is no number; a sample, or nothing for a gap, was expected`);

const shown = (field: string): string => (field.length > 20 ? `${field.slice(0, 20)}…` : field);
