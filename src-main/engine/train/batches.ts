import type { Random } from '../../domain/random.ts';
import { mapNamed } from '../executors/named.ts';
import type { Network } from '../network/network.ts';
import { sizeOf } from '../weights/weights.ts';
import { mixUp } from './augment.ts';
import type { Augmentation } from './augment.ts';
import { countClasses, selectRows } from './beat-set.ts';
import type { BeatSet } from './beat-set.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import type { Batch } from './step.ts';

/** Steps in which an epoch sees as many beats as there are. */
export const stepsPerEpoch = (beats: number, batch: number): number => Math.ceil(beats / batch);

/**
 * The beats of one epoch, a whole number of batches. Without a sampler each beat comes once, in random order,
 * and the last batch is filled up from the front; `balanced` draws with replacement, each class equally often.
 */
export function epochOrder(
  labels: Uint8Array,
  classes: number,
  { sampler, batch }: Pick<HyperParameters, 'sampler' | 'batch'>,
  random: Random,
): Int32Array {
  const draws = stepsPerEpoch(labels.length, batch) * batch;
  if (sampler === 'balanced') {
    const counts = countClasses(labels, classes);
    return weightedDraws(
      Float64Array.from(labels, (label) => 1 / counts[label]),
      draws,
      random,
    );
  }
  const shuffled = random.shuffle(Int32Array.from(labels, (_, beat) => beat));
  return Int32Array.from({ length: draws }, (_, i) => shuffled[i % shuffled.length]);
}

/** Draws with replacement, each index with a chance proportional to its weight. */
export function weightedDraws(weights: Float64Array, draws: number, random: Random): Int32Array {
  let total = 0;
  const upTo = weights.map((weight) => (total += weight));
  return Int32Array.from({ length: draws }, () => {
    const at = random.uniform() * total;
    let low = 0;
    let high = upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (upTo[middle] > at) high = middle;
      else low = middle + 1;
    }
    return low;
  });
}

/** What each beat counts in the loss: its own weight times its class's, scaled to a mean of 1. */
export function lossWeights(
  { labels, weights }: BeatSet,
  classes: number,
  { classWeights }: Pick<HyperParameters, 'classWeights'>,
): Float32Array {
  const counts = countClasses(labels, classes);
  const ofClass = counts.map((count) =>
    classWeights === 'none' ? 1 : classWeights === 'inverse' ? 1 / count : 1 / Math.sqrt(count),
  );
  const raw = Float64Array.from(labels, (label, beat) => ofClass[label] * (weights?.[beat] ?? 1));
  const mean = raw.reduce((sum, weight) => sum + weight, 0) / raw.length;
  if (!(mean > 0)) throw new RangeError('the weights of the beats must be above zero on average');
  return Float32Array.from(raw, (weight) => weight / mean);
}

/**
 * What part of the loss each class has; a class without a beat counts as half a beat, as its logarithm is asked for.
 * @param weights  of `lossWeights`.
 */
export function classShares(labels: Uint8Array, weights: Float32Array, classes: number): number[] {
  const totals = Array<number>(classes).fill(0);
  labels.forEach((label, beat) => (totals[label] += weights[beat]));
  return totals.map((total) => Math.max(total, 0.5) / labels.length);
}

/** Copies the chosen beats out of the set, augments and mixes them. */
export function composeBatch(
  network: Network,
  set: BeatSet,
  weights: Float32Array,
  chosen: Int32Array,
  { mixupAlpha, labelSmoothing }: Pick<HyperParameters, 'mixupAlpha' | 'labelSmoothing'>,
  augment: Augmentation,
  random: Random,
): Batch {
  const inputs = mapNamed(network.inputs, (shape, name) => selectRows(set.inputs[name], sizeOf(shape), chosen));
  const targets = new Float32Array(chosen.length * network.classes).fill(labelSmoothing / network.classes);
  chosen.forEach((beat, i) => (targets[i * network.classes + set.labels[beat]] += 1 - labelSmoothing));
  augment(inputs, chosen.length, random);
  mixUp(network, { inputs, targets }, mixupAlpha, random);
  return { inputs, targets, beatWeights: Float32Array.from(chosen, (beat) => weights[beat]) };
}
