import { expect, test } from 'vitest';
import { offScalePeaks } from '../../../../src-renderer/ui/waveform/off-scale.ts';

const peaksOf = (mv: readonly number[], join = 3) =>
  offScalePeaks(
    Float64Array.from(mv, (_, i) => 100 + i),
    Float32Array.from(mv),
    mv.length,
    -1,
    1,
    join,
  );

test('each excursion is told once, at its farthest point and on its side', () => {
  expect(peaksOf([0, 1.5, 2, 1.25, 0, 0, 0, 0, 0, -1.5, -4, 0])).toEqual([
    { atSample: 102, mv: 2, isAbove: true },
    { atSample: 110, mv: -4, isAbove: false },
  ]);
});

test('excursions close together are one, but not across sides', () => {
  expect(peaksOf([1.5, 0, 2.5, 0, -2])).toEqual([
    { atSample: 102, mv: 2.5, isAbove: true },
    { atSample: 104, mv: -2, isAbove: false },
  ]);
});

test('what stays within the lane, its edges included, and gaps have none', () => {
  expect(peaksOf([1, -1, NaN, 0])).toEqual([]);
});
