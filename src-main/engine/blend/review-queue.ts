import { beatClasses } from '../../domain/beat-class.ts';
import { checkLabels, type LabelledBeat } from './blend.ts';
import { kernelBetween, type Neighbourhood } from './neighbourhood.ts';

/** The order in which beats are best looked at, and why. */
export interface ReviewOrder {
  /** Every beat once: those without a label by falling worth, then those with one by rising time. */
  readonly order: Int32Array;
  /** How many at the front are there because they stand for a kind of beat of which nothing is labelled yet. */
  readonly forCoverage: number;
  /** By beat, 0 to 1: 1 minus the margin between the two most probable classes. */
  readonly uncertainty: Float32Array;
  /** By beat, 0 to 1: how far opinions are apart, those of the model's members or the model's and the labels'. */
  readonly disagreement: Float32Array;
  /**
   * By beat, 0 to 1: 1 minus the likeness to the nearest labelled beat, times the distance from the beats that the
   * model learned from as a share of the largest in the recording.
   */
  readonly novelty: Float32Array;
}

export interface Opinions {
  /** The model's own probabilities, (beat, class) row-major. */
  readonly base: Float32Array;
  /** With the labels blended in. */
  readonly blended: Float32Array;
  /** How far the model's members are apart, by beat; NaN where nobody knows. */
  readonly disagreement?: Float32Array;
  /** Distance from the beats that the model learned from, by beat; NaN where nobody knows. */
  readonly distance?: Float32Array;
}

/** Labels that are sought for coverage first: uncertainty alone misses a whole cluster that is confidently wrong. */
const coverageLabels = 5;
/** Beats that may be labelled before the order is made anew; each is to tell something that those before it do not. */
const labelsPerRound = 5;
/** Even a certain beat is worth a look where nothing like it was labelled. */
const certaintyOffset = 1.17;
const classes = beatClasses.length;

/**
 * Orders a recording's beats for review: while fewer than five are labelled those that stand for most others, then by
 * (1.17 - margin) x novelty, the next five each as if those before it were labelled already: five look-alikes would
 * teach what one does. Ask again after every few labels: each changes the order.
 * @param mayAsk  1 for beats that may stand in the order, such as those of the first five minutes; left out: all.
 */
export function reviewQueue(
  neighbourhood: Neighbourhood,
  { base, blended, disagreement: ofMembers, distance }: Opinions,
  labelled: readonly LabelledBeat[],
  mayAsk?: Uint8Array,
): ReviewOrder {
  const { beats } = neighbourhood;
  checkLabels(neighbourhood, labelled);
  for (const [name, { length }] of Object.entries({ base, blended }))
    if (length !== beats * classes) throw new RangeError(`${name} has ${length} values, ${beats} beats have 5 each`);
  for (const [name, values] of Object.entries({ disagreement: ofMembers, distance }))
    if (values && values.length !== beats)
      throw new RangeError(`${beats} beats have ${values.length} values of ${name}`);
  const isLabelled = new Uint8Array(beats);
  const likeness = new Float32Array(beats); // K to the nearest label
  for (const { beat } of labelled) {
    isLabelled[beat] = 1;
    raise(likeness, neighbourhood, beat);
  }
  const uncertainty = new Float32Array(beats);
  const disagreement = new Float32Array(beats);
  for (let beat = 0; beat < beats; beat++) {
    uncertainty[beat] = 1 - marginOf(blended, beat);
    let moved = 0;
    for (let at = beat * classes; at < (beat + 1) * classes; at++) moved += Math.abs(base[at] - blended[at]) / 2;
    disagreement[beat] = Math.min(1, Math.max(moved, ofMembers?.[beat] || 0));
  }
  const farthest = distance?.reduce((most, each) => Math.max(most, each || 0), 0) ?? 0;
  // A beat of which nobody knows, such as one just added, counts as the farthest.
  const farness = (beat: number) => (farthest > 0 ? (distance![beat] || farthest) / farthest : 1);
  const novelty = likeness.map((k, beat) => (1 - k) * farness(beat));

  const isLeft = isLabelled.map((is, beat) => (mayAsk?.[beat] === 0 ? 0 : 1 - is));
  const distinctLabels = isLabelled.reduce((sum, is) => sum + is, 0);
  const front = coverageBeats(neighbourhood, isLeft, likeness.slice(), coverageLabels - distinctLabels);
  for (const beat of front) {
    isLeft[beat] = 0;
    raise(likeness, neighbourhood, beat);
  }
  const worthOf = (beat: number) => (1 - likeness[beat]) * farness(beat) * (certaintyOffset - 1 + uncertainty[beat]);
  const next: number[] = [];
  const all = [...isLeft.keys()];
  while (front.length + next.length < labelsPerRound) {
    const left = all.filter((beat) => isLeft[beat]);
    if (left.length === 0) break;
    const worths = Float64Array.from(left, worthOf);
    const beat = left[worths.indexOf(worths.reduce((most, each) => Math.max(most, each)))];
    next.push(beat);
    isLeft[beat] = 0;
    raise(likeness, neighbourhood, beat);
  }
  const worth = Float64Array.from(all, worthOf);
  const rest = all.filter((beat) => isLeft[beat]).sort((a, b) => worth[b] - worth[a] || a - b);
  const last = all.filter((beat) => isLabelled[beat]);
  return {
    order: Int32Array.from([...front, ...next, ...rest, ...last]),
    forCoverage: front.length,
    ...{ uncertainty, disagreement, novelty },
  };
}

