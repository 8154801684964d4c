import { parse } from 'csv-parse/sync';
import {
  csvUnits,
  secondsOfCsvTime,
  type CsvChoices,
  type CsvColumn,
  type CsvGiven,
  type CsvTable,
  type CsvTimeUnit,
  type CsvUnit,
} from '../../domain/csv-table.ts';
import { FormatError } from '../../domain/format-error.ts';
import { rowValues } from '../rows/row.ts';

/*
 * Signals as CSV: one line a sample, a column a lead, separated by commas, semicolons or tabs; a decimal comma where it
 * is not the separator. Before the numbers there may be lines of names, and of units below them; names may carry their
 * unit, `MLII (mV)`. Lines that begin with # and empty lines are passed over. One column may be time: in seconds,
 * milliseconds or samples, or a clock. A field that is empty, or `-`, `NaN` or `?`, is a gap.
 */

const gapWords = new Set(['', '-', '?', 'na', 'nan', 'null']);
export const isGapField = (field: string): boolean => field.length < 5 && gapWords.has(field.toLowerCase());

/** A decimal number; what JavaScript takes for one beyond that, such as `0x10` or nothing, is none. */
function decimal(text: string): number {
  const value = text === '' ? NaN : Number(text);
  return Number.isFinite(value) && !/[xob]/i.test(text) ? value : NaN;
}

const delimiters = [',', ';', '\t'];
/** Rows of the beginning that are looked at. */
const maxRows = 400;
const maxExamples = 5;
/** Rates that recorders have; a rate measured within 0.3 % of one is taken to be it. */
const usualRates = [100, 125, 128, 200, 250, 256, 257, 300, 320, 360, 400, 500, 512, 600, 800, 1000, 1024, 2000, 2048];

export interface CsvLayout extends CsvTable {
  fieldsOf(line: string): string[];
  /** NaN for what is no number. */
  numberOf(field: string): number;
}

/**
 * Describes a CSV file by its beginning.
 * @param head    its first bytes as text, at least some lines.
 * @param isWhole whether that is the whole file; else its last line is passed over, as it may be cut.
 * @throws {FormatError} where it is no table of samples.
 */
export function describeCsv(head: string, file: string, isWhole: boolean): CsvLayout {
  const refuse = (where: string, rule: string, kind: 'bad-header' | 'unsupported-format' = 'bad-header'): never => {
    throw new FormatError({ file, where, rule, kind });
  };
  if (head.includes('\0'))
    refuse('', 'this is binary data and no CSV; a text of numbers was expected', 'unsupported-format');
  const cut = head.replace(/^\uFEFF/, '').split(/\r?\n/);
  const lines = (isWhole ? cut : cut.slice(0, -1)).filter(isContent).slice(0, maxRows);
  if (lines.length === 0) refuse('', 'the file holds not one line; lines of numbers were expected');

  const delimiter = delimiterOf(lines);
  const fieldsOf = (line: string): string[] => fields(line, delimiter);
  const table = lines.map(fieldsOf);
  const hasDecimalComma = delimiter !== ',' && table.some((row) => row.some((field) => /^-?\d+,\d+$/.test(field)));
  const numberOf = hasDecimalComma ? (field: string) => decimal(field.replace(',', '.')) : decimal;
  const isData = (row: readonly string[]) =>
    row.some((field) => !isGapField(field)) &&
    row.every((field) => isGapField(field) || !Number.isNaN(numberOf(field)) || secondsOfCsvTime(field) !== undefined);
  if (table[0].slice(0, 4).join() === 'record,time_s,sample,symbol')
    refuse(
      'line 1',
      'this is a list of beats and no recording; import the recording that it belongs to',
      'unsupported-format',
    );
  const headerLines = table.findIndex(isData);
  if (headerLines < 0 || headerLines > 4)
    refuse('line 1', `no line of numbers among the first ${table.length}; a column a lead was expected`);

  const header = table.slice(0, headerLines);
  const rows = table.slice(headerLines);
  if (headerLines === 0 && areKaggleRows(rows, numberOf))
    refuse(
      'line 1',
      `these are rows of ${rowValues} values and a class, each a single beat, and no recording; ` +
        'learn from them with `rhythm train --rows FOLDER`',
      'unsupported-format',
    );
  const count = rows[0].length;
  const columns = Array.from({ length: count }, (_, column) => describeColumn(column, header, rows, numberOf));
  const shape = { delimiter, hasDecimalComma, headerLines, columns };
  return { ...shape, suggested: suggest(columns, header, rows, numberOf), fieldsOf, numberOf };
}

export const isContent = (line: string): boolean => line.trim() !== '' && !line.startsWith('#');

/** Quotes are rare in tables of numbers, and only they need a parser. */
function fields(line: string, delimiter: string): string[] {
  if (!line.includes('"')) return line.split(delimiter).map(trimmed);
  try {
    return (parse(line, { delimiter, relax_quotes: true, relax_column_count: true }) as string[][])[0].map(trimmed);
  } catch {
    return line.split(delimiter).map(trimmed);
  }
}

