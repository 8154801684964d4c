import { expect, test } from 'vitest';
import { noLabel } from '../../../../../src-main/domain/beat.ts';
import { differencesOf } from '../../../../../src-renderer/screens/review/reference/reference.svelte.ts';
import { tableOf } from '../beats.ts';

const others = (...marks: [number, number][]) => ({
  atSample: Int32Array.from(marks, ([at]) => at),
  label: Uint8Array.from(marks, ([, label]) => label),
});
const [N, S, V] = [0, 1, 2];

test('a beat differs where its label is another, and where the reference has no beat within 150 ms', () => {
  const found = differencesOf(tableOf('NVNV'), others([100, N], [215, N], [316, N], [400, V]), 100);
  expect([found.indices, [...found.reference], found.missed]).toEqual([
    [1, 2],
    [
      [1, N],
      [2, noLabel],
    ],
    1,
  ]);
});

test('of two reference marks the nearer one is meant', () => {
  const found = differencesOf(tableOf('V'), others([90, N], [104, V]), 100);
  expect([found.indices, found.missed]).toEqual([[], 1]);
});

test('a beat without a label differs from nothing', () => {
  expect(differencesOf(tableOf('?'), others([100, S]), 100).indices).toEqual([]);
});
