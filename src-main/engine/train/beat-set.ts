import { countBeats } from '../network/predictor.ts';
import type { BeatInputs } from '../network/predictor.ts';
import type { Network } from '../network/network.ts';
import { mapNamed } from '../executors/named.ts';
import { sizeOf } from '../weights/weights.ts';

/** Labelled beats to train or score on. */
export interface BeatSet {
  /** Rows of every input of the network, row-major. */
  readonly inputs: BeatInputs;
  /** Class index of each beat. */
  readonly labels: Uint8Array;
  /** How much each beat counts in the loss, relative to the others; equal where left out. */
  readonly weights?: Float32Array;
}

/** @throws {RangeError} when there are no beats, labels or weights do not match them, or a label is no class. */
export function checkBeats(network: Network, { inputs, labels, weights }: BeatSet, what: string): void {
  const beats = countBeats(network, inputs);
  if (beats === 0) throw new RangeError(`${what}: there are no beats`);
  if (labels.length !== beats) throw new RangeError(`${what}: ${beats} beats have ${labels.length} labels`);
  if (weights && weights.length !== beats)
    throw new RangeError(`${what}: ${beats} beats have ${weights.length} weights`);
  const wrong = labels.find((label) => label >= network.classes);
  if (wrong !== undefined)
    throw new RangeError(`${what}: label ${wrong} is not one of the network's ${network.classes} classes`);
}

/** Beats of each class. */
export function countClasses(labels: Uint8Array, classes: number): number[] {
  const counts = Array<number>(classes).fill(0);
  for (const label of labels) counts[label]++;
  return counts;
}

/** The chosen beats, in the order chosen. */
export function selectBeats(network: Network, set: BeatSet, chosen: ArrayLike<number>): BeatSet {
  return {
    inputs: mapNamed(network.inputs, (shape, name) => selectRows(set.inputs[name], sizeOf(shape), chosen)),
    labels: Uint8Array.from(chosen, (beat) => set.labels[beat]),
    ...(set.weights ? { weights: Float32Array.from(chosen, (beat) => set.weights![beat]) } : {}),
  };
}

export function selectRows(values: Float32Array, width: number, chosen: ArrayLike<number>): Float32Array {
  const rows = new Float32Array(chosen.length * width);
  for (let i = 0; i < chosen.length; i++)
    rows.set(values.subarray(chosen[i] * width, (chosen[i] + 1) * width), i * width);
  return rows;
}
