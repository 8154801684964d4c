import type { CsvChoices } from '../../domain/csv-table.ts';
import { FormatError } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';
import { maxPause } from '../signal-block.ts';
import { isContent, isGapField, lastDigit, secondsOf, type CsvLayout } from './table.ts';

export interface CsvReading extends CsvChoices {
  readonly samplingHz: number;
  /** Whether a step of the time column longer than a sample is a pause. */
  readonly hasPauses: boolean;
}

/** Lines that are handed on together. */
const batchLines = 1 << 15;
const maxDecimals = 9;
/** A whole number and a power of ten up to these are exact, and their quotient is the number that the digits say. */
const mostExact = Number.MAX_SAFE_INTEGER;
const powers = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

const [lineFeed, carriageReturn, space, quote] = [10, 13, 32, 34];
const [hash, plus, comma, minus, point, zero, nine] = [35, 43, 44, 45, 46, 48, 57];

/** What a column is read for besides being counted: nothing, its numbers, the time, or both. */
interface ColumnUse {
  readonly slot: number;
  readonly isTime: boolean;
}

/**
 * Reads lines of samples from bytes, without a text for each field: the digits of plain numbers are taken as they come.
 * A field of another kind is read as text, and a line with quotes or a fault as a whole, which says what is wrong with it.
 */
export class LineScanner {
  /** Lines in hand: where each belongs in time, what its time column says, and where it is. */
  count = 0;
  readonly atSample = new Float64Array(batchLines);
  readonly times = new Float64Array(batchLines);
  readonly lines = new Float64Array(batchLines);
  readonly atBytes = new Float64Array(batchLines);
  /** The values of each lead; NaN is a gap. */
  readonly leads: readonly Float64Array[];
  /** Most digits after the point that a value has shown so far. */
  decimals = 0;

  readonly #file: string;
  readonly #layout: CsvLayout;
  readonly #reading: CsvReading;
  readonly #uses: readonly (ColumnUse | undefined)[];
  readonly #slots: readonly Float64Array[];
  readonly #delimiter: number;
  readonly #mark: number;
  readonly #pauseFrom: number;
  #line = 0;
  #atByte: number;
  #skipped = 0;
  #lastSample = -1;
  #before = NaN;

  /** @param atByte  where the first line begins. */
  constructor(file: string, layout: CsvLayout, reading: CsvReading, atByte: number) {
    this.#file = file;
    this.#layout = layout;
    this.#reading = reading;
    this.#atByte = atByte;
    const { time, leads, samplingHz } = reading;
    const used = [...new Set(leads.map(({ column }) => column))];
    this.#slots = used.map(() => new Float64Array(batchLines));
    this.leads = leads.map(({ column }) => this.#slots[used.indexOf(column)]);
    this.#uses = layout.columns.map((_, column) =>
      used.includes(column) || column === time?.column
        ? { slot: used.indexOf(column), isTime: column === time?.column }
        : undefined,
    );
    this.#delimiter = layout.delimiter.charCodeAt(0);
    this.#mark = layout.hasDecimalComma ? comma : point;
    const resolution = time === undefined ? 0 : lastDigit(layout.columns[time.column].examples, time.unit) * samplingHz;
    // A written time is off by half of its last digit at most; where that is whole samples, times are exact.
    this.#pauseFrom = 1.5 + (resolution < 1 ? resolution : 0);
  }

