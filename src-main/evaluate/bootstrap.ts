import type { Random } from '../domain/random.ts';

/** A figure with the interval that holds most of its values over resampled records. */
export interface Interval {
  /** The figure over all records as they are; undefined where it has no denominator. */
  readonly value: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** Draws in which the figure was undefined, left out of the interval. */
  readonly undefinedDraws: number;
}

export interface BootstrapOptions {
  /** Resampled sets; 1000 holds the ends of a 95 % interval to about a tenth of its width. */
  readonly draws?: number;
  /** Share of the draws inside the interval, in (0, 1). */
  readonly level?: number;
}

/**
 * Percentile bootstrap (Efron 1979) that draws whole RECORDS with replacement: beats of one record resemble
 * each other, so drawing beats would give intervals far too narrow.
 * @param records    what is known of each record, such as its confusion matrix; at least one.
 * @param figuresOf  named figures of a set of records, such as the macro-F1 of the summed matrices.
 * @throws {RangeError} without records, or for draws or a level out of range.
 */
export function bootstrapOverRecords<Item, Name extends string>(
  records: readonly Item[],
  figuresOf: (drawn: readonly Item[]) => Readonly<Record<Name, number | undefined>>,
  random: Random,
  { draws = 1000, level = 0.95 }: BootstrapOptions = {},
): Record<Name, Interval> {
  if (records.length === 0) throw new RangeError('0 records, expected at least 1');
  if (!(Number.isInteger(draws) && draws > 0)) throw new RangeError(`${draws} draws, expected a whole number above 0`);
  if (!(level > 0 && level < 1)) throw new RangeError(`level ${level}, expected one between 0 and 1`);
  const drawn = Array.from({ length: draws }, () =>
    figuresOf(records.map(() => records[random.integer(records.length)])),
  );
  const intervalOf = (name: Name, value: number | undefined): Interval => {
    const defined = drawn.map((figures) => figures[name]).filter((figure) => figure !== undefined);
    const sorted = Float64Array.from(defined).sort();
    return {
      value,
      low: quantile(sorted, (1 - level) / 2),
      high: quantile(sorted, (1 + level) / 2),
      undefinedDraws: draws - sorted.length,
    };
  };
  const whole = figuresOf(records);
  return Object.fromEntries(
    (Object.keys(whole) as Name[]).map((name) => [name, intervalOf(name, whole[name])]),
  ) as Record<Name, Interval>;
}

/** Quantile of rising values, linear between neighbours; undefined of none. */
function quantile(sorted: Float64Array, share: number): number | undefined {
  if (sorted.length === 0) return undefined;
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}
