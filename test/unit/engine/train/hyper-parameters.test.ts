import { expect, test } from 'vitest';
import {
  hyperParameterDefaults,
  hyperParameters,
  recipes,
} from '../../../../src-main/engine/train/hyper-parameters.ts';

test('puts given values into the defaults', () => {
  expect(hyperParameters({ epochs: 2 })).toEqual({ ...hyperParameterDefaults, epochs: 2 });
});

test('every recipe is allowed', () => {
  for (const recipe of Object.values(recipes)) expect(hyperParameters(recipe)).toMatchObject(recipe);
});

test('refuses an unknown key, naming it', () => {
  expect(() => hyperParameters({ learnRate: 1 } as object)).toThrow('unknown hyper-parameter learnRate');
});

test.each([
  [{ sampler: 'balanced', classWeights: 'inverse' }, 'sampler and classWeights'],
  [{ sampler: 'balanced', logitAdjustment: 1 }, 'sampler and logitAdjustment'],
  [{ classWeights: 'inverse-root', logitAdjustment: 1 }, 'classWeights and logitAdjustment'],
] as const)('refuses %j', (given, which) => {
  expect(() => hyperParameters(given)).toThrow(
    `${which} both make up for rare classes; together they count them twice, so choose one`,
  );
});

test.each([
  [{ epochs: 0 }, 'epochs is 0, but must be a whole number above 0'],
  [{ batch: 1.5 }, 'batch is 1.5, but must be a whole number above 0'],
  [{ learningRate: NaN }, 'learningRate is NaN, but must be above 0'],
  [{ averageDecay: 1 }, 'averageDecay is 1, but must be at least 0 and below 1'],
  [{ labelSmoothing: 1 }, 'labelSmoothing is 1, but must be at least 0 and below 1'],
  [{ parentShare: -0.5 }, 'parentShare is -0.5, but must be at least 0 and below 1'],
  [{ patience: 0.5 }, 'patience is 0.5, but must be a whole number, 0 or more'],
  [{ microBatches: 3 }, 'microBatches is 3, but must be a divisor of the batch of 128'],
  [{ mixupAlpha: -1 }, 'mixupAlpha is -1, but must be 0 or more'],
  [{ loss: 'hinge' as 'focal' }, 'loss is hinge, but must be one of cross-entropy, focal'],
])('refuses %j', (given, message) => {
  expect(() => hyperParameters(given)).toThrow(message);
});
