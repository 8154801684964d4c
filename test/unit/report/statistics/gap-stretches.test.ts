import { expect, test } from 'vitest';
import { findGaps } from '../../../../src-main/report/statistics/gap-stretches.ts';

const record = { leads: ['I', 'II'], samplingHz: 100, lengthSamples: 140_000 };
/** Both leads are missing in the first stretches, only the first lead in the last. */
const missing = [
  [0, 10],
  [500, 509],
  [65_530, 65_545],
  [139_900, 140_000],
];
const isIn = (stretch: number[], at: number) => at >= stretch[0] && at < stretch[1];

test('finds stretches of 0.1 s or more in which no lead has a valid sample, across the chunks it reads in', () => {
  const readSamples = (lead: number, from: number, to: number) =>
    Float32Array.from({ length: to - from }, (_, i) => {
      const at = from + i;
      return missing.some((stretch) => isIn(stretch, at)) || (lead === 0 && at >= 80_000 && at < 81_000) ? NaN : 0;
    });
  expect(findGaps(readSamples, record)).toEqual([
    { fromSample: 0, toSample: 10 },
    { fromSample: 65_530, toSample: 65_545 },
    { fromSample: 139_900, toSample: 140_000 },
  ]);
});
