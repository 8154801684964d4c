import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  gainFor,
  levelled,
  meanOf,
  spread,
} from '../../../../../src-renderer/screens/review/inspector/mean-shapes.svelte.ts';
import { tableOf } from '../beats.ts';

test('a mean is made of at most so many beats of the class, spread over the record, and of no artifact', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('N', 'V')), fc.integer({ min: 1, max: 8 }), (labels, most) => {
      const beats = tableOf(
        labels.map((label, i) => ({ label, ...(i % 5 === 0 ? { flag: 'artifact' as const } : {}) })),
      );
      const all = labels.flatMap((label, i) => (label === 'V' && i % 5 !== 0 ? [i] : []));
      const chosen = spread(beats, 'V', most);
      expect(chosen.length).toBe(Math.min(most, all.length));
      expect([...new Set(chosen)].sort((a, b) => a - b)).toEqual(chosen);
      expect(chosen.every((index) => all.includes(index))).toBe(true);
    }),
  );
});

test('beats are laid over each other about their own level, and a gap is left out of the mean', () => {
  const shapes = [levelled(Float32Array.of(5, 5, 7, NaN)), levelled(Float32Array.of(-1, -1, 5, NaN))];
  expect([...meanOf(shapes)]).toEqual([0, 0, 4, NaN]);
  expect([...meanOf([Float32Array.of(NaN, 1), Float32Array.of(3, 2)])]).toEqual([3, 1.5]);
});

test('the gain of the strip is the standard one where the beat fits, else a smaller rung', () => {
  expect(
    [
      [1.8, -1],
      [2.4, 0],
      [0.5, -1.5],
      [9, -9],
    ].map((shape) => gainFor([shape])),
  ).toEqual([10, 5, 5, 2.5]);
});
