import { seededRandom } from '../../domain/random.ts';
import { bootstrapOverRecords } from '../bootstrap.ts';
import { percentOf, type Ratio } from './ratio.ts';

/** One figure over several records, in percent but for the ratio. */
export interface AggregateFigure {
  /** Ratio of the sums: long recordings with many beats weigh more. */
  readonly gross: Ratio;
  /** Mean percentage of the records in which the figure has a denominator; undefined where none has. */
  readonly averagePercent: number | undefined;
  /** Median percentage of the same records. */
  readonly medianPercent: number | undefined;
  /** 95 % interval of the gross percentage over resampled records; undefined of fewer than two records with beats. */
  readonly intervalPercent: readonly [low: number, high: number] | undefined;
}
export type AggregateFigures<Name extends string> = Readonly<Record<Name, AggregateFigure>>;

/** Draws of records and the seed they begin with: the same records have the same intervals. */
export const bootstrap = { draws: 1000, seed: 57 } as const;

/** Each named figure over records, added up in their order, as sumstats does. */
export function aggregateFigures<Name extends string>(
  records: readonly Readonly<Record<Name, Ratio>>[],
  names: readonly Name[],
): AggregateFigures<Name> {
  // Columns (part, whole, part, whole, …) of each record: a thousand draws add up a million of them.
  const rows = records.map((figures) =>
    Float64Array.from(names.flatMap((name) => [figures[name].part, figures[name].whole])),
  );
  const grossOf = (drawn: readonly Float64Array[]) => {
    const sums = new Float64Array(2 * names.length);
    for (const row of drawn) for (let column = 0; column < sums.length; column++) sums[column] += row[column];
    const gross = {} as Record<Name, number | undefined>;
    names.forEach((name, i) => (gross[name] = percentOf({ part: sums[2 * i], whole: sums[2 * i + 1] })));
    return gross;
  };
  const intervals =
    rows.length > 1 ? bootstrapOverRecords(rows, grossOf, seededRandom(bootstrap.seed), bootstrap) : undefined;
  const figureOf = (name: Name): AggregateFigure => {
    const defined = records.map((figures) => figures[name]).filter(({ whole }) => whole > 0);
    const { low, high } = intervals?.[name] ?? {};
    return {
      gross: sumOf(records, name),
      averagePercent: percentOf({
        part: defined.reduce((sum, { part, whole }) => sum + part / whole, 0),
        whole: defined.length,
      }),
      medianPercent: medianOf(defined.map((ratio) => percentOf(ratio)!)),
      intervalPercent: defined.length > 1 && low !== undefined && high !== undefined ? [low, high] : undefined,
    };
  };
  return Object.fromEntries(names.map((name) => [name, figureOf(name)])) as AggregateFigures<Name>;
}

function sumOf<Name extends string>(records: readonly Readonly<Record<Name, Ratio>>[], name: Name): Ratio {
  let [part, whole] = [0, 0];
  for (const figures of records) {
    part += figures[name].part;
    whole += figures[name].whole;
  }
  return { part, whole };
}

/** The middle value, or the mean of the two in the middle; undefined of none. */
export function medianOf(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length === 0 ? undefined : (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}
