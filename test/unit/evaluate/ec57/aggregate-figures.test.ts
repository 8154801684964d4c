import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aggregateFigures, medianOf } from '../../../../src-main/evaluate/ec57/aggregate-figures.ts';

const ratios = (...pairs: [number, number][]) => pairs.map(([part, whole]) => ({ se: { part, whole } }));

test('average and median leave out records without a denominator; gross does not need to', () => {
  const { se } = aggregateFigures(ratios([1, 2], [0, 0], [9, 10], [4, 4]), ['se']);
  expect([se.gross, se.averagePercent, se.medianPercent]).toEqual([{ part: 14, whole: 16 }, 80, 90]);
});

test('the interval holds the gross figure, lies between the records, and is the same each time', () => {
  const records = ratios([50, 100], [90, 100], [70, 100], [99, 100], [60, 100]);
  const { intervalPercent, gross } = aggregateFigures(records, ['se']).se;
  const [low, high] = intervalPercent!;
  expect([low >= 50, low < gross.part / 5, gross.part / 5 < high, high <= 99]).toEqual([true, true, true, true]);
  expect(aggregateFigures(records, ['se']).se.intervalPercent).toEqual(intervalPercent);
});

test('the interval is wider over few records than over many of the same kind', () => {
  const few = ratios([50, 100], [90, 100], [70, 100]);
  const many = Array.from({ length: 12 }, () => few).flat();
  const width = (records: typeof few) => {
    const [low, high] = aggregateFigures(records, ['se']).se.intervalPercent!;
    return high - low;
  };
  expect(width(few)).toBeGreaterThan(2 * width(many));
});

test('where fewer than two records have the figure there is no interval', () => {
  const { se } = aggregateFigures(ratios([1, 2], [0, 0]), ['se']);
  expect([se.intervalPercent, se.medianPercent]).toEqual([undefined, 50]);
  expect(aggregateFigures<'se'>([], ['se']).se.medianPercent).toBeUndefined();
});

test('half of the values lie on either side of the median', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
      const median = medianOf(values)!;
      expect(values.filter((value) => value < median).length).toBeLessThanOrEqual(values.length / 2);
      expect(values.filter((value) => value > median).length).toBeLessThanOrEqual(values.length / 2);
    }),
  );
});
