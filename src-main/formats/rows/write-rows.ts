import { open } from 'node:fs/promises';
import { rowValues, type Rows } from './row.ts';

/** Writes rows as CSV, batch by batch; every number is written so that the same value is read back. */
export async function writeRows(path: string, batches: Iterable<Rows> | AsyncIterable<Rows>): Promise<void> {
  const file = await open(path, 'w');
  try {
    for await (const { values, classIndex } of batches) {
      const lines = Array.from(
        classIndex,
        (rowClass, row) => `${values.subarray(row * rowValues, (row + 1) * rowValues).join(',')},${rowClass}\n`,
      );
      await file.writeFile(lines.join(''));
    }
  } finally {
    await file.close();
  }
}
