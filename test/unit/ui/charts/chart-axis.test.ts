import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spreadLabels, ticksBetween } from '../../../../src-renderer/ui/charts/chart-axis.ts';

test('ticks are round numbers within the axis', () => {
  expect([ticksBetween(0, 1, 2), ticksBetween(0.32, 0.87, 3), ticksBetween(1, 6, 6), ticksBetween(3, 3, 4)]).toEqual([
    [0, 0.5, 1],
    [0.4, 0.6, 0.8],
    [1, 2, 3, 4, 5, 6],
    [3],
  ]);
});

test('labels that would lie on each other keep their order and their distance', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { maxLength: 5 }), (wanted) => {
      const placed = spreadLabels(wanted, 13, 100);
      const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
      for (let k = 1; k < order.length; k++)
        expect(placed[order[k]] - placed[order[k - 1]]).toBeGreaterThanOrEqual(13 - 1e-9);
      expect(Math.max(0, ...placed)).toBeLessThanOrEqual(100);
    }),
  );
});

test('labels with room enough stay where they belong', () => {
  expect(spreadLabels([50, 10, 30], 13, 100)).toEqual([50, 10, 30]);
});
