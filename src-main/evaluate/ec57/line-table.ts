import { printedNumber } from './ratio.ts';

/** A table with one line a record, as bxb and rxr write it and sumstats sums it up. */
export interface LineTable<Comparison> {
  readonly heading: readonly string[];
  readonly line: (comparison: Comparison) => string;
  /** What sumstats appends below its rule. */
  readonly summary: (comparisons: readonly Comparison[]) => readonly string[];
  readonly ruleWidth: number;
  /** Whether sumstats counts the record; of all tables but one it counts every one. */
  readonly isCounted?: (comparison: Comparison) => boolean;
}

/** The table as the comparing program leaves it. */
export const lineTableText = <Comparison>(table: LineTable<Comparison>, comparisons: readonly Comparison[]): string =>
  [...table.heading, ...comparisons.map(table.line)].map((line) => `${line}\n`).join('');

/** What sumstats prints below its copy of the table. */
export function summaryText<Comparison>(table: LineTable<Comparison>, comparisons: readonly Comparison[]): string {
  const counted = table.isCounted ? comparisons.filter(table.isCounted).length : comparisons.length;
  return [
    '_'.repeat(table.ruleWidth),
    ...table.summary(comparisons),
    '',
    `Summary of results from ${counted} record${counted === 1 ? '' : 's'}`,
  ]
    .map((line) => `${line}\n`)
    .join('');
}

/** Counts one blank apart, each with its least width. */
export const spaced = (counts: readonly number[], widths: readonly number[]): string =>
  counts.map((count, i) => String(count).padStart(widths[i])).join(' ');

/** A figure after one blank; a dash in the last place where it is undefined. */
export const figureColumn = (value: number | undefined, decimals = 2, width = 6): string =>
  ` ${(value === undefined ? '-' : printedNumber(value, decimals)).padStart(width)}`;

/** The two lines of gross and average figures, begun with the given numbers of blanks. */
export const grossAndAverage = (
  [grossBlanks, averageBlanks]: readonly [number, number],
  gross: readonly string[],
  average: readonly string[],
): string[] => [
  `Gross${' '.repeat(grossBlanks)}${gross.join('')}`,
  `Average${' '.repeat(averageBlanks)}${average.join('')}`,
];
