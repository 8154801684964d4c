import { beatClasses, mostProbable } from '../../domain/beat-class.ts';
import { kernelBetween, type Neighbourhood } from './neighbourhood.ts';

/** A beat that a person gave a class. */
export interface LabelledBeat {
  readonly beat: number;
  /** Index into `beatClasses`. */
  readonly label: number;
}

/** How far a label reaches, in widths of the neighbourhood's kernel. */
const reachInWidths = 2.2;
/** Pull of every label's influence towards none. */
const decay = 0.03;
/** Share of labels that may be wrong. */
const wrongShare = 0.1;
/** Added to the model's probabilities: even what it excludes is believed of one label. */
const leastProbability = 1e-3;
/** Beats, spread over the recording, that stand for what the model says while no label names their class. */
const anchors = 40;
/** How much one of them counts beside a label. */
const anchorWeight = 0.05;
const rounds = 100;
/** Labels of one class that are heard: enough of a recording in which a person confirmed all beats. */
const heardPerClass = 50;
const classes = beatClasses.length;
const unreadable = beatClasses.indexOf('Q');

/**
 * Re-weighs a recording's probabilities by the labels given in it so far: kernel logistic regression (Zhu and Hastie
 * 2005) whose log-odds start from the model's own,
 * ln p(c|x) = ln(base(c|x) + .001) + sum over labels i of a(i, c) K(x, x_i) + constant,
 * with weights a of the greatest likelihood under labels of which one in ten may be wrong (Bootkrajang and Kaban
 * 2012), so that a label which its likes speak against counts little. Of a class that no label names yet the model's
 * own word stands, weakly, at beats spread over the recording: a first label of one misread beat, which says nothing of
 * all others, would else draw its whole neighbourhood with it.
 * It depends on nothing but its arguments, so taking a label away undoes it to the last bit, and a beat out of reach
 * of every label keeps its base probabilities to the last bit.
 * @param base  (beat, class in order of `beatClasses`) row-major.
 * @throws {RangeError} for a label that is no class or a beat that is not there.
 */
export function blend(
  neighbourhood: Neighbourhood,
  base: Float32Array,
  labelled: readonly LabelledBeat[],
): Float32Array {
  const { beats } = neighbourhood;
  if (base.length !== beats * classes)
    throw new RangeError(`${beats} beats have ${base.length} probabilities, expected ${classes} each`);
  checkLabels(neighbourhood, labelled);
  const blended = base.slice();
  if (labelled.length === 0) return blended;
  const heard = heardOf(labelled);
  const wide = { ...neighbourhood, width: reachInWidths * neighbourhood.width };
  const told = [...heard, ...anchorsOf(base, beats, labelled)];
  const influence = influenceOf(wide, base, told);
  const odds = new Float64Array(classes);
  for (let beat = 0; beat < beats; beat++) {
    logOddsOf(base, beat, odds);
    let isReached = false;
    for (const [i, { beat: other, label }] of told.entries()) {
      if (label === undefined && !isReached) break; // labels come first
      const k = kernelBetween(wide, beat, other);
      if (k === 0) continue;
      isReached = true;
      for (let c = 0; c < classes; c++) odds[c] += k * influence[i * classes + c];
    }
    if (!isReached) continue;
    toProbabilities(odds);
    blended.set(odds, beat * classes);
  }
  return blended;
}

/** A beat that is told something of: its class by a person, or without a label that it is what the model says. */
type ToldBeat = Pick<LabelledBeat, 'beat'> & Partial<LabelledBeat>;

/** Beats spread over the recording whose class, by the model, no label names. */
function anchorsOf(base: Float32Array, beats: number, labelled: readonly LabelledBeat[]): ToldBeat[] {
  const named = new Set(labelled.map(({ label }) => label)).add(unreadable);
  const isLabelled = new Set(labelled.map(({ beat }) => beat));
  const count = Math.min(anchors, beats);
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * beats) / count))
    .filter((beat) => !isLabelled.has(beat) && !named.has(mostProbable(base, beat * classes)))
    .map((beat) => ({ beat }));
}

/** In an order that does not tell who came first, for sums depend on it; of each class so many at most, spread evenly. */
function heardOf(labelled: readonly LabelledBeat[]): LabelledBeat[] {
  const inOrder = labelled.toSorted((a, b) => a.beat - b.beat || a.label - b.label);
  return [...Map.groupBy(inOrder, ({ label }) => label).entries()]
    .sort(([a], [b]) => a - b)
    .flatMap(([, ofClass]) => {
      const step = Math.max(1, ofClass.length / heardPerClass);
      return Array.from({ length: Math.min(ofClass.length, heardPerClass) }, (_, i) => ofClass[Math.floor(i * step)]);
    });
}

/** Weights of the regression, (told beat, class): steps up the likelihood, each no longer than its curvature allows. */
function influenceOf(neighbourhood: Neighbourhood, base: Float32Array, told: readonly ToldBeat[]): Float64Array {
  const count = told.length;
  const kernels = new Float64Array(count * count);
  const steps = new Float64Array(count);
  const own = new Float64Array(count * classes); // the model's probabilities
  const odds = new Float64Array(classes);
  for (const [i, { beat, label }] of told.entries()) {
    let sum = 0;
    for (let j = 0; j < count; j++) sum += kernels[i * count + j] = kernelBetween(neighbourhood, beat, told[j].beat);
    steps[i] = 1 / (decay + ((label === undefined ? anchorWeight : 1) * sum) / 2);
    logOddsOf(base, beat, odds);
    toProbabilities(odds);
    own.set(odds, i * classes);
  }
  const influence = new Float64Array(count * classes);
  const change = new Float64Array(count * classes);
  for (let round = 0; round < rounds; round++) {
    for (const [i, { beat, label }] of told.entries()) {
      logOddsOf(base, beat, odds);
      for (let j = 0; j < count; j++) {
        const k = kernels[i * count + j];
        if (k > 0) for (let c = 0; c < classes; c++) odds[c] += k * influence[j * classes + c];
      }
      toProbabilities(odds);
      const trust = label === undefined ? anchorWeight : trustIn(odds[label]);
      for (let c = 0, at = i * classes; c < classes; c++, at++) {
        const meant = label === undefined ? own[at] : Number(c === label);
        change[at] = steps[i] * (trust * (meant - odds[c]) - decay * influence[at]);
      }
    }
    for (let at = 0; at < change.length; at++) influence[at] += change[at];
  }
  return influence;
}

/** How sure it is that a label is not a wrong one, by the probability of its class. */
function trustIn(probability: number): number {
  const meant = (1 - wrongShare) * probability;
  return meant / (meant + wrongShare / (classes - 1));
}

function logOddsOf(base: Float32Array, beat: number, odds: Float64Array): void {
  for (let c = 0; c < classes; c++) odds[c] = Math.log(base[beat * classes + c] + leastProbability);
}

function toProbabilities(odds: Float64Array): void {
  let most = -Infinity;
  for (let c = 0; c < classes; c++) most = Math.max(most, odds[c]);
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += odds[c] = Math.exp(odds[c] - most);
  for (let c = 0; c < classes; c++) odds[c] /= sum;
}

/** @throws {RangeError} for a label that is no class or a beat that is not there. */
export function checkLabels({ beats }: Neighbourhood, labelled: readonly LabelledBeat[]): void {
  for (const { beat, label } of labelled) {
    if (!(beat >= 0 && beat < beats)) throw new RangeError(`labelled beat ${beat} is not one of ${beats}`);
    if (!(label >= 0 && label < classes)) throw new RangeError(`label ${label} of beat ${beat} is no class`);
  }
}
