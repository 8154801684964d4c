import { unreadableSpans } from '../domain/signal-episode.ts';
import { ecgIndices, type ReportInput, type Stretch } from './report-input.ts';
import type { ClassCount, ReviewCounts } from './statistics/beat-counts.ts';
import { classCounts, needsPerson, reviewCounts } from './statistics/beat-counts.ts';
import type { RunSummary } from './statistics/beat-runs.ts';
import { beatRuns, summariseRuns } from './statistics/beat-runs.ts';
import type { HeartRate, NnStatistics } from './statistics/heart-rate.ts';
import { heartRate, nnStatistics } from './statistics/heart-rate.ts';
import type { IntervalRow } from './statistics/interval-rows.ts';
import { intervalRows } from './statistics/interval-rows.ts';
import { isArtifactBeat, rrBeforeMs } from './statistics/rr-series.ts';

/** Every number of a report, before it is text. Null is "not assessed" or undefined, never none. */
export interface ReportFacts {
  /** Whether it is printed as a draft: asked for as one, or beats still wait for a person. */
  readonly isDraft: boolean;
  /** The first beat that waits for a person, as an index into the beat table; null without one. */
  readonly nextToConfirm: number | null;
  readonly durationS: number;
  /** Without a valid sample. */
  readonly gapS: number;
  /** In which a reader confirmed every lead to be unreadable. */
  readonly unreadableS: number;
  /** Whether anybody looked for beats; if not, no count of them means anything. */
  readonly areBeatsAssessed: boolean;
  readonly review: ReviewCounts;
  readonly byPersonPercent: number | null;
  readonly classes: readonly ClassCount[];
  /** Null where the class was not assessed. */
  readonly vRuns: RunSummary | null;
  readonly sRuns: RunSummary | null;
  readonly rate: HeartRate;
  /** Null where class N was not assessed. */
  readonly nn: NnStatistics | null;
  readonly rows: readonly IntervalRow[];
  /** Milliseconds from the beat before to each beat of the table; NaN where there is no interval. */
  readonly rrMs: Float64Array;
}

const samplesIn = (stretches: readonly Stretch[]) =>
  stretches.reduce((sum, { fromSample, toSample }) => sum + toSample - fromSample, 0);

/** All figures of a report; `input` as `withoutUnreadable` gives it; pure, and the same for the same input. */
export function reportFacts(input: ReportInput): ReportFacts {
  const { record, beats, model, limits } = input;
  const rrMs = rrBeforeMs(beats, record.samplingHz, record.gaps);
  const runsOf = (classIndex: number) => beatRuns(beats, rrMs, classIndex, (i) => isArtifactBeat(beats, i));
  const runs = { v: runsOf(2), s: runsOf(1) };
  const unreadable = unreadableSpans(record.episodes ?? [], ecgIndices(record));
  const review = reviewCounts(beats);
  const classes = classCounts(beats, model);
  const nextToConfirm = beats.atSample.findIndex((_, i) => needsPerson(beats, i));
  const [n, s, v] = classes.map((count) => count.beats !== null);
  return {
    isDraft: !input.isFinal || review.toConfirm > 0,
    nextToConfirm: nextToConfirm >= 0 ? nextToConfirm : null,
    durationS: record.lengthSamples / record.samplingHz,
    gapS: (samplesIn(record.gaps) - samplesIn(unreadable)) / record.samplingHz,
    unreadableS: samplesIn(unreadable) / record.samplingHz,
    areBeatsAssessed: input.detector !== null || beats.atSample.length > 0,
    ...{ review, classes, rrMs },
    byPersonPercent: review.beats > 0 ? (100 * review.byPerson) / review.beats : null,
    vRuns: v ? summariseRuns(runs.v) : null,
    sRuns: s ? summariseRuns(runs.s) : null,
    rate: heartRate(rrMs, limits),
    nn: n ? nnStatistics(rrMs, beats.label) : null,
    rows: intervalRows(record, beats, rrMs, runs, model, limits),
  };
}
