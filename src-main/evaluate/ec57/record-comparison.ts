import type { Annotation } from '../../domain/annotation.ts';
import { aggregateFigures, type AggregateFigures } from './aggregate-figures.ts';
import { aggregateBeats, type BeatAggregate } from './beats/beat-aggregate.ts';
import { compareBeats, type BeatComparison } from './beats/beat-comparison.ts';
import type { ComparisonOptions } from './comparison-options.ts';
import { compareRuns, type RunComparison } from './runs/run-comparison.ts';
import { runFigureNames, runFigures, type RunFigureName } from './runs/run-figures.ts';

/** Both comparisons of one record that EC57 asks for. */
export interface RecordComparison {
  readonly beats: BeatComparison;
  readonly runs: RunComparison;
}

/** Both comparisons of several records. */
export interface Aggregate {
  /** Names of the records that the figures are of, in order. */
  readonly records: readonly string[];
  /** Names of the records left out because their reference has paced beats. */
  readonly leftOutPaced: readonly string[];
  readonly beats: BeatAggregate;
  readonly runs: Readonly<Record<'VE' | 'SVE', AggregateFigures<RunFigureName>>>;
}

/**
 * Compares a test's annotations with the reference's as WFDB's bxb and rxr do.
 * @param reference, test  annotations of one record, each by rising time.
 * @throws {RangeError}    for options that are no times or rates.
 */
export const compareRecord = (
  reference: readonly Annotation[],
  test: readonly Annotation[],
  options: ComparisonOptions,
): RecordComparison => ({
  beats: compareBeats(reference, test, options),
  runs: compareRuns(reference, test, options),
});

/**
 * Gross and average figures of several records, as sumstats works them out.
 * @param paced  EC57 leaves records with paced beats out; `include` is not standard.
 * @throws {RangeError} for records compared with different class maps: their figures cannot be added.
 */
export function aggregate(
  comparisons: readonly RecordComparison[],
  paced: 'leave-out' | 'include' = 'leave-out',
): Aggregate {
  const maps = new Set(comparisons.map(({ beats }) => beats.map));
  if (maps.size > 1) throw new RangeError(`records of the class maps ${[...maps].join(' and ')} cannot be aggregated`);
  const isLeftOut = ({ beats }: RecordComparison) => paced === 'leave-out' && beats.isPaced;
  const kept = comparisons.filter((comparison) => !isLeftOut(comparison));
  const runsOf = (kind: 'VE' | 'SVE') =>
    aggregateFigures(
      kept
        .map(({ runs }) => runs[kind])
        .filter((runs) => runs !== undefined)
        .map(runFigures),
      runFigureNames,
    );
  return {
    records: kept.map(({ beats }) => beats.record),
    leftOutPaced: comparisons.filter(isLeftOut).map(({ beats }) => beats.record),
    beats: aggregateBeats(kept.map(({ beats }) => beats)),
    runs: { VE: runsOf('VE'), SVE: runsOf('SVE') },
  };
}
