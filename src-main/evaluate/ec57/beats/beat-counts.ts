import type { BeatLabel } from './beat-side.ts';

export const beatRows = ['N', 'S', 'V', 'F', 'Q'] as const;
export type ClassRow = (typeof beatRows)[number];

/**
 * A cell of bxb's table: reference label in upper case, test label in lower case. Rows `O` and `X` are beats only
 * the test has, columns `o` and `x` beats it lacks; `X` and `x` while the other side was shut down.
 */
export type BeatCell = `${ClassRow}${Lowercase<ClassRow> | 'o' | 'x'}` | `${'O' | 'X'}${Lowercase<ClassRow>}`;
export type BeatCounts = Readonly<Record<BeatCell, number>>;

/** Labels of the columns after each row's own. */
export const columnsOfRow = (row: string): string => (row === 'O' || row === 'X' ? 'nsvfq' : 'nsvfqox');

const cells = [...'NSVFQOX'].flatMap((row) => [...columnsOfRow(row)].map((column) => `${row}${column}` as BeatCell));

export const noBeats = (): Record<BeatCell, number> =>
  Object.fromEntries(cells.map((cell) => [cell, 0])) as Record<BeatCell, number>;

/** The cell of a pair of labels; undefined for a pair that counts nowhere. */
export function cellOf(reference: BeatLabel, test: BeatLabel): BeatCell | undefined {
  return cellOfLabels.get(reference)?.get(test);
}
const cellOfLabels = new Map(
  [...beatRows, 'O', 'X'].map((row) => [
    row as BeatLabel,
    new Map([...columnsOfRow(row)].map((c) => [c.toUpperCase() as BeatLabel, `${row}${c}` as BeatCell])),
  ]),
);

/** Sum over some rows and columns, given by their letters: `total(counts, 'V', 'nsfqox')` are the VEBs not found. */
export function total(counts: BeatCounts, rows: string, columns: string): number {
  let sum = 0;
  for (const row of rows) for (const column of columns) sum += counts[`${row}${column}` as BeatCell] ?? 0;
  return sum;
}

/** Cell-wise sum over records. */
export function sumCounts(records: readonly BeatCounts[]): BeatCounts {
  const sum = noBeats();
  for (const counts of records) for (const cell of cells) sum[cell] += counts[cell];
  return sum;
}

/** The table of a comparison that does not tell class S from N. */
export function withoutSveb(counts: BeatCounts): BeatCounts {
  const folded = noBeats();
  for (const cell of cells) folded[cell.replace('S', 'N').replace('s', 'n') as BeatCell] += counts[cell];
  return folded;
}
