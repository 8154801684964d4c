import { beatClasses, mostProbable } from '../../domain/beat-class.ts';
import type { ChangedCall } from '../../domain/explanation.ts';
import { featureNames, type FeatureName, type RecordInputs } from '../../domain/record-inputs.ts';

const classes = beatClasses.length;
const [normal, supraventricular, ventricular, fusion, unreadable] = [
  beatClasses.indexOf('N'),
  beatClasses.indexOf('S'),
  beatClasses.indexOf('V'),
  beatClasses.indexOf('F'),
  beatClasses.indexOf('Q'),
];

/** What a second look goes by. */
export interface SecondLook {
  /** How much the probability of S counts when what a beat loses of V is shared out among the other classes. */
  readonly supraventricularShare: number;
}
/** By the folds; see ARCHITECTURE.md. */
export const secondLookDefaults: SecondLook = {
  supraventricularShare: Math.fround(0.2), // as a weight file holds it
};

/**
 * What is seen only when a whole recording has been scored, beat by beat: which beats look alike, and what the
 * recording's ventricular beats look like.
 * @param probabilities  (beat, class in order of `beatClasses`) row-major; changed in place. Unreadable beats (Q) stay
 *                       out of it.
 */
export function takeSecondLook(probabilities: Float32Array, inputs: RecordInputs, look: SecondLook): void {
  // one lead tells too few shapes apart: V .891 becomes .881 by the folds, and .898 without
  if (inputs.leadNames.length > 1) holdToLikes(probabilities, inputs, look);
  tellFusionBeats(probabilities, inputs);
}

/** Log-odds beyond which a beat's opinion counts for no more among its likes: a probability of .98. */
const surest = 4;
/** How often opinions are averaged, each time over a wider circle. */
const passes = 3;

/**
 * Holds every beat to the beats that look like it: none is more ventricular than the shapes that it resembles are on
 * average. A conduction that changes with the rate makes single normal and supraventricular beats look broad and early;
 * what their likes are called tells them from ventricular ones. What V loses the other classes get by their own
 * probabilities, S by a share of its own.
 */
export function holdToLikes(
  probabilities: Float32Array,
  { beats, shapeOf, resembles }: Pick<RecordInputs, 'beats' | 'shapeOf' | 'resembles'>,
  { supraventricularShare }: SecondLook,
): void {
  const words = beats ? resembles.length / beats : 0;
  const readable = readableBeats(probabilities, beats);
  const own = Float64Array.from({ length: beats }, (_, beat) => logOdds(probabilities[beat * classes + ventricular]));
  let held = own;
  const counts = new Float64Array(32 * words);
  for (const beat of readable) counts[shapeOf[beat]]++;
  for (let pass = 0; pass < passes; pass++) {
    const sums = new Float64Array(32 * words);
    for (const beat of readable) sums[shapeOf[beat]] += held[beat];
    held = new Float64Array(beats);
    for (const beat of readable) {
      let sum = 0;
      let count = 0;
      for (let word = 0; word < words; word++)
        for (let bits = resembles[beat * words + word]; bits !== 0; bits &= bits - 1) {
          const shape = 32 * word + 31 - Math.clz32(bits & -bits);
          sum += sums[shape];
          count += counts[shape];
        }
      held[beat] = sum / count;
    }
  }
  for (const beat of readable) {
    if (held[beat] > own[beat] - 1e-6) continue; // rounding alone changes nothing
    const row = probabilities.subarray(beat * classes, (beat + 1) * classes);
    const now = 1 / (1 + Math.exp(-held[beat]));
    const freed = row[ventricular] - now;
    const shares = row.map((p, c) => (c === ventricular ? 0 : c === supraventricular ? supraventricularShare * p : p));
    let sum = shares.reduce((all, share) => all + share, 0);
    // a probability that is 1 by rounding leaves the other classes nothing to be told apart by
    if (sum === 0) sum = shares[normal] = 1;
    for (let c = 0; c < classes; c++) row[c] = c === ventricular ? now : row[c] + (freed * shares[c]) / sum;
  }
}

/**
 * A beat that is a sum of the patient's usual beat and of another shape (`weight_template`, `weight_second`), which
 * leaves little of it unexplained, and does not come early, by ln of its RR interval over those thereabouts.
 */
const fused = { leastOfUsual: 0.4, leastOfOther: 0.2, mostUnexplained: -0.5, earliest: -0.12 };
/** Correlation with the other shape from which on a beat is one of it. */
const isOther = 0.9;
/** Of such beats that look ventricular, seven in eight are fusion beats. */
const fusionShare = 0.85;

/**
 * Tells fusion beats from ventricular ones by what they are: the ventricles excited from above and from a focus of
 * their own at once, which gives the sum of both shapes at the time of a normal beat. Networks cannot learn it, for
 * nearly all that were ever annotated are of one patient. Asks that the other shape's own beats are called ventricular.
 */
export function tellFusionBeats(
  probabilities: Float32Array,
  { beats, features }: Pick<RecordInputs, 'beats' | 'features'>,
): void {
  const of = (name: FeatureName) => {
    const column = featureNames.indexOf(name);
    return (beat: number) => features[beat * featureNames.length + column];
  };
  const [ofUsual, ofOther, unexplained] = [of('weight_template'), of('weight_second'), of('residual')];
  const [early, likeOther] = [of('presm'), of('c_second')];
  const readable = readableBeats(probabilities, beats);
  const isVentricular = (beat: number) => mostProbable(probabilities, beat * classes) === ventricular;
  const others = readable.filter((beat) => likeOther(beat) > isOther);
  if (others.filter(isVentricular).length <= others.length / 2) return;
  for (const beat of readable) {
    const isFused =
      ofUsual(beat) > fused.leastOfUsual &&
      ofOther(beat) > fused.leastOfOther &&
      unexplained(beat) < fused.mostUnexplained &&
      early(beat) > fused.earliest;
    if (!isFused) continue;
    const row = probabilities.subarray(beat * classes, (beat + 1) * classes);
    const either = row[ventricular] + row[fusion];
    row[fusion] = Math.max(row[fusion], fusionShare * either);
    row[ventricular] = either - row[fusion];
  }
}

/** Further apart than one device's rounding is from another's. */
const clearlyChanged = 1e-3;

/**
 * @param byNetworks     probabilities of N, S, V and F of one beat.
 * @param probabilities  what the model says of it in the end, in order of `beatClasses`; NaN before it has been asked.
 * @returns null where the class is the same, and for a beat of which nothing can be read (Q).
 */
export function changedCall(byNetworks: Float32Array, probabilities: Float32Array): ChangedCall | null {
  const from = mostProbable(byNetworks);
  const to = mostProbable(probabilities);
  if (to === unreadable || to === from || !(probabilities[to] - byNetworks[to] > clearlyChanged)) return null;
  return {
    ...{ from: beatClasses[from], fromProbability: byNetworks[from] },
    ...{ to: beatClasses[to], toProbability: probabilities[to] },
  };
}

const readableBeats = (probabilities: Float32Array, beats: number): number[] =>
  Array.from({ length: beats }, (_, beat) => beat).filter((beat) => probabilities[beat * classes + unreadable] < 1);

const logOdds = (p: number): number => Math.max(-surest, Math.min(surest, Math.log(p / (1 - p))));
