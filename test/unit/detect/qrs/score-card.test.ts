import { expect, it } from 'vitest';
import { companyCard } from '../../../../src-main/detect/qrs/fitted-cards.ts';
import { aloneNames, companyNames } from '../../../../src-main/detect/qrs/features.ts';
import { logOdds } from '../../../../src-main/detect/qrs/score-card.ts';

it('adds bias and weighted features of all blocks', () => {
  const card = { bias: 1, weights: [2, 3, 10] };
  const odds = logOdds(card, [Float32Array.of(1, 1, 0, 2), Float32Array.of(0.5, -1)], 2);
  expect(odds).toEqual(Float64Array.of(1 + 5 + 5, 1 + 6 - 10));
});

it('refuses features that the card has no weight for', () => {
  expect(() => logOdds({ bias: 0, weights: [1] }, [Float32Array.of(1, 2)], 1)).toThrow(
    '2 features, but the score card has 1 weights',
  );
});

it('has one weight for each named feature', () => {
  expect(companyCard.weights.length).toBe(aloneNames.length + companyNames.length);
});
