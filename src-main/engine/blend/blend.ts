import { beatClasses } from '../../domain/beat-class.ts';
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
const rounds = 100;
/** Labels of one class that are heard: enough of a recording in which a person confirmed all beats. */
const heardPerClass = 50;
const classes = beatClasses.length;

/**
 * Re-weighs a recording's probabilities by the labels given in it so far: kernel logistic regression (Zhu and Hastie
 * 2005) whose log-odds start from the model's own,
 * ln p(c|x) = ln(base(c|x) + .001) + sum over labels i of a(i, c) K(x, x_i) + constant,
 * with weights a of the greatest likelihood under labels of which one in ten may be wrong (Bootkrajang and Kaban
 * 2012), so that a label which its likes speak against counts little.
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
  const influence = influenceOf(wide, base, heard);
  const odds = new Float64Array(classes);
  for (let beat = 0; beat < beats; beat++) {
    logOddsOf(base, beat, odds);
    let isReached = false;
    for (const [i, { beat: other }] of heard.entries()) {
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

/** Weights of the regression, (label, class): steps up the likelihood, each no longer than its curvature allows. */
function influenceOf(neighbourhood: Neighbourhood, base: Float32Array, heard: readonly LabelledBeat[]): Float64Array {
  const count = heard.length;
  const kernels = new Float64Array(count * count);
  const steps = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let j = 0; j < count; j++)
      sum += kernels[i * count + j] = kernelBetween(neighbourhood, heard[i].beat, heard[j].beat);
    steps[i] = 1 / (decay + sum / 2);
  }
  const influence = new Float64Array(count * classes);
  const change = new Float64Array(count * classes);
  const odds = new Float64Array(classes);
  for (let round = 0; round < rounds; round++) {
    for (const [i, { beat, label }] of heard.entries()) {
      logOddsOf(base, beat, odds);
      for (let j = 0; j < count; j++) {
        const k = kernels[i * count + j];
        if (k > 0) for (let c = 0; c < classes; c++) odds[c] += k * influence[j * classes + c];
      }
      toProbabilities(odds);
      const meant = (1 - wrongShare) * odds[label];
      const trust = meant / (meant + wrongShare / (classes - 1)); // how sure it is that this label is not a wrong one
      for (let c = 0; c < classes; c++)
        change[i * classes + c] =
          steps[i] * (trust * (Number(c === label) - odds[c]) - decay * influence[i * classes + c]);
    }
    for (let at = 0; at < change.length; at++) influence[at] += change[at];
  }
  return influence;
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