/** Some exporters put names into single quotes. */
function trimmed(field: string): string {
  const text = field.trim();
  return text.startsWith("'") && text.endsWith("'") && text.length > 1 ? text.slice(1, -1) : text;
}

function delimiterOf(lines: readonly string[]): string {
  const counts = delimiters.map((delimiter) =>
    Math.min(...lines.slice(-20).map((line) => line.split(delimiter).length)),
  );
  // A semicolon or a tab is never a decimal sign: where both occur, the comma is.
  const apart = counts.slice(1).findIndex((count) => count > 1);
  return apart >= 0 ? delimiters[apart + 1] : ',';
}

function areKaggleRows(rows: readonly (readonly string[])[], numberOf: (field: string) => number): boolean {
  return rows.every((row) => {
    const values = row.map(numberOf);
    const last = values.at(-1)!;
    return (
      values.length === rowValues + 1 &&
      Number.isInteger(last) &&
      last >= 0 &&
      last <= 4 &&
      values.every((value, i) => i === rowValues || (value >= 0 && value <= 1))
    );
  });
}

const unit = '(mV|uV|µV|μV|V)';
/** A name that carries its unit: `MLII (mV)`, `V1_uV`. A name that is a unit alone is a name: the lead V. */
const namedUnit = new RegExp(String.raw`^(.+?)(?:[ _]+|[ _]*[([])${unit}[)\]]?$`);
const unitLine = new RegExp(String.raw`^[([]?${unit}[)\]]?$`);

function describeColumn(
  column: number,
  header: readonly (readonly string[])[],
  rows: readonly (readonly string[])[],
  numberOf: (field: string) => number,
): CsvColumn {
  const all = rows.map((row) => row[column] ?? '');
  const filled = all.filter((field) => !isGapField(field));
  const holds =
    filled.length === 0
      ? 'nothing'
      : filled.every((field) => !Number.isNaN(numberOf(field)))
        ? 'numbers'
        : filled.every((field) => secondsOfCsvTime(field) !== undefined)
          ? 'times'
          : 'text';
  const name = header[0]?.[column] ?? '';
  return { name: name || `column ${column + 1}`, holds, examples: all.slice(0, maxExamples) };
}

function suggest(
  columns: readonly CsvColumn[],
  header: readonly (readonly string[])[],
  rows: readonly (readonly string[])[],
  numberOf: (field: string) => number,
): CsvChoices {
  const timeColumn = columns.findIndex((column, c) => isTime(column, c, rows, numberOf));
  const time =
    timeColumn < 0 ? undefined : { column: timeColumn, unit: timeUnitOf(columns[timeColumn], header[1]?.[timeColumn]) };
  const leads = columns
    .map(({ name, holds }, column) => ({ column, holds, name: namedUnit.exec(name)?.[1] ?? name }))
    .filter(({ column, holds }) => column !== timeColumn && holds === 'numbers')
    .map(({ column, name }) => ({ column, name }));
  const values = leads.flatMap(({ column }) => rows.map((row) => numberOf(row[column] ?? '')));
  return {
    samplingHz: time === undefined ? undefined : rateOf(time, rows, numberOf),
    time,
    leads,
    unit: unitOf(
      leads.map(
        ({ column }) => namedUnit.exec(header[0]?.[column] ?? '')?.[2] ?? unitLine.exec(header[1]?.[column] ?? '')?.[1],
      ),
      values,
    ),
    stepsPerMv: undefined,
  };
}

