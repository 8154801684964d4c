import { expect, test } from 'vitest';
import { batchesOf } from '../../../src-renderer/state/dropped-files.ts';

const named = (...paths: string[]) =>
  paths.map((path) => ({
    folder: path.split('/').slice(0, -1).join('/'),
    file: new File([], path.split('/').at(-1)!),
  }));
const told = (...paths: string[]) =>
  batchesOf(named(...paths)).map(({ folder, files }) => [folder, ...files.map(({ name }) => name)]);

test('files of one folder are imported together, those of another apart', () => {
  expect(told('a/100.hea', 'a/100.dat', 'b/100.hea', 'b/100.dat')).toEqual([
    ['a', '100.hea', '100.dat'],
    ['b', '100.hea', '100.dat'],
  ]);
});

test('of a folder with records only what can belong to one is sent', () => {
  expect(told('db/100.hea', 'db/100.dat', 'db/100.atr', 'db/mitdbdir.htm', 'db/RECORDS', 'db/.DS_Store')).toEqual([
    ['db', '100.hea', '100.dat', '100.atr'],
  ]);
});

test('loose files are all sent: each deserves an answer', () => {
  expect(told('100.hea', 'holter.txt')).toEqual([['', '100.hea', 'holter.txt']]);
});

test('a folder of hidden files gives nothing to import', () => {
  expect(told('db/.DS_Store', 'db/.git')).toEqual([]);
});
