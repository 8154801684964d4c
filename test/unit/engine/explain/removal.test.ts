import { expect, test } from 'vitest';
import { curvesOf, removedShares, unitOrder, withUnitsOf } from '../../../../src-main/engine/explain/removal.ts';

test('units of four samples are removed by falling relevance, the earlier first among equals', () => {
  const relevance = Float32Array.of(0, 0, 0, 0, 2, 0, 0, 0, 1, 1, 0, 0, 3);
  const order = unitOrder(relevance);
  expect([...order]).toEqual([3, 1, 2, 0]);
  const window = new Float32Array(26).fill(1); // two values a sample
  const removed = withUnitsOf(new Float32Array(26), window, order, 0.5, 13);
  expect([...removed].map((value, i) => (value === 0 ? Math.floor(i / 2) : -1)).filter((i) => i >= 0)).toEqual([
    ...[4, 4, 5, 5, 6, 6, 7, 7],
    ...[12, 12],
  ]);
});

test('a curve that falls at once scores all there is, one that falls at the end nothing', () => {
  const points = removedShares.length;
  const row = (first: number, others: number, last: number) => [first, ...Array<number>(points - 2).fill(others), last];
  const atOnce = curvesOf([[...row(1, 0, 0), ...row(0, 1, 1)]]);
  const late = curvesOf([[...row(1, 1, 0), ...row(0, 0, 1)]]);
  expect([atOnce.deletion, atOnce.insertion].every((score) => score > 0.97)).toBe(true);
  expect([late.deletion, late.insertion].every((score) => score < 0.11)).toBe(true);
});
