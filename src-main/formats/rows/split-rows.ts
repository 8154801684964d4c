import { beatClasses } from '../../domain/beat-class.ts';
import { seededRandom } from '../../domain/random.ts';

/**
 * How rows are divided into those that train and those that test.
 * `published`: at random by beat, in the sizes of the published set, so that every patient is on both sides.
 * `patient`: no patient on both sides.
 */
export const rowSplits = ['published', 'patient'] as const;
export type RowSplit = (typeof rowSplits)[number];

/** The published set: training and test rows of each class. Which row went where was never published. */
export const publishedRows = {
  train: [72_471, 2_223, 5_788, 641, 6_431],
  test: [18_118, 556, 1_448, 162, 1_608],
} as const;

/**
 * Division of the MIT-BIH Arrhythmia Database by patient (de Chazal 2004), with two changes so that all rows are used
 * and none leaks: 202 trains because 201 is the same patient, and of the paced patients, whom de Chazal left out,
 * two train and two test.
 */
const trainingRecords = new Set(
  '101 106 108 109 112 114 115 116 118 119 122 124 201 202 203 205 207 208 209 215 220 223 230 102 104'.split(' '),
);
const testRecords = new Set(
  '100 103 105 111 113 117 121 123 200 210 212 213 214 219 221 222 228 231 232 233 234 107 217'.split(' '),
);

/** Whose recording it is, for groups of rows that must stay together. */
export const patientOfRecord = (record: string): string => (record === '202' ? '201' : record);

/** What the split needs to know of each row. */
export interface RowOrigins {
  /** One a row. */
  readonly records: readonly string[];
  /** Index into `beatClasses`, one a row. */
  readonly classIndex: Uint8Array;
}

/**
 * Tells which rows train: 1 for training, 0 for test.
 * @param seed  draws the published split; the split by patient has nothing to draw.
 * @throws {RangeError} for a record whose patient is unknown, in the split by patient.
 */
export function splitRows({ records, classIndex }: RowOrigins, split: RowSplit, seed: number): Uint8Array {
  if (split === 'patient')
    return Uint8Array.from(records, (record) => {
      if (!trainingRecords.has(record) && !testRecords.has(record))
        throw new RangeError(
          `${record} is no record of the MIT-BIH Arrhythmia Database, whose patients are known; it cannot be split by patient`,
        );
      return Number(trainingRecords.has(record));
    });
  const random = seededRandom(seed);
  const trains = new Uint8Array(classIndex.length);
  for (const c of beatClasses.keys()) {
    const rows = random.shuffle([...classIndex.keys()].filter((row) => classIndex[row] === c));
    const { train, test } = publishedRows;
    const count = Math.round((rows.length * train[c]) / (train[c] + test[c]));
    for (const row of rows.slice(0, count)) trains[row] = 1;
  }
  return trains;
}
