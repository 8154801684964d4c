import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src-main/domain/random.ts';
import { bootstrapOverRecords } from '../../../src-main/evaluate/bootstrap.ts';

const mean = (values: readonly number[]) => ({ mean: values.reduce((sum, value) => sum + value, 0) / values.length });

describe('bootstrapOverRecords', () => {
  it('gives the interval of a mean that theory expects', () => {
    const random = seededRandom(1);
    const records = Array.from({ length: 400 }, () => random.normal());
    const { mean: interval } = bootstrapOverRecords(records, mean, random, { draws: 4000 });
    const spread = Math.sqrt(records.reduce((sum, x) => sum + (x - interval.value!) ** 2, 0)) / records.length;
    expect(interval.low).toBeCloseTo(interval.value! - 1.96 * spread, 2);
    expect(interval.high).toBeCloseTo(interval.value! + 1.96 * spread, 2);
  });

  it('draws whole records: as many as there are, each one of them', () => {
    const records = [{ name: '100' }, { name: '101' }, { name: '103' }];
    const sizes = new Set<string>();
    bootstrapOverRecords(
      records,
      (drawn) => {
        sizes.add(`${drawn.length} ${drawn.every((record) => records.includes(record))}`);
        return { distinct: new Set(drawn).size };
      },
      seededRandom(2),
      { draws: 50 },
    );
    expect([...sizes]).toEqual(['3 true']);
  });

  it('repeats itself with the same seed', () => {
    const once = () => bootstrapOverRecords([1, 5, 9, 2], mean, seededRandom(3), { draws: 20 });
    expect(once()).toEqual(once());
  });

  it('leaves undefined draws out and counts them', () => {
    const beats = [0, 0, 0, 4];
    const { share } = bootstrapOverRecords(
      beats,
      (drawn) => ({ share: drawn.some((n) => n > 0) ? 1 : undefined }),
      seededRandom(4),
      { draws: 1000 },
    );
    expect({ ...share, undefinedDraws: 0 }).toEqual({ value: 1, low: 1, high: 1, undefinedDraws: 0 });
    expect(share.undefinedDraws / 1000).toBeCloseTo(0.75 ** 4, 1);
  });

  it('holds the interval in order, and wider for a higher level', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 1, maxLength: 9 }), (records) => {
        const at = (level: number) =>
          bootstrapOverRecords(records, mean, seededRandom(5), { draws: 30, level }).mean as {
            low: number;
            high: number;
          };
        const [narrow, wide] = [at(0.5), at(0.9)];
        return wide.low <= narrow.low && narrow.low <= narrow.high && narrow.high <= wide.high;
      }),
    );
  });

  it('refuses no records, no draws and levels that are no share', () => {
    const random = seededRandom(6);
    expect(() => bootstrapOverRecords([], mean, random)).toThrow('0 records');
    expect(() => bootstrapOverRecords([1], mean, random, { draws: 0 })).toThrow('0 draws');
    expect(() => bootstrapOverRecords([1], mean, random, { level: 95 })).toThrow('level 95');
  });
});
