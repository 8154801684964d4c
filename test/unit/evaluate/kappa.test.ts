import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../src-main/domain/random.ts';
import { agreement, type RatedBeats } from '../../../src-main/evaluate/kappa.ts';

const repeated = (labels: readonly number[], times: number) => Array.from({ length: times }, () => labels);
const of = (records: readonly RatedBeats[], raters = 2, classes = 5) =>
  agreement(records, raters, classes, seededRandom(1));

test("Cohen's kappa of the textbook table: 20 and 15 agreed, 5 and 10 not, is 0.4", () => {
  const beats = [...repeated([0, 0], 20), ...repeated([0, 1], 5), ...repeated([1, 0], 10), ...repeated([1, 1], 15)];
  const { observed, kappa, beats: count } = of([beats], 2, 2);
  expect([count, observed]).toEqual([50, 0.7]);
  expect(kappa).toBeCloseTo(0.4, 12);
});

test("Fleiss' kappa of the worked example of 14 raters, 10 subjects and 5 categories is 0.210", () => {
  // Fleiss 1971 as it is commonly quoted: how many of 14 raters put each subject in each category.
  const table = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
  ];
  const beats = table.map((counts) => counts.flatMap((count, category) => Array<number>(count).fill(category)));
  const { observed, kappa } = of([beats], 14);
  expect(observed).toBeCloseTo(0.378, 3);
  expect(kappa).toBeCloseTo(0.21, 3);
});

test('kappa is undefined without beats and where all labels are of one class', () => {
  expect(of([[], []]).kappa).toBeUndefined();
  expect(of([repeated([0, 0], 100)])).toMatchObject({ observed: 1, kappa: undefined });
});

const rated = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { maxLength: 30 });

test('raters who never differ have kappa 1; kappa is never above it, and the same the other way round', () => {
  fc.assert(
    fc.property(fc.array(rated, { minLength: 1, maxLength: 6 }), (records) => {
      const { kappa } = of(records);
      const same = of(records.map((beats) => beats.map(([a]) => [a, a]))).kappa;
      const swapped = of(records.map((beats) => beats.map(([a, b]) => [b, a]))).kappa;
      expect(kappa ?? 1).toBeLessThanOrEqual(1 + 1e-12);
      expect(same ?? 1).toBeCloseTo(1, 12);
      expect(swapped ?? 9).toBeCloseTo(kappa ?? 9, 12);
    }),
  );
});

test('the interval is over records: one record has none, and unlike records have a wide one', () => {
  const good = [...repeated([0, 0], 40), ...repeated([2, 2], 40)];
  const bad = [...repeated([0, 2], 20), ...repeated([2, 0], 20), ...repeated([0, 0], 20)];
  expect(of([good]).interval).toBeUndefined();
  const { low, high } = of([good, bad, good, bad]).interval!;
  const { kappa } = of([good, bad, good, bad]);
  expect([low! < kappa!, kappa! < high!, high! - low! > 0.3]).toEqual([true, true, true]);
});

test('refuses beats without a label of each rater', () => {
  expect(() => of([[[0, 1, 2]]])).toThrow('a beat has 3 labels of 2 raters');
  expect(() => of([], 1)).toThrow('1 raters cannot agree');
});