const timeName =
  /^(elapsed )?(time|t|seconds|sec|s|ms|msec|timestamp|zeit|sample(s)?( ?(#|no|number|index))?|index|n|#)([ _]?[([]?\w+[)\]]?)?$/i;

/** A clock, or numbers that rise steadily from line to line and are named as time, or stand first and are not named. */
function isTime(
  { name, holds }: CsvColumn,
  column: number,
  rows: readonly (readonly string[])[],
  numberOf: (field: string) => number,
): boolean {
  if (holds === 'times') return true;
  if (holds !== 'numbers' || rows.length < 3) return false;
  const values = rows.map((row) => numberOf(row[column] ?? ''));
  const rises = values.every(
    (value, i) => i === 0 || value > values[i - 1] || (value === values[i - 1] && timeName.test(name)),
  );
  const isSteady =
    rises &&
    Math.abs((values.at(-1)! - values[0]) / (values.length - 1) - (values[1] - values[0])) <=
      Math.abs(values[1] - values[0]);
  return rises && (timeName.test(name) || (isSteady && column === 0 && name.startsWith('column ')));
}

function timeUnitOf({ name, holds, examples }: CsvColumn, unitBelow: string | undefined): CsvTimeUnit {
  if (holds === 'times') return 'clock';
  const said = `${name} ${unitBelow ?? ''}`;
  if (/\b(ms|msec|millis\w*)\b|_ms\b/i.test(said)) return 'ms';
  if (/sample|index|^n\b|#/i.test(said)) return 'samples';
  const [first, second] = examples.map(Number);
  if (/\b(s|sec|seconds?)\b|_s\b/i.test(said)) return 's';
  return second - first === 1 ? 'samples' : second - first >= 1 ? 'ms' : 's';
}

function rateOf(
  { column, unit }: NonNullable<CsvChoices['time']>,
  rows: readonly (readonly string[])[],
  numberOf: (field: string) => number,
): number | undefined {
  if (unit === 'samples') return undefined;
  const times = rows.map((row) => secondsOf(row[column] ?? '', unit, numberOf)).filter((time) => !Number.isNaN(time));
  const steps = times.slice(1).map((time, i) => time - times[i]);
  const middle = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)];
  const steady = steps.filter((step) => step <= 2 * middle || middle === 0); // longer ones are pauses
  const spanS = steady.reduce((sum, step) => sum + step, 0);
  if (!(spanS > 0)) return undefined;
  const measured = steady.length / spanS;
  const isOff = (rate: number) => Math.abs(measured / rate - 1);
  const usual = usualRates.toSorted((a, b) => isOff(a) - isOff(b))[0];
  const resolutionS = lastDigit(
    rows.slice(0, maxExamples).map((row) => row[column] ?? ''),
    unit,
  );
  return isOff(usual) < 0.003 + resolutionS / spanS ? usual : Number(measured.toPrecision(6));
}

/** What the last digit of these times counts, in seconds; of `samples`, nothing. */
export function lastDigit(times: readonly string[], unit: CsvTimeUnit): number {
  if (unit === 'samples') return 0;
  const decimals = times.map((time) => /[.,](\d+)/.exec(time)?.[1].length ?? 0);
  return (unit === 'ms' ? 0.001 : 1) * 10 ** -Math.max(...decimals);
}

/** The moment that a field of a time column says, in seconds; of `samples`, the sample. NaN where it says none. */
export function secondsOf(field: string, unit: CsvTimeUnit, numberOf: (field: string) => number): number {
  if (unit === 'clock') return secondsOfCsvTime(field) ?? NaN;
  return unit === 'ms' ? numberOf(field) / 1000 : numberOf(field);
}

/** The unit that names or unit lines say; else whole numbers beyond 20 are steps of a converter, and others millivolts. */
function unitOf(said: readonly (string | undefined)[], values: readonly number[]): CsvUnit {
  const first = said.find((text) => text !== undefined)?.replace(/[µμ]/, 'u');
  if (first !== undefined) return csvUnits.find((one) => one === first) ?? 'mV';
  const known = values.filter((value) => !Number.isNaN(value));
  return known.every(Number.isInteger) && known.some((value) => Math.abs(value) > 20) ? 'steps' : 'mV';
}

/**
 * The suggestion of the file's own lines with what the reader gives in its place.
 * @throws {FormatError} where the two do not go together, or the rate is still not known.
 */
export function chosen(
  { columns, suggested }: CsvTable,
  given: CsvGiven,
  file: string,
): CsvChoices & { samplingHz: number } {
  const refuse = (rule: string): never => {
    throw new FormatError({ file, where: '', rule, kind: 'bad-header' });
  };
  const timeColumn = given.timeColumn === undefined ? suggested.time?.column : (given.timeColumn ?? undefined);
  if (timeColumn !== undefined && columns[timeColumn] === undefined)
    refuse(`column ${timeColumn + 1} is said to be time and the file has ${columns.length} columns`);
  const time =
    timeColumn === undefined
      ? undefined
      : timeColumn === suggested.time?.column
        ? suggested.time
        : { column: timeColumn, unit: timeUnitOf(columns[timeColumn], undefined) };
  const leadColumns =
    given.leadColumns ??
    columns.map((_, column) => column).filter((column) => column !== timeColumn && columns[column].holds === 'numbers');
  const strange = leadColumns.find((column) => columns[column] === undefined || columns[column].holds === 'text');
  if (strange !== undefined) refuse(`column ${strange + 1} is said to be a lead and holds no numbers`);
  if (leadColumns.length === 0) refuse('no column of numbers is left to be a lead');
  const { leadNames } = given;
  if (leadNames && leadNames.length !== leadColumns.length)
    refuse(`${leadNames.length} lead names were given and ${leadColumns.length} columns are leads`);
  const samplingHz = given.samplingHz ?? suggested.samplingHz;
  if (samplingHz === undefined || !(samplingHz > 0 && samplingHz <= maxSamplingHz))
    return refuse(
      samplingHz === undefined
        ? 'the file does not say its sampling rate; give it (`--rate 360`, or the rate in the import dialog)'
        : `its rate of ${samplingHz} samples per second is beyond any recorder’s; give the right one`,
    );
  const name = (column: number) => namedUnit.exec(columns[column].name)?.[1] ?? columns[column].name;
  return {
    samplingHz,
    time,
    leads: leadColumns.map((column, l) => ({ column, name: leadNames?.[l] ?? name(column) })),
    unit: given.unit ?? suggested.unit,
    stepsPerMv: given.stepsPerMv,
  };
}

const maxSamplingHz = 1e6;
