import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beatAround, firstBeatFrom, stretchFrom, stretchTo } from '../../../../src-renderer/ui/paper/beat-search.ts';

const rising = fc
  .uniqueArray(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 30 })
  .map((samples) => Int32Array.from(samples.sort((a, b) => a - b)));

test('finds the beat that a search from the left would find', () => {
  fc.assert(
    fc.property(rising, fc.integer({ min: -10, max: 5010 }), (samples, at) => {
      const next = samples.findIndex((sample) => sample >= at);
      expect(firstBeatFrom(samples, at)).toBe(next < 0 ? samples.length : next);
    }),
  );
});

test('a sample belongs to its nearest beat', () => {
  fc.assert(
    fc.property(rising, fc.integer({ min: -10, max: 5010 }), (samples, at) => {
      const nearest = Math.min(...samples.map((sample) => Math.abs(sample - at)));
      expect(Math.abs(samples[beatAround(samples, at)] - at)).toBe(nearest);
    }),
  );
});

test('no beat is around a sample of a record without beats', () => {
  expect(beatAround(new Int32Array(0), 100)).toBe(-1);
});

test('stretches meet midway, and reach no farther than asked over a pause', () => {
  const beats = Int32Array.of(1000, 1300, 5000);
  expect([0, 1, 2].map((i) => [stretchFrom(beats, i, 100), stretchTo(beats, i, 100)])).toEqual([
    [960, 1150],
    [1150, 1450],
    [4850, 5040],
  ]);
});
