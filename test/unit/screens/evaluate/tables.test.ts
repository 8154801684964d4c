import { expect, test } from 'vitest';
import type { RecordFigures } from '../../../../src-main/contract/evaluation.ts';
import type { RecordId } from '../../../../src-main/domain/record.ts';
import { csvOf, matrixOf, sortedRecords } from '../../../../src-renderer/screens/evaluate/tables.ts';

const record = (name: string, vebSe: number | null, beats = 0): RecordFigures => ({
  ...{ recordId: Number(name) as RecordId, name, beats, isPaced: false, isLeftOut: false },
  figures: { vebSe },
  ...{ rmsRrErrorMs: null, shutdownS: 0, ventricularRuns: null, supraventricularRuns: null },
});
const names = (records: RecordFigures[]) => records.map(({ name }) => name);
const all = [record('231', 0.5, 3), record('9', null, 1), record('100', 0.9, 2)];

test('records sort by number in their names, by figures, and undefined figures come last either way', () => {
  expect(names(sortedRecords(all, 'name', 'ascending'))).toEqual(['9', '100', '231']);
  expect(names(sortedRecords(all, 'vebSe', 'ascending'))).toEqual(['231', '100', '9']);
  expect(names(sortedRecords(all, 'vebSe', 'descending'))).toEqual(['100', '231', '9']);
  expect(names(sortedRecords(all, 'beats', 'descending'))).toEqual(['231', '100', '9']);
});

test('cells that bxb has not are no number, all others are the counts', () => {
  const matrix = matrixOf({ Nn: 5, Vx: 2, Ov: 3 });
  expect([matrix[0][0], matrix[2][6], matrix[5][2]]).toEqual([5, 2, 3]);
  expect(Number.isNaN(matrix[5][5])).toBe(true);
});

test('a text with commas and quotes is one cell, and what is undefined stays empty', () => {
  expect(csvOf([['a,b', 'say "no"', null, 0.5]])).toBe('"a,b","say ""no""",,0.5\r\n');
});
