import { expect, test } from 'vitest';
import { averageDecayAt, learningRateAt } from '../../../../src-main/engine/train/schedule.ts';

const rates = (schedule: 'constant' | 'linear' | 'cosine') =>
  Array.from({ length: 9 }, (_, step) => learningRateAt({ learningRate: 2, schedule, warmUpSteps: 4 }, step, 8));

test('warms up in equal steps, then stays or falls to zero', () => {
  expect(rates('constant')).toEqual([0.5, 1, 1.5, 2, 2, 2, 2, 2, 2]);
  expect(rates('linear')).toEqual([0.5, 1, 1.5, 2, 2, 1.5, 1, 0.5, 0]);
  const cosine = rates('cosine');
  expect(cosine.slice(0, 5)).toEqual([0.5, 1, 1.5, 2, 2]);
  expect(cosine[6]).toBeCloseTo(1, 12);
  expect(cosine[8]).toBeCloseTo(0, 12);
});

test('a run shorter than its warm-up never leaves it', () => {
  expect(learningRateAt({ learningRate: 2, schedule: 'cosine', warmUpSteps: 10 }, 4, 5)).toBe(1);
});

test('the running average forgets fast at first and slowly later', () => {
  expect([averageDecayAt(0.998, 0), averageDecayAt(0.998, 1e6), averageDecayAt(0, 5)]).toEqual([0.1, 0.998, 0]);
});
