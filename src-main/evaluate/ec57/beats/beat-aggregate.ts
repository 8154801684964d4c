import { aggregateFigures, type AggregateFigures } from '../aggregate-figures.ts';
import { printedNumber } from '../ratio.ts';
import type { BeatComparison } from './beat-comparison.ts';
import { sumCounts, type BeatCounts } from './beat-counts.ts';
import { beatFiguresOfLine, type BeatFigureName } from './beat-figures.ts';

/** The beat-by-beat comparison of several records. */
export interface BeatAggregate {
  readonly counts: BeatCounts;
  readonly figures: AggregateFigures<BeatFigureName>;
  /** Mean over records of the printed figure, which has two decimals. */
  readonly averageRmsRrErrorMs: number | undefined;
}

/**
 * Beat-by-beat figures of several records with sumstats' definitions; its S +P leaves out fusion and unclassifiable
 * beats called S, so it may be higher than that of the records. No records: every figure is undefined.
 */
export function aggregateBeats(records: readonly BeatComparison[]): BeatAggregate {
  const figures = records.map(({ counts }) => beatFiguresOfLine(counts));
  const counts = sumCounts(records.map((record) => record.counts));
  const names = Object.keys(beatFiguresOfLine(counts)) as BeatFigureName[];
  const rrErrors = records.map(({ rmsRrErrorMs }) => rmsRrErrorMs).filter((error) => error !== undefined);
  const printedSum = rrErrors.reduce((sum, error) => sum + Number(printedNumber(error, 2)), 0);
  return {
    counts,
    figures: aggregateFigures(figures, names),
    averageRmsRrErrorMs: rrErrors.length > 0 ? printedSum / rrErrors.length : undefined,
  };
}
