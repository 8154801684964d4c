/*
 * Rows of the Kaggle "ECG heartbeat categorization" set (mitbih_train.csv, mitbih_test.csv): one beat a row,
 * 187 values from 0 to 1 at 120 Hz that begin at the R peak and end in zeros, and the class.
 * CSV without a header: 188 numbers a line, the last one 0 to 4 for N S V F Q.
 */

/** Values of a row, without the class. */
export const rowValues = 187;

/** Rows in columns of equal length. */
export interface Rows {
  /** (row, value), each from 0 to 1. */
  readonly values: Float32Array;
  /** Index into `beatClasses`, one a row. */
  readonly classIndex: Uint8Array;
}

/** CSV lines of the chosen rows; every number is written so that the same value is read back. */
export const rowLines = ({ values, classIndex }: Rows, chosen: Iterable<number>): string[] =>
  Array.from(
    chosen,
    (row) => `${values.subarray(row * rowValues, (row + 1) * rowValues).join(',')},${classIndex[row]}\n`,
  );
