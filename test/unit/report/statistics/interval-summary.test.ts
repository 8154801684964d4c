import { expect, test } from 'vitest';
import { intervalSummaries } from '../../../../src-main/report/statistics/interval-summary.ts';

test('tells the middle of the beats in which an interval was found, and nothing of too few', () => {
  const beats = [1, 2, 3, 4, 5].map((i) => ({
    ...{ rrMs: 800 + i, qrsMs: 90 + i, qtMs: 400 - i, qtcMs: 410 + 10 * i },
    prMs: i < 5 ? 150 : NaN,
  }));
  const summary = intervalSummaries({ leadName: 'II', candidates: 5, beats });
  expect(summary.map(({ name, beats: n, medianMs, lowMs, highMs }) => [name, n, lowMs, medianMs, highMs])).toEqual([
    ['RR', 5, 802, 803, 804],
    ['PR', 4, null, null, null],
    ['QRS', 5, 92, 93, 94],
    ['QT', 5, 396, 397, 398],
    ['QTc', 5, 430, 440, 450],
  ]);
});
