import type { Random } from '../../domain/random.ts';
import { sizeOf } from '../weights/weights.ts';
import type { Network } from '../network/network.ts';
import type { HyperParameters } from './hyper-parameters.ts';

/** Changes the rows of one training batch in place; every draw comes from `random`. */
export type Augmentation = (inputs: Readonly<Record<string, Float32Array>>, beats: number, random: Random) => void;

/**
 * Amplitude, shift and noise of the input `signal`, as the hyper-parameters ask.
 * @throws {RangeError} when they ask for it and the network has no such input of one row.
 */
export function signalAugmentation(
  network: Network,
  { noise, amplitudeScale, shiftSamples }: Pick<HyperParameters, 'noise' | 'amplitudeScale' | 'shiftSamples'>,
): Augmentation {
  if (!noise && !amplitudeScale && !shiftSamples) return () => undefined;
  const shape = network.inputs.signal;
  if (shape?.length !== 1)
    throw new RangeError(
      'noise, amplitudeScale and shiftSamples augment an input named signal, which this network lacks',
    );
  return ({ signal }, beats, random) => {
    for (let beat = 0; beat < beats; beat++) {
      const row = signal.subarray(beat * shape[0], (beat + 1) * shape[0]);
      if (shiftSamples) shift(row, random.integer(2 * shiftSamples + 1) - shiftSamples);
      const gain = amplitudeScale ? 1 + amplitudeScale * (2 * random.uniform() - 1) : 1;
      for (let i = 0; i < row.length; i++) row[i] = gain * row[i] + (noise ? noise * random.normal() : 0);
    }
  };
}

/** Moves a row by that many samples, later for positive ones; what enters is zero. */
function shift(row: Float32Array, by: number): void {
  row.copyWithin(Math.max(0, by), Math.max(0, -by), row.length - Math.max(0, by));
  if (by > 0) row.fill(0, 0, by);
  else if (by < 0) row.fill(0, row.length + by);
}

/**
 * Mixup (Zhang 2018): mixes every beat of a batch, with its targets, with another of the batch, each in a proportion
 * of its own, drawn from a beta distribution.
 */
export function mixUp(
  network: Network,
  batch: { readonly inputs: Readonly<Record<string, Float32Array>>; readonly targets: Float32Array },
  alpha: number,
  random: Random,
): void {
  if (!alpha) return;
  const partners = random.shuffle(Int32Array.from({ length: batch.targets.length / network.classes }, (_, i) => i));
  const shares = Float64Array.from(partners, () => random.beta(alpha));
  const mix = (values: Float32Array, width: number) => {
    const before = values.slice();
    for (let beat = 0; beat < partners.length; beat++)
      for (let i = 0; i < width; i++) {
        const at = beat * width + i;
        values[at] = shares[beat] * before[at] + (1 - shares[beat]) * before[partners[beat] * width + i];
      }
  };
  for (const [name, shape] of Object.entries(network.inputs)) mix(batch.inputs[name], sizeOf(shape));
  mix(batch.targets, network.classes);
}
