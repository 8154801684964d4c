/** Rows drawn beyond either edge: the window scrolls before its rows follow. */
const beyond = 3;

/** The rows of a long list that are drawn. */
export interface RowWindow {
  readonly first: number;
  /** How many; the same wherever the list is scrolled to, so that no element is ever made or given up for it. */
  readonly count: number;
}

/** @param rows  how many there are, each as high as the others. */
export function rowWindow(scrolledPx: number, heightPx: number, rowPx: number, rows: number): RowWindow {
  const count = Math.min(rows, Math.ceil(heightPx / rowPx) + 1 + 2 * beyond);
  const first = Math.max(0, Math.min(rows - count, Math.floor(scrolledPx / rowPx) - beyond));
  return { first, count };
}

/**
 * The row that an element shows: the same as long as that is drawn, so that only what comes in is written.
 * @param slot  which of the `count` elements.
 */
export const rowInSlot = (slot: number, { first, count }: RowWindow): number =>
  first + ((((slot - first) % count) + count) % count);
