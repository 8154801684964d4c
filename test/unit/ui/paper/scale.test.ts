import { expect, test } from 'vitest';
import { gridSteps, labelStepS, nextRung, speedLadder } from '../../../../src-renderer/ui/paper/scale.ts';

test('grid lines thin out as the paper slows down', () => {
  expect([100, 25, 12.5, 10, 5, 1, 0.5, 1 / 60].map((speed) => [speed, ...Object.values(gridSteps(speed))])).toEqual([
    [100, true, 5],
    [25, true, 5],
    [12.5, true, 5],
    [10, false, 5],
    [5, false, 5],
    [1, false, 5],
    [0.5, false, 2.5],
    [1 / 60, false, 5],
  ]);
});

test('printed times keep their distance', () => {
  expect([94.5, 18.9, 378, 0.5].map((pxPerS) => labelStepS(pxPerS, 120))).toEqual([2, 10, 0.5, 300]);
});

test('a value between two rungs steps from the nearer one', () => {
  expect([nextRung(speedLadder, 13, 1), nextRung(speedLadder, 24, -1), nextRung(speedLadder, 1000, 5)]).toEqual([
    25, 12.5, 400,
  ]);
});
