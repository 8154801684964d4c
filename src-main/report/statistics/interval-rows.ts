import type { BeatTable } from '../../domain/beat.ts';
import type { ReportLimits, ReportModelSource, ReportRecord } from '../report-input.ts';
import type { ClassCount, ReviewCounts } from './beat-counts.ts';
import { classCounts, reviewCounts } from './beat-counts.ts';
import type { BeatRun } from './beat-runs.ts';
import type { HeartRate } from './heart-rate.ts';
import { heartRate } from './heart-rate.ts';

/** One row of the table by intervals; what spans two rows counts in the row in which it begins. */
export interface IntervalRow {
  readonly fromSample: number;
  readonly toSample: number;
  readonly review: ReviewCounts;
  readonly classes: readonly ClassCount[];
  readonly rate: HeartRate;
  /** Null where the class was not assessed. */
  readonly vCouplets: number | null;
  readonly vRuns: number | null;
  readonly sRuns: number | null;
}

/** Rows are clock hours, or 5 minutes for a record under 2 h. */
export const rowLengthS = (record: Pick<ReportRecord, 'lengthSamples' | 'samplingHz'>): number =>
  record.lengthSamples / record.samplingHz < 2 * 3600 ? 300 : 3600;

/** Index of the first beat at or after the sample. */
export function beatAtOrAfter(atSample: Int32Array, sample: number): number {
  let [low, high] = [0, atSample.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (atSample[middle] < sample) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The record in rows that begin on the clock's full hours (5 minutes), or on the record's own where its start is
 * unknown; the first and the last may be shorter.
 * @param runs  all runs of V and of S, in order.
 */
export function intervalRows(
  record: ReportRecord,
  beats: BeatTable,
  rrMs: Float64Array,
  runs: { readonly v: readonly BeatRun[]; readonly s: readonly BeatRun[] },
  model: ReportModelSource | null,
  limits: ReportLimits,
): IntervalRow[] {
  const startS = record.startOfDayS ?? 0;
  const endS = startS + record.lengthSamples / record.samplingHz;
  const lengthS = rowLengthS(record);
  const sampleAt = (clockS: number) =>
    Math.max(0, Math.min(record.lengthSamples, Math.round((clockS - startS) * record.samplingHz)));
  const rows: IntervalRow[] = [];
  for (let fromS = Math.floor(startS / lengthS) * lengthS; fromS < endS; fromS += lengthS) {
    const [fromSample, toSample] = [sampleAt(fromS), sampleAt(fromS + lengthS)];
    if (fromSample === toSample) continue;
    const [fromBeat, toBeat] = [fromSample, toSample].map((sample) => beatAtOrAfter(beats.atSample, sample));
    const classes = classCounts(beats, model, fromBeat, toBeat);
    const countRuns = (of: readonly BeatRun[], classIndex: number, isCounted: (run: BeatRun) => boolean) =>
      classes[classIndex].beats === null
        ? null
        : of.filter((run) => run.fromBeat >= fromBeat && run.fromBeat < toBeat && isCounted(run)).length;
    rows.push({
      ...{ fromSample, toSample, classes },
      review: reviewCounts(beats, fromBeat, toBeat),
      rate: heartRate(rrMs, limits, fromBeat, toBeat),
      vCouplets: countRuns(runs.v, 2, (run) => run.beats === 2),
      vRuns: countRuns(runs.v, 2, (run) => run.beats > 2),
      sRuns: countRuns(runs.s, 1, (run) => run.beats > 2),
    });
  }
  return rows;
}
