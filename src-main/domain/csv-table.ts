/** What the numbers of a CSV file are in; `steps` are those of a converter, which only a gain makes millivolts. */
export type CsvUnit = 'mV' | 'uV' | 'V' | 'steps';
export const csvUnits: readonly CsvUnit[] = ['mV', 'uV', 'V', 'steps'];

/** What a time column counts: seconds, milliseconds, samples, or the hours, minutes and seconds of a clock. */
export type CsvTimeUnit = 's' | 'ms' | 'samples' | 'clock';

/** How a CSV file is read as a recording. */
export interface CsvChoices {
  /** undefined where the file does not tell it: it must be given. */
  readonly samplingHz: number | undefined;
  readonly time: { readonly column: number; readonly unit: CsvTimeUnit } | undefined;
  readonly leads: readonly { readonly column: number; readonly name: string }[];
  readonly unit: CsvUnit;
  /** Of `steps`; undefined where it is not known, and then nothing is said in mV. */
  readonly stepsPerMv: number | undefined;
}

/** What a reader says of a CSV file in place of what its first lines suggest. */
export interface CsvGiven {
  readonly samplingHz?: number | undefined;
  /** null: no column is time. */
  readonly timeColumn?: number | null | undefined;
  readonly leadColumns?: readonly number[] | undefined;
  readonly leadNames?: readonly string[] | undefined;
  readonly unit?: CsvUnit | undefined;
  readonly stepsPerMv?: number | undefined;
}

export interface CsvColumn {
  /** As the file's header names it; `column 1` where it has none. */
  readonly name: string;
  /** Whether all of the first lines hold numbers, times or nothing in it. */
  readonly holds: 'numbers' | 'times' | 'nothing' | 'text';
  /** Its first fields, as they stand. */
  readonly examples: readonly string[];
}

/** What the first lines of a CSV file look like, and what they suggest. */
export interface CsvTable {
  readonly delimiter: string;
  readonly hasDecimalComma: boolean;
  /** Lines before the first numbers. */
  readonly headerLines: number;
  readonly columns: readonly CsvColumn[];
  readonly suggested: CsvChoices;
}

/** Seconds of `0:00.003`, `10:15:30.5` or `[10:15:30.500 25/12/2001]`; undefined where the text is no time. */
export function secondsOfCsvTime(text: string): number | undefined {
  const found = /^\[?(?:(\d+):)?(\d+):(\d+(?:\.\d*)?)(?: [\d/.-]+)?\]?$/.exec(text);
  return found ? Number(found[1] ?? 0) * 3600 + Number(found[2]) * 60 + Number(found[3]) : undefined;
}
