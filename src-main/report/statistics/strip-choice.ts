import type { BeatClass } from '../../domain/beat-class.ts';
import { beatClasses } from '../../domain/beat-class.ts';
import type { BeatTable } from '../../domain/beat.ts';
import { labelOrigins } from '../../domain/beat.ts';
import type { ReportInput, ReportRecord, Stretch } from '../report-input.ts';
import { isArtifactBeat } from './rr-series.ts';
import type { BeatRun } from './beat-runs.ts';
import type { HeartRate } from './heart-rate.ts';

/** What a strip shows and why it was chosen. */
export type StripReason =
  | { readonly kind: 'requested'; readonly title: string }
  | { readonly kind: 'class'; readonly beatClass: BeatClass }
  | { readonly kind: 'run'; readonly beatClass: BeatClass; readonly run: BeatRun }
  | { readonly kind: 'fastest' | 'slowest'; readonly perMin: number }
  | { readonly kind: 'longest-rr'; readonly rrMs: number }
  | { readonly kind: 'start' };

/** A stretch that a strip is about. */
export interface StripSubject extends Stretch {
  readonly reason: StripReason;
}

/** One strip, a whole number of rows long; its end may lie beyond the record's. */
export interface StripChoice extends Stretch {
  /** They lie within the strip, unless the strip would need more than `mostRows`. */
  readonly subjects: readonly StripSubject[];
  readonly rows: number;
}

/** Rows that a strip chosen by the program takes at most; a requested one takes what it needs. */
export const mostRows = 3;
/** Subjects that one strip names before its title grows unreadable. */
const mostSubjects = 3;
/** Around the subject of a strip, where the record goes on. */
const marginS = 0.25;

/**
 * The strips of a report, by importance: what the reader asked for, each abnormal class found with its longest run,
 * then the fastest and slowest rate and the longest RR. A strip that already shows a later subject takes its reason on.
 * @param rowSamples  samples in one row of a strip.
 */
export function chooseStrips(
  input: ReportInput,
  rate: HeartRate,
  longestRuns: { readonly S: BeatRun | null; readonly V: BeatRun | null },
  rowSamples: number,
): StripChoice[] {
  const { beats, record } = input;
  const subjects: StripSubject[] = input.requestedStrips.map(({ title, fromSample, toSample }) => ({
    fromSample: Math.max(0, fromSample),
    toSample: Math.min(record.lengthSamples, toSample),
    reason: { kind: 'requested', title },
  }));
  const add = (fromBeat: number, toBeat: number, reason: StripReason) =>
    subjects.push({ fromSample: beats.atSample[fromBeat], toSample: beats.atSample[toBeat] + 1, reason });
  for (const beatClass of ['V', 'S', 'F', 'Q'] as const) {
    const run = beatClass === 'V' || beatClass === 'S' ? longestRuns[beatClass] : null;
    if (run) add(run.fromBeat, run.toBeat, { kind: 'run', beatClass, run });
    const beat = representativeBeat(beats, beatClasses.indexOf(beatClass), run);
    if (beat >= 0) add(beat, beat, { kind: 'class', beatClass });
  }
  for (const kind of ['fastest', 'slowest'] as const) {
    const window = rate[kind];
    if (window) add(window.fromBeat, window.toBeat, { kind, perMin: window.perMin });
  }
  if (rate.longestRr) {
    const { fromBeat, rrMs } = rate.longestRr;
    add(fromBeat, fromBeat + 1, { kind: 'longest-rr', rrMs });
  }
  if (subjects.length === 0) subjects.push({ fromSample: 0, toSample: 1, reason: { kind: 'start' } });
  return placeStrips(subjects, record, rowSamples);
}

/** The most typical beat that can be told without its shape: a person's label before a model's, then the surest. */
function representativeBeat(beats: BeatTable, classIndex: number, besides: BeatRun | null): number {
  let [best, bestWeight] = [-1, -1];
  for (let i = 0; i < beats.label.length; i++) {
    if (beats.label[i] !== classIndex || isArtifactBeat(beats, i)) continue;
    const byPerson = beats.origin[i] >= labelOrigins.indexOf('confirmed') ? 4 : 0;
    const outsideRun = besides && i >= besides.fromBeat && i <= besides.toBeat ? 0 : 2;
    const weight = byPerson + outsideRun + (beats.probabilities[i * beatClasses.length + classIndex] || 0);
    if (weight > bestWeight) [best, bestWeight] = [i, weight];
  }
  return best;
}

function placeStrips(
  subjects: readonly StripSubject[],
  record: Pick<ReportRecord, 'lengthSamples' | 'samplingHz'>,
  rowSamples: number,
): StripChoice[] {
  const strips: StripChoice[] = [];
  const margin = Math.round(marginS * record.samplingHz);
  for (const subject of subjects) {
    const isRequested = subject.reason.kind === 'requested';
    const shown = strips.findIndex(
      (strip) =>
        !isRequested &&
        strip.subjects.length < mostSubjects &&
        subject.fromSample >= strip.fromSample + margin &&
        subject.toSample <= strip.toSample - margin,
    );
    if (shown >= 0) {
      strips[shown] = { ...strips[shown], subjects: [...strips[shown].subjects, subject] };
      continue;
    }
    const wanted = Math.ceil((subject.toSample - subject.fromSample + 2 * margin) / rowSamples);
    const rows = Math.max(1, isRequested ? wanted : Math.min(mostRows, wanted));
    const length = rows * rowSamples;
    const middle = (subject.fromSample + subject.toSample) / 2;
    const from = rows > 1 ? subject.fromSample - 2 * margin : Math.round(middle - length / 2);
    const fromSample = Math.max(0, Math.min(from, record.lengthSamples - length));
    strips.push({ fromSample, toSample: fromSample + length, subjects: [subject], rows });
  }
  return strips;
}