  /** The number of the next line, from 1, and its byte. */
  get next(): { readonly line: number; readonly atByte: number } {
    return { line: this.#line + 1, atByte: this.#atByte };
  }

  /**
   * Takes whole lines out of bytes, from one on until another, which is behind a line's end; as many as a batch holds.
   * @returns where it stopped.
   */
  scan(bytes: Buffer, from: number, until: number): number {
    this.count = 0;
    let at = from;
    while (at < until && this.count < batchLines) {
      const end = this.#skipped < this.#layout.headerLines ? -1 : this.#plainLine(bytes, at);
      at = end < 0 ? this.#anyLine(bytes, at) : end;
    }
    return at;
  }

  /** A line of plain fields; -1, and nothing is taken, where it is another, or has a fault. */
  #plainLine(bytes: Buffer, from: number): number {
    const [uses, delimiter, mark, last] = [this.#uses, this.#delimiter, this.#mark, this.#uses.length - 1];
    const row = this.count;
    let at = from;
    let now = NaN;
    let decimals = this.decimals;
    let isEmpty = true;
    for (let column = 0; column <= last; column++) {
      const use = uses[column];
      if (column > 0) at++;
      let byte = bytes[at];
      if (use === undefined) {
        while (byte !== delimiter && byte !== lineFeed && byte !== quote) byte = bytes[++at];
        if (byte === quote) return -1;
      } else {
        const fieldFrom = at;
        while (byte === space) byte = bytes[++at];
        const isNegative = byte === minus;
        if (isNegative || byte === plus) byte = bytes[++at];
        let digits = 0;
        let whole = 0;
        let shown = 0;
        for (; byte >= zero && byte <= nine; byte = bytes[++at], digits++) whole = whole * 10 + (byte - zero);
        const hasPoint = byte === point || byte === mark;
        if (hasPoint)
          for (byte = bytes[++at]; byte >= zero && byte <= nine; byte = bytes[++at], shown++)
            whole = whole * 10 + (byte - zero);
        digits += shown;
        while (byte === space || (byte === carriageReturn && bytes[at + 1] === lineFeed)) byte = bytes[++at];
        let value = NaN;
        const isEnd = byte === delimiter || byte === lineFeed;
        if (isEnd && digits > 0 && whole <= mostExact && shown < powers.length) {
          value = whole / powers[shown];
          if (isNegative) value = -value;
          if (use.slot >= 0 && shown > decimals) decimals = shown;
          if (use.isTime) now = this.#secondsOfNumber(value);
          isEmpty = false;
        } else if (!isEnd || digits > 0 || hasPoint || at > fieldFrom) {
          while (byte !== delimiter && byte !== lineFeed && byte !== quote) byte = bytes[++at];
          if (byte === quote) return -1;
          const field = this.#layout.fieldsOf(bytes.toString('latin1', fieldFrom, at))[0];
          if (use.isTime) now = secondsOf(field, this.#reading.time!.unit, this.#layout.numberOf);
          if (use.slot >= 0 && !isGapField(field)) {
            value = this.#layout.numberOf(field);
            if (!Number.isFinite(value)) return -1;
            decimals = Math.max(decimals, decimalsOf(field));
          }
          if (field !== '') isEmpty = false;
        }
        if (use.slot >= 0) this.#slots[use.slot][row] = value;
      }
      if (byte !== (column === last ? lineFeed : delimiter)) return -1;
    }
    // A line without a single sign may be none, and one that begins with a # is a comment.
    if (isEmpty || bytes[from] === hash) return -1;
    const step = this.#reading.time === undefined ? 1 : this.#stepTo(now);
    if (!(step > 0)) return -1;
    this.decimals = Math.min(maxDecimals, decimals);
    this.#take(now, step, at + 1 - from);
    return at + 1;
  }

  #secondsOfNumber(value: number): number {
    const { unit } = this.#reading.time!;
    if (unit === 'clock') return NaN;
    return unit === 'ms' ? value / 1000 : value;
  }

  /** Samples from the line before to this one; NaN where its time is none or cannot be. */
  #stepTo(now: number): number {
    const { time, samplingHz, hasPauses } = this.#reading;
    if (Number.isNaN(now) || now < this.#before) return NaN;
    const samples = (now - this.#before) * (time!.unit === 'samples' ? 1 : samplingHz);
    const step = hasPauses && samples > this.#pauseFrom ? Math.round(samples) : 1;
    return step > maxPause.samples || step / samplingHz > maxPause.seconds ? NaN : step;
  }

  #take(now: number, step: number, length: number): void {
    this.#lastSample += step;
    this.#before = now;
    this.atSample[this.count] = this.#lastSample;
    this.times[this.count] = now;
    this.lines[this.count] = ++this.#line;
    this.atBytes[this.count] = this.#atByte;
    this.#atByte += length;
    this.count++;
  }

  /** Any line, as text. @throws {FormatError} that says what is wrong with it. */
  #anyLine(bytes: Buffer, from: number): number {
    const end = bytes.indexOf(lineFeed, from);
    const text = bytes.toString('latin1', from, end);
    const content = text.endsWith('\r') ? text.slice(0, -1) : text;
    const length = end + 1 - from;
    if (!isContent(content) || this.#skipped++ < this.#layout.headerLines) {
      this.#line++;
      this.#atByte += length;
      return end + 1;
    }
    const { columns, fieldsOf, numberOf } = this.#layout;
    const { time } = this.#reading;
    const all = fieldsOf(content);
    if (all.length !== columns.length)
      this.#refuse(`it has ${all.length} fields and the first line of numbers has ${columns.length}`);
    let now = NaN;
    let step = 1;
    if (time !== undefined) {
      const field = all[time.column];
      now = secondsOf(field, time.unit, numberOf);
      if (Number.isNaN(now)) this.#refuse(`its time is \`${shownField(field)}\`, which is none`);
      if (now < this.#before) this.#refuse(`its time, ${field}, is before that of the line above`);
      step = this.#stepTo(now);
      if (Number.isNaN(step)) this.#refuse(`its time, ${field}, is more than a day after that of the line above`);
    }
    for (const [column, use] of this.#uses.entries()) {
      if (use === undefined || use.slot < 0) continue;
      const field = all[column];
      const value = isGapField(field) ? NaN : numberOf(field);
      if (Number.isNaN(value) && !isGapField(field))
        this.#refuse(`\`${shownField(field)}\` is no number; a sample, or nothing for a gap, was expected`);
      if (!Number.isNaN(value)) this.decimals = Math.max(this.decimals, decimalsOf(field));
      this.#slots[use.slot][this.count] = value;
    }
    this.#take(now, step, length);
    return end + 1;
  }

  #refuse(rule: string): never {
    const { line, atByte } = this.next;
    refuseLine(this.#file, line, atByte, rule);
  }
}

export function refuseLine(file: string, line: number, atByte: number, rule: string): never {
  throw new FormatError({ file, where: `line ${grouped(line)}, byte ${grouped(atByte)}`, rule, kind: 'bad-rows' });
}

/** Digits after the point that a number shows: `1.50e-3` has 5. */
function decimalsOf(field: string): number {
  const mantissa = field.search(/e/i);
  const end = mantissa < 0 ? field.length : mantissa;
  const mark = Math.max(field.lastIndexOf('.', end), field.lastIndexOf(',', end));
  const shown = mark < 0 ? 0 : end - mark - 1;
  return Math.max(0, Math.min(maxDecimals, shown - (mantissa < 0 ? 0 : Number(field.slice(mantissa + 1)))));
}

const shownField = (field: string): string => (field.length > 20 ? `${field.slice(0, 20)}…` : field);
