import { expect, test } from 'vitest';
import {
  bestMethod,
  explanationMethods,
  isExplaining,
  type ExplanationFigures,
  type ExplanationMethod,
} from '../../../src-main/domain/explanation.ts';

const curves = { deletionCurve: [], insertionCurve: [], insertion: 0 };
const figuresWith = (deletions: Record<ExplanationMethod, number>): ExplanationFigures => ({
  ...{ beats: 1, byClass: { V: 1 }, source: '', shares: [], layers: [] },
  ...{ random: { ...curves, deletion: 0 }, signal: { ...curves, deletion: 0 }, distance: { ...curves, deletion: 0 } },
  methods: Object.fromEntries(
    explanationMethods.map((method) => [
      method,
      { ...curves, deletion: deletions[method], randomized: [], agreement: null, completenessError: null },
    ]),
  ) as unknown as ExplanationFigures['methods'],
});
const deletions = {
  ...{ occlusion: 0.5, 'integrated-gradients': 0.6, 'grad-cam': 0.4, 'attention-relevance': 0.1 },
  ...{ attention: 0.9, 'attention-rollout': 0.8 },
};

test('the method with the best deletion score is shown first, but never where the network looked', () => {
  expect(bestMethod(figuresWith(deletions))).toBe('integrated-gradients');
  expect(bestMethod(figuresWith({ ...deletions, 'grad-cam': 0.7 }))).toBe('grad-cam');
  expect(explanationMethods.filter((method) => !isExplaining(method))).toEqual(['attention', 'attention-rollout']);
});

test('occlusion is shown where no method was checked', () => {
  expect([bestMethod(null), bestMethod(undefined)]).toEqual(['occlusion', 'occlusion']);
});
