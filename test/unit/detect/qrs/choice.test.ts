import fc from 'fast-check';
import { expect, it } from 'vitest';
import { workingHz } from '../../../../src-main/detect/qrs/candidates.ts';
import { chooseBeats, refractoryS } from '../../../../src-main/detect/qrs/choice.ts';

const refractory = Math.round(refractoryS * workingHz);
const candidatesAndOdds = fc
  .array(fc.record({ step: fc.integer({ min: 1, max: 40 }), odds: fc.double({ min: -5, max: 5, noNaN: true }) }), {
    maxLength: 10,
  })
  .map((items) => {
    let at = 0;
    const atSample = Int32Array.from(items, ({ step }) => (at += step));
    return { atSample, odds: Float64Array.from(items, (item) => item.odds) };
  });

it('chooses the set with the greatest sum that keeps the refractory period', () => {
  fc.assert(
    fc.property(candidatesAndOdds, ({ atSample, odds }) => {
      const sumOf = (set: ArrayLike<number>) => Array.from(set).reduce((sum, i) => sum + odds[i], 0);
      const isAllowed = (set: ArrayLike<number>) =>
        Array.from(set).every((i, k) => k === 0 || atSample[i] - atSample[set[k - 1]] >= refractory);
      const subsets = Array.from({ length: 2 ** atSample.length }, (_, bits) =>
        Array.from(atSample.keys()).filter((i) => (bits >> i) & 1),
      );
      const best = Math.max(...subsets.filter(isAllowed).map(sumOf));
      const chosen = chooseBeats(atSample, odds);
      expect({ isAllowed: isAllowed(chosen), sum: sumOf(chosen) }).toEqual({
        isAllowed: true,
        sum: expect.closeTo(best, 9),
      });
    }),
  );
});

it('never chooses what is likelier no beat', () => {
  expect(chooseBeats(Int32Array.of(10, 110), Float64Array.of(-0.1, 0))).toEqual(new Int32Array(0));
});
