import { beatClasses } from '../../domain/beat-class.ts';
import { kernelBetween, type Neighbourhood } from './neighbourhood.ts';

/** A beat that a person gave a class. */
export interface LabelledBeat {
  readonly beat: number;
  /** Index into `beatClasses`. */
  readonly label: number;
}

export interface BlendOptions {
  /**
   * Labelled beats of each class that speak for a beat: the nearest three, or all of them where several people label
   * or labels are doubtful, so that one wrong label is outvoted.
   */
  readonly voices: 'nearest-three' | 'all';
}

/** Weight of the model's own opinion; a label is worth 1 at its own beat. */
const baseWeight = 0.3;
const nearest = 3;
const classes = beatClasses.length;

/**
 * Re-weighs a recording's probabilities by the labels given in it so far:
 * p(c) = (0.3 base(c) + sum of K over the nearest labelled beats of class c) / (0.3 + sum of K).
 * It depends on nothing but its arguments, so taking a label away undoes it to the last bit, and a beat out of reach
 * of every label keeps its base probabilities to the last bit.
 * @param base  (beat, class in order of `beatClasses`) row-major.
 * @throws {RangeError} for a label that is no class or a beat that is not there.
 */
export function blend(
  neighbourhood: Neighbourhood,
  base: Float32Array,
  labelled: readonly LabelledBeat[],
  { voices }: BlendOptions = { voices: 'nearest-three' },
): Float32Array {
  const { beats } = neighbourhood;
  if (base.length !== beats * classes)
    throw new RangeError(`${beats} beats have ${base.length} probabilities, expected ${classes} each`);
  checkLabels(neighbourhood, labelled);
  const inOrder = labelled.toSorted((a, b) => a.beat - b.beat || a.label - b.label); // sums do not depend on who came first
  const blended = base.slice();
  const top = new Float64Array(classes * nearest);
  const support = new Float64Array(classes);
  for (let beat = 0; beat < beats; beat++) {
    top.fill(0);
    support.fill(0);
    for (const { beat: other, label } of inOrder) {
      const k = kernelBetween(neighbourhood, beat, other);
      if (k === 0) continue;
      if (voices === 'all') support[label] += k;
      else keepNearest(top, label * nearest, k);
    }
    if (voices === 'nearest-three')
      for (let c = 0; c < classes; c++) for (let i = 0; i < nearest; i++) support[c] += top[c * nearest + i];
    const all = support.reduce((sum, value) => sum + value, 0);
    if (all === 0) continue;
    for (let c = 0; c < classes; c++)
      blended[beat * classes + c] = (baseWeight * base[beat * classes + c] + support[c]) / (baseWeight + all);
  }
  return blended;
}

/** @throws {RangeError} for a label that is no class or a beat that is not there. */
export function checkLabels({ beats }: Neighbourhood, labelled: readonly LabelledBeat[]): void {
  for (const { beat, label } of labelled) {
    if (!(beat >= 0 && beat < beats)) throw new RangeError(`labelled beat ${beat} is not one of ${beats}`);
    if (!(label >= 0 && label < classes)) throw new RangeError(`label ${label} of beat ${beat} is no class`);
  }
}

/** Keeps the largest three of the values offered, falling. */
function keepNearest(top: Float64Array, at: number, value: number): void {
  for (let i = at; i < at + nearest; i++) if (value > top[i]) [top[i], value] = [value, top[i]];
}
