import { beatClasses, type BeatClass } from '../../../src-main/domain/beat-class.ts';
import { beatFlags, type BeatTable, labelOrigins, noLabel } from '../../../src-main/domain/beat.ts';
import { BeatPlaces } from './beat-places.ts';

/** What stands for the beats of a record before they are here. */
export const noBeats: BeatTable = {
  ...{ revision: 0, symbols: '', beatId: new Int32Array(0), atSample: new Int32Array(0) },
  ...{ label: new Uint8Array(0), origin: new Uint8Array(0), flags: new Uint8Array(0) },
  probabilities: new Float32Array(0),
};

/** Which way through the record. */
export type Step = 1 | -1;

const byConfirming = labelOrigins.indexOf('confirmed');
const byChanging = labelOrigins.indexOf('changed');

/** Whether a person has said what the beat is. */
export const isReviewed = ({ origin }: Pick<BeatTable, 'origin'>, index: number): boolean =>
  origin[index] >= byConfirming;
export const isArtifact = ({ flags }: Pick<BeatTable, 'flags'>, index: number): boolean =>
  (flags[index] & beatFlags.artifact) !== 0;
export const isForLater = ({ flags }: Pick<BeatTable, 'flags'>, index: number): boolean =>
  (flags[index] & beatFlags.forLater) !== 0;

/** The class shown for a beat; undefined where nobody has spoken. */
export const classOf = ({ label }: Pick<BeatTable, 'label'>, index: number): BeatClass | undefined =>
  label[index] === noLabel ? undefined : beatClasses[label[index]];

/** What is shown of the model for a beat's label, 0 to 1; NaN where it has not spoken. */
export const probabilityOf = ({ label, probabilities }: BeatTable, index: number): number =>
  label[index] === noLabel ? NaN : probabilities[index * beatClasses.length + label[index]];

/** Indices of the beats that a filter shows, in order of time. @param classes  empty: all. */
export function beatsShown({ label }: Pick<BeatTable, 'label'>, classes: readonly BeatClass[]): Int32Array {
  const isShown = new Uint8Array(256).fill(classes.length === 0 ? 1 : 0);
  for (const beatClass of classes) isShown[beatClasses.indexOf(beatClass)] = 1;
  const indices = new Int32Array(label.length);
  let count = 0;
  for (let index = 0; index < label.length; index++) if (isShown[label[index]]) indices[count++] = index;
  return indices.subarray(0, count);
}

/** By what the list of beats can be put in order. */
export const beatOrders = ['time', 'label', 'p'] as const;
export type BeatOrder = (typeof beatOrders)[number];

/** Steps in which probabilities are told apart. */
const finest = 1e6;

/**
 * Beats in another order; those that are alike stay in order of time. A day's are sorted as numbers, which takes
 * hundredths of a second.
 * @param shown  indices by rising time.
 */
export function inOrder(
  beats: BeatTable,
  shown: Int32Array,
  by: BeatOrder,
  direction: 'ascending' | 'descending',
): Int32Array {
  const isRising = direction === 'ascending';
  if (by === 'time') return isRising ? shown : shown.toReversed();
  const rank = (index: number) => {
    if (by === 'label') return beats.label[index];
    const p = probabilityOf(beats, index);
    return Number.isNaN(p) ? 2 * finest : Math.round(p * finest);
  };
  const count = Math.max(1, shown.length);
  const keys = Float64Array.from(shown, (index, place) => (isRising ? 1 : -1) * rank(index) * count + place).sort();
  // The remainder of a negative number is negative: both are brought to the place.
  return Int32Array.from(keys, (key) => shown[((key % count) + count) % count]);
}

/**
 * The next beat on one side for which something holds.
 * @param from  an index, not itself considered; -1 and the number of beats stand outside.
 * @returns     its index, or undefined.
 */
export function nextBeat(
  count: number,
  from: number,
  step: Step,
  holds: (index: number) => boolean = () => true,
): number | undefined {
  for (let index = from + step; index >= 0 && index < count; index += step) if (holds(index)) return index;
  return undefined;
}

/** How many beats have each class now, in the order of `beatClasses`. */
export function countsOf({ label }: Pick<BeatTable, 'label'>): number[] {
  const counts = beatClasses.map(() => 0);
  for (const one of label) if (one !== noLabel) counts[one]++;
  return counts;
}

/** How far people have come through a record. */
export interface Tally {
  readonly toReview: number;
  readonly confirmed: number;
  readonly changed: number;
  readonly forLater: number;
}

/** Artifacts need no review. */
export function tallyOf(beats: Pick<BeatTable, 'origin' | 'flags'>): Tally {
  let [toReview, confirmed, changed, forLater] = [0, 0, 0, 0];
  for (let index = 0; index < beats.origin.length; index++) {
    if (beats.origin[index] === byConfirming) confirmed++;
    else if (beats.origin[index] === byChanging) changed++;
    else if (!isArtifact(beats, index)) toReview++;
    if (isForLater(beats, index)) forLater++;
  }
  return { toReview, confirmed, changed, forLater };
}

/**
 * How many further beats read as each class after an edit than before it: what the label blend did with it.
 * @param edited  beats of the edit itself, which do not count.
 */
export function newlyRead(
  before: Pick<BeatTable, 'beatId' | 'label'>,
  after: Pick<BeatTable, 'beatId' | 'label'>,
  edited: ReadonlySet<number>,
): { readonly beatClass: BeatClass; readonly count: number }[] {
  const places = new BeatPlaces(before.beatId);
  const counts = beatClasses.map(() => 0);
  after.beatId.forEach((beatId, index) => {
    const place = places.of(beatId);
    const is = after.label[index];
    if (place >= 0 && is !== before.label[place] && is !== noLabel && !edited.has(beatId)) counts[is]++;
  });
  return beatClasses
    .map((beatClass, c) => ({ beatClass, count: counts[c] }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}
