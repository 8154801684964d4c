type Counts = readonly (readonly number[])[];

/** Each cell's part of its row, 0 in a row without beats; a cell that cannot be is NaN and counts nothing. */
export function shares(counts: Counts): number[][] {
  return counts.map((row) => {
    const total = row.reduce((sum, count) => sum + (count || 0), 0);
    return row.map((count) => (total === 0 ? 0 : (count || 0) / total));
  });
}

/** What each cell gained or lost, with its sign; empty where nothing changed. */
export function changes(before: Counts, after: Counts): string[][] {
  return after.map((row, r) =>
    row.map((count, c) => {
      const change = count - before[r][c];
      return change === 0 ? '' : `${change > 0 ? '+' : '\u2212'}${Math.abs(change)}`;
    }),
  );
}
