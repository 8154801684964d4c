import { expect, test } from 'vitest';
import type { CompareRequest } from '../../../../src-main/contract/evaluation.ts';
import type { RecordId } from '../../../../src-main/domain/record.ts';
import { annotatorsOf, marksBy } from '../../../../src-main/review/evaluation/annotators.ts';
import { beatsOfCell, compareAnnotators } from '../../../../src-main/review/evaluation/compare-annotators.ts';
import { stepsOf } from '../../../../src-main/store/edit-steps.ts';
import { beatsOf } from '../../../../src-main/store/beats.ts';
import { readerOf, temporaryWorkspace } from '../../store/simulated.ts';
import { addReader, addReferenced, label } from './labelled-workspace.ts';

const sides = (recordIds: RecordId[], test: string): CompareRequest => ({
  ...{ recordIds, reference: 'reference:atr', test, fromS: 300, toS: null, windowS: 0.15 },
  paced: 'leave-out',
});
const present = (counts: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));

test('compares two references by both maps and names the symbols on which they part', () => {
  const workspace = temporaryWorkspace();
  const a = addReferenced(workspace, 'a', 'NNVVNNjN');
  addReader(workspace, a, 'cd', 'NNVVNNjN');
  const b = addReferenced(workspace, 'b', 'NNeNVNN');
  addReader(workspace, b, 'cd', 'NN NSNN', 10);
  const { maps, mapDifferences, nonstandard } = compareAnnotators(workspace.db, sides([a, b], 'reference:cd'));
  expect(present(maps.ec57.counts)).toEqual({ Nn: 10, Vv: 2, Ss: 1, So: 1, Vs: 1 });
  expect(present(maps.literature.counts)).toEqual({ Nn: 11, Vv: 2, No: 1, Vs: 1 });
  expect(maps.ec57.figures.vebSe).toMatchObject({ part: 2, whole: 3, average: 0.5, median: 0.5 });
  expect(maps.ec57.runs.VE.coupletSe).toMatchObject({ part: 1, whole: 1 });
  expect(maps.ec57.records.map(({ name, beats, figures }) => [name, beats, figures.vebSe])).toEqual([
    ['a', 8, 1],
    ['b', 7, 0],
  ]);
  expect(mapDifferences).toEqual([
    { symbol: 'e', ec57: 'S', literature: 'N', inReference: 1, inTest: 0 },
    { symbol: 'j', ec57: 'S', literature: 'N', inReference: 1, inTest: 1 },
  ]);
  expect(nonstandard).toEqual([]);
});

test('leaves paced records out of the aggregate unless told, and says what is not by EC57', () => {
  const workspace = temporaryWorkspace();
  const paced = addReferenced(workspace, 'paced', '//N//');
  addReader(workspace, paced, 'cd', '//N//');
  const request = sides([paced], 'reference:cd');
  const standard = compareAnnotators(workspace.db, request);
  expect([standard.leftOutPaced, present(standard.maps.ec57.counts)]).toEqual([['paced'], {}]);
  expect(standard.maps.ec57.figures.qrsSe.gross).toBeNull();
  const odd = compareAnnotators(workspace.db, { ...request, paced: 'include', fromS: 0, windowS: 0.1 });
  expect(present(odd.maps.ec57.counts)).toEqual({ Qq: 4, Nn: 1 });
  expect(odd.nonstandard).toEqual(['starts at 0 s instead of 300 s', 'match window 0.1 s instead of 0.15 s']);
});

test('a cell lists exactly its beats, in order, with the record’s own beat where there is one', () => {
  const workspace = temporaryWorkspace();
  const a = addReferenced(workspace, 'a', 'NVNVN');
  addReader(workspace, a, 'cd', 'NNNVN', 5);
  const b = addReferenced(workspace, 'b', 'VNN');
  addReader(workspace, b, 'cd', 'NNN N');
  const cell = (name: string) => {
    const { paced: _paced, ...request } = sides([a, b], 'reference:cd');
    return beatsOfCell(workspace.db, { ...request, map: 'ec57', cell: name });
  };
  const [ofA, ofB] = [a, b].map((recordId) => beatsOf(workspace.db).table(recordId).beatId);
  expect(cell('Vn')).toEqual([
    { recordId: a, beatId: ofA[1], atSample: 144_360, labels: ['V', 'N'] },
    { recordId: b, beatId: ofB[0], atSample: 144_000, labels: ['V', 'N'] },
  ]);
  // A beat that only the test has lies where the test has it, and the record has none there.
  expect(cell('On')).toEqual([{ recordId: b, beatId: null, atSample: 144_000 + 4 * 360, labels: [null, 'N'] }]);
  expect(cell('Nn')).toHaveLength(5);
});

test('every cell lists as many beats as it counts', () => {
  const workspace = temporaryWorkspace();
  const a = addReferenced(workspace, 'a', 'NVSFQNNVVN');
  addReader(workspace, a, 'cd', 'NNVF SNVNNN', 20);
  const request = sides([a], 'reference:cd');
  const { counts } = compareAnnotators(workspace.db, request).maps.ec57;
  for (const [cell, count] of Object.entries(counts))
    expect([cell, beatsOfCell(workspace.db, { ...request, map: 'ec57', cell }).length]).toEqual([cell, count]);
});

test('a person’s labels are their own last ones, whoever labelled since; undone ones and decisions are none', () => {
  const workspace = temporaryWorkspace();
  const { db } = workspace;
  const a = addReferenced(workspace, 'a', 'NNNN');
  label(workspace, a, 0, 'V', 'mr');
  label(workspace, a, 0, 'S', 'mr');
  label(workspace, a, 0, 'N', 'kt');
  label(workspace, a, 1, 'V', 'mr');
  label(workspace, a, 2, 'F', 'mr', 'the T wave hides it');
  label(workspace, a, 3, 'Q', 'mr');
  stepsOf(db).undo({ annotatorId: readerOf(db), madeAtMs: 1 });
  const symbols = (key: string) => marksBy(db, a, key)?.map(({ symbol }) => symbol);
  expect([symbols('person:mr'), symbols('person:kt'), symbols('person:zz')]).toEqual([['S', 'V'], ['N'], undefined]);
  expect(symbols('shown')).toEqual(['N', 'V', 'F']);
  expect(stepsOf(db).adjudicated(a)).toEqual([beatsOf(db).table(a).beatId[2]]);
  expect(annotatorsOf(db).map(({ key, records }) => [key, records[0].labels])).toEqual([
    ['reference:atr', 4],
    ['person:kt', 1],
    ['person:mr', 2],
    ['shown', 3],
  ]);
});

test('who agrees with a label that another gave has said so too; who leaves it for later has not', () => {
  const workspace = temporaryWorkspace();
  const a = addReferenced(workspace, 'a', 'NN');
  label(workspace, a, 0, 'V', 'mr');
  label(workspace, a, 0, 'V', 'kt');
  expect(marksBy(workspace.db, a, 'person:kt')).toHaveLength(1);
});
