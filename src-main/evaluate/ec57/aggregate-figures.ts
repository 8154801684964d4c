import { percentOf, type Ratio } from './ratio.ts';

/** One figure over several records. */
export interface AggregateFigure {
  /** Ratio of the sums: long recordings with many beats weigh more. */
  readonly gross: Ratio;
  /** Mean percentage of the records in which the figure has a denominator; undefined where none has. */
  readonly averagePercent: number | undefined;
}
export type AggregateFigures<Name extends string> = Readonly<Record<Name, AggregateFigure>>;

/** One figure over records, added up in their order, as sumstats does. */
export function aggregateRatios(records: readonly Ratio[]): AggregateFigure {
  const sum = (of: (ratio: Ratio) => number, over: readonly Ratio[]) =>
    over.reduce((total, ratio) => total + of(ratio), 0);
  const defined = records.filter(({ whole }) => whole > 0);
  const shares = sum(({ part, whole }) => part / whole, defined);
  return {
    gross: { part: sum(({ part }) => part, records), whole: sum(({ whole }) => whole, records) },
    averagePercent: percentOf({ part: shares, whole: defined.length }),
  };
}

/** Each named figure over records. */
export const aggregateFigures = <Name extends string>(
  records: readonly Readonly<Record<Name, Ratio>>[],
  names: readonly Name[],
): AggregateFigures<Name> =>
  Object.fromEntries(
    names.map((name) => [name, aggregateRatios(records.map((figures) => figures[name]))]),
  ) as AggregateFigures<Name>;
