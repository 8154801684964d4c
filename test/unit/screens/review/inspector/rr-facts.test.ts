import { expect, test } from 'vitest';
import { rrFacts } from '../../../../../src-renderer/screens/review/inspector/rr-facts.ts';
import { type BeatLine, tableOf } from '../beats.ts';

/** Beats a second apart but for the sixth, which comes 0.4 s early and is followed by a pause. */
const early = (flag?: BeatLine['flag']) =>
  tableOf(
    Array.from({ length: 12 }, (_, i) => ({
      label: 'N',
      atSample: i * 100 - (i === 5 ? 40 : 0),
      ...(i === 4 ? { flag } : {}),
    })),
  );

test('an early beat is told by its intervals and by the mean around it, its own interval left out', () => {
  // Ten others: nine of a second, and the pause of 1.4 s.
  const meanMs = (9 * 1000 + 1400) / 10;
  expect(rrFacts(early(), 5, 100)).toEqual({
    ...{ beforeMs: 600, afterMs: 1400 },
    toLocalMean: expect.closeTo(600 / meanMs, 10),
    ratePerMin: expect.closeTo(60_000 / meanMs, 10),
  });
});

test('an artifact is not bridged: there is no interval on either side of it, nor in the mean', () => {
  const facts = rrFacts(early('artifact'), 5, 100);
  expect([facts.beforeMs, facts.toLocalMean, facts.afterMs, facts.ratePerMin]).toEqual([
    ...[NaN, NaN, 1400],
    expect.closeTo(60_000 / ((8 * 1000 + 1400) / 9), 10),
  ]);
});

test('the first beat has no interval before it, the last none after it, a lone beat none at all', () => {
  const beats = tableOf('NN');
  expect([rrFacts(beats, 0, 100).beforeMs, rrFacts(beats, 1, 100).afterMs, rrFacts(tableOf('N'), 0, 100)]).toEqual([
    ...[NaN, NaN],
    { beforeMs: NaN, afterMs: NaN, toLocalMean: NaN, ratePerMin: NaN },
  ]);
});
