import { describe, expect, it } from 'vitest';
import { patientOfRecord, publishedRows, splitRows } from '../../../../src-main/formats/rows/split-rows.ts';

const totals = publishedRows.train.map((count, c) => count + publishedRows.test[c]);
/** All rows of the published set, class by class. */
const all = {
  records: totals.flatMap((count) => Array<string>(count).fill('100')),
  classIndex: Uint8Array.from(totals.flatMap((count, c) => Array<number>(count).fill(c))),
};
const trainingRowsOf = (trains: Uint8Array) =>
  totals.map((_, c) => trains.reduce((sum, train, row) => sum + Number(train && all.classIndex[row] === c), 0));

describe('the published split', () => {
  it('has the published rows of each class, drawn by the seed', () => {
    const first = splitRows(all, 'published', 1);
    expect(trainingRowsOf(first)).toEqual([...publishedRows.train]);
    expect(splitRows(all, 'published', 1)).toEqual(first);
    expect(splitRows(all, 'published', 2)).not.toEqual(first);
  });

  it('keeps its shares where there are fewer rows', () => {
    const classIndex = Uint8Array.from({ length: 100 }, (_, row) => (row < 90 ? 0 : 3));
    const trains = splitRows({ records: Array<string>(100).fill('100'), classIndex }, 'published', 1);
    expect([trains.subarray(0, 90).filter(Boolean).length, trains.subarray(90).filter(Boolean).length]).toEqual([
      72, 8,
    ]);
  });
});

describe('the split by patient', () => {
  it('has no patient on both sides and leaves no record out', () => {
    const records =
      '100 101 102 103 104 105 106 107 108 109 111 112 113 114 115 116 117 118 119 121 122 123 124 200 201 202 203 205 207 208 209 210 212 213 214 215 217 219 220 221 222 223 228 230 231 232 233 234'.split(
        ' ',
      );
    const trains = splitRows({ records: records, classIndex: new Uint8Array(records.length) }, 'patient', 1);
    const patients = (side: number) => new Set(records.filter((_, row) => trains[row] === side).map(patientOfRecord));
    expect(patients(1).intersection(patients(0)).size).toBe(0);
    expect(patients(1).size + patients(0).size).toBe(records.length - 1);
  });

  it('refuses a record whose patient it does not know', () => {
    expect(() => splitRows({ records: ['801'], classIndex: new Uint8Array(1) }, 'patient', 1)).toThrow(
      '801 is no record',
    );
  });
});