/** Classes that no label of this recording names: look-alikes of labelled beats may be denied them. */
export const classesNeverLabelled = (labelled: readonly LabelledBeat[]): number[] =>
  [...beatClasses.keys()].filter((label) => !labelled.some((each) => each.label === label));

/** Beats tried for coverage, and beats that it is measured on: enough of a long recording. */
const triedBeats = 400;
const measuredBeats = 1500;

/** Greedy: each time the beat that raises the sum over the recording of the likeness to the nearest label most. */
function coverageBeats(
  neighbourhood: Neighbourhood,
  isLeft: Uint8Array,
  likeness: Float32Array,
  count: number,
): number[] {
  const { beats } = neighbourhood;
  const spread = (most: number) =>
    Array.from({ length: Math.min(beats, most) }, (_, i) => Math.floor(i * Math.max(1, beats / most)));
  const candidates = spread(triedBeats).filter((beat) => isLeft[beat]);
  const measured = spread(measuredBeats);
  const wanted = Math.min(count, candidates.length);
  if (wanted <= 0) return [];
  const near = candidates.map((beat) =>
    Float32Array.from(measured, (other) => kernelBetween(neighbourhood, beat, other)),
  );
  const covered = Float32Array.from(measured, (beat) => likeness[beat]);
  const chosen: number[] = [];
  while (chosen.length < wanted) {
    let best = -1;
    let bestGain = -1;
    for (const [c, beat] of candidates.entries()) {
      if (chosen.includes(beat)) continue;
      let gain = 0;
      for (let m = 0; m < covered.length; m++) gain += Math.max(0, near[c][m] - covered[m]);
      if (gain <= bestGain) continue;
      best = c;
      bestGain = gain;
    }
    chosen.push(candidates[best]);
    for (let m = 0; m < covered.length; m++) covered[m] = Math.max(covered[m], near[best][m]);
  }
  return chosen;
}

function raise(likeness: Float32Array, neighbourhood: Neighbourhood, label: number): void {
  for (let beat = 0; beat < likeness.length; beat++)
    likeness[beat] = Math.max(likeness[beat], kernelBetween(neighbourhood, beat, label));
}

function marginOf(probabilities: Float32Array, beat: number): number {
  let first = 0;
  let second = 0;
  for (let at = beat * classes; at < (beat + 1) * classes; at++)
    if (probabilities[at] > first) [first, second] = [probabilities[at], first];
    else if (probabilities[at] > second) second = probabilities[at];
  return first - second;
}
