import { expect, test } from 'vitest';
import { rankCorrelation } from '../../../../src-main/engine/explain/rank-correlation.ts';

test('is 1 for the same order, -1 for the opposite, whatever the values', () => {
  expect(rankCorrelation([1, 2, 30], [0.1, 0.2, 0.3])).toBeCloseTo(1, 12);
  expect(rankCorrelation([1, 2, 30], [3, 2, -1])).toBeCloseTo(-1, 12);
});

test('gives equal values their mean rank, and nothing to what does not vary', () => {
  expect(rankCorrelation([1, 2, 2, 3], [1, 2, 2, 3])).toBeCloseTo(1, 12);
  // ranks 0, 1.5, 1.5, 3 against 0, 1, 2, 3
  expect(rankCorrelation([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
  expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBe(0);
  expect(() => rankCorrelation([1], [1, 2])).toThrow('1 values cannot be compared with 2');
});
