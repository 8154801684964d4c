import { expect, test } from 'vitest';
import { compareCards } from '../../../../../src-main/host/record-model/card/compare-cards.ts';

const differing = (inCard: unknown, now: unknown) =>
  compareCards(inCard, now)
    .filter(({ isEqual }) => !isEqual)
    .map(({ name, inCard: before, now: after }) => [name, before, after]);

const card = { hash: 'ab', evaluation: { V: 0.9352, F: null, counts: [43623, 422] } };

test('a card equals itself, figure by figure', () => {
  expect(compareCards(card, card).map(({ name }) => name)).toEqual([
    'hash',
    'evaluation.V',
    'evaluation.F',
    'evaluation.counts.0',
    'evaluation.counts.1',
  ]);
  expect(differing(card, card)).toEqual([]);
});

test('a share may differ below the last digit printed, a count by nothing', () => {
  const now = { hash: 'ab', evaluation: { V: 0.9356, F: null, counts: [43623, 421] } };
  expect(differing(card, now)).toEqual([['evaluation.counts.1', 422, 421]]);
  expect(differing({ V: 0.9352 }, { V: 0.9358 })).toEqual([['V', 0.9352, 0.9358]]);
});

test('a figure that only one card has differs', () => {
  expect(differing({ S: 0.3 }, { S: 0.3, F: 0.1 })).toEqual([['F', undefined, 0.1]]);
  expect(differing({ S: 0.3 }, {})).toEqual([['S', 0.3, undefined]]);
  expect(differing({ S: null }, { S: 0.3 })).toEqual([['S', null, 0.3]]);
});
