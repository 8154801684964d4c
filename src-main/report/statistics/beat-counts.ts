import type { BeatClass } from '../../domain/beat-class.ts';
import { beatClasses } from '../../domain/beat-class.ts';
import type { BeatTable } from '../../domain/beat.ts';
import { beatFlags, labelOrigins, noLabel } from '../../domain/beat.ts';
import type { ReportModelSource } from '../report-input.ts';
import { isArtifactBeat } from './rr-series.ts';

/** How the labels of a stretch came about; artifact beats are in none of the other counts. */
export interface ReviewCounts {
  readonly beats: number;
  readonly artifacts: number;
  /** A person confirmed or changed the label. */
  readonly byPerson: number;
  readonly changed: number;
  readonly modelOnly: number;
  readonly unlabeled: number;
  readonly forLater: number;
  /** What keeps a report a draft: S, V, F and Q beats without a person's word, beats without a label or for later. */
  readonly toConfirm: number;
}

/** Beats of one class; null where the class was not assessed, which is not the same as none. */
export interface ClassCount {
  readonly beatClass: BeatClass;
  readonly beats: number | null;
  /** Share of the beats that are no artifact. */
  readonly burdenPercent: number | null;
  readonly byPerson: number;
  readonly changed: number;
  readonly toConfirm: number;
}

const isByPerson = (beats: BeatTable, i: number) => labelOrigins.indexOf('confirmed') <= beats.origin[i];
const isForLater = (beats: BeatTable, i: number) => (beats.flags[i] & beatFlags.forLater) !== 0;

/** Whether the beat keeps a report from being final. */
export const needsPerson = (beats: BeatTable, i: number): boolean =>
  !isArtifactBeat(beats, i) && (isForLater(beats, i) || (beats.label[i] !== 0 && !isByPerson(beats, i)));

/** Counts of the beats `[fromBeat, toBeat)` of the table. */
export function reviewCounts(beats: BeatTable, fromBeat = 0, toBeat = beats.atSample.length): ReviewCounts {
  const counts = {
    ...{ beats: 0, artifacts: 0, byPerson: 0, changed: 0 },
    ...{ modelOnly: 0, unlabeled: 0, forLater: 0, toConfirm: 0 },
  };
  for (let i = fromBeat; i < toBeat; i++) {
    if (isArtifactBeat(beats, i)) {
      counts.artifacts++;
      continue;
    }
    counts.beats++;
    if (beats.label[i] === noLabel) counts.unlabeled++;
    else if (isByPerson(beats, i)) counts.byPerson++;
    else counts.modelOnly++;
    if (labelOrigins[beats.origin[i]] === 'changed') counts.changed++;
    if (isForLater(beats, i)) counts.forLater++;
    if (needsPerson(beats, i)) counts.toConfirm++;
  }
  return counts;
}

/**
 * Counts by class of the beats `[fromBeat, toBeat)`. A class is assessed there when there are beats, each has a label,
 * and either a beat of the class was found, or the model can give the class, or persons gave every label.
 * Where some beats have no label, a class that was found keeps its count, a lower bound, and has no share.
 */
export function classCounts(
  beats: BeatTable,
  model: ReportModelSource | null,
  fromBeat = 0,
  toBeat = beats.atSample.length,
): ClassCount[] {
  const review = reviewCounts(beats, fromBeat, toBeat);
  return beatClasses.map((beatClass, classIndex) => {
    let [found, byPerson, changed, toConfirm] = [0, 0, 0, 0];
    for (let i = fromBeat; i < toBeat; i++) {
      if (beats.label[i] !== classIndex || isArtifactBeat(beats, i)) continue;
      found++;
      if (isByPerson(beats, i)) byPerson++;
      if (labelOrigins[beats.origin[i]] === 'changed') changed++;
      if (needsPerson(beats, i)) toConfirm++;
    }
    const allLabeled = review.beats > 0 && review.unlabeled === 0;
    const couldBeGiven = model?.classes.includes(beatClass) === true || review.byPerson === review.beats;
    const isAssessed = found > 0 || (allLabeled && couldBeGiven);
    return {
      beatClass,
      beats: isAssessed ? found : null,
      burdenPercent: isAssessed && allLabeled ? (100 * found) / review.beats : null,
      ...{ byPerson, changed, toConfirm },
    };
  });
}
