import type { Executor } from '../executors/executor.ts';
import { readAll } from '../executors/executor.ts';
import { mapNamed, prefixed } from '../executors/named.ts';
import { tf } from '../executors/tensorflow.ts';
import { inputSpecs } from '../network/predictor.ts';
import { taughtClasses } from '../network/record-branches.ts';
import type { Weights } from '../weights/weights.ts';
import { networkRows } from './beat-inputs.ts';
import { networkOf, type RecordModel } from './model.ts';
import type { LabelledRecord } from './training-beats.ts';

/**
 * Where the beats that a model learned from lie in its embedding, so that unlike ones can be told: the distance of a
 * beat is Mahalanobis' to the nearest class, classes sharing one covariance (Lee 2018).
 * It is kept apart from the weights: it decides no prediction, and the model's hash names what does.
 */
export interface Familiarity {
  /** Numbers of an embedding. */
  readonly width: number;
  /** Mean of each class after whitening: (class, width). */
  readonly means: Float32Array;
  /** Embeddings are multiplied from the left with it, and have then the shared covariance 1: (width, width). */
  readonly whitening: Float32Array;
  /** A recording of which a tenth lies farther than this is unlike those learned from; chosen by left-out patients. */
  readonly unlikeAbove: number;
}

/** Embeddings of beats, row-major, with their classes. */
export interface EmbeddedBeats {
  readonly labels: Uint8Array;
  readonly embedding: Float32Array;
}

/** Beats of a class that a recording gives at most, spread over it, so that no patient makes up the whole covariance. */
const mostPerClass = 300;
/** Share of the mean variance that is added to each: holds directions in check that hardly vary in training. */
const shrinkage = 0.05;

/** @throws {RangeError} where no beat has a class. */
export function fitFamiliarity(records: readonly EmbeddedBeats[], width: number): Omit<Familiarity, 'unlikeAbove'> {
  const chosen = records.flatMap(({ labels, embedding }) =>
    Array.from({ length: taughtClasses }, (_, label) =>
      spread(labels, label).map((beat) => ({ label, embedding, beat })),
    ).flat(),
  );
  if (chosen.length === 0) throw new RangeError('no beat of class N, S, V or F to be familiar with');
  const means = Array.from({ length: taughtClasses }, () => new Float64Array(width));
  const counts = new Float64Array(taughtClasses);
  for (const { label, embedding, beat } of chosen) {
    counts[label]++;
    for (let i = 0; i < width; i++) means[label][i] += embedding[beat * width + i];
  }
  means.forEach((mean, label) => mean.forEach((sum, i) => (mean[i] = sum / Math.max(1, counts[label]))));
  const covariance = new Float64Array(width * width);
  const centred = new Float64Array(width);
  for (const { label, embedding, beat } of chosen) {
    for (let i = 0; i < width; i++) centred[i] = embedding[beat * width + i] - means[label][i];
    for (let i = 0; i < width; i++)
      for (let j = 0; j <= i; j++) covariance[i * width + j] += (centred[i] * centred[j]) / chosen.length;
  }
  let trace = 0;
  for (let i = 0; i < width; i++) trace += covariance[i * width + i] / width;
  // A branch that is silent everywhere would leave nothing to divide by.
  for (let i = 0; i < width; i++) covariance[i * width + i] += shrinkage * trace || 1;
  const inverse = inverseOfCholesky(covariance, width);
  const whitened = means.map((mean, label) =>
    // A class that training lacks is nobody's nearest.
    counts[label] > 0 ? product(inverse, mean, width) : new Float64Array(width).fill(farAway),
  );
  const whitening = new Float32Array(width * width);
  for (let i = 0; i < width; i++) for (let j = 0; j <= i; j++) whitening[j * width + i] = inverse[i * width + j];
  return { width, means: Float32Array.from(whitened.flatMap((mean) => [...mean])), whitening };
}
const farAway = 1e4;

/** Distance of every embedding, (batch, width), to the nearest class: (batch). */
export function distanceToTraining(
  embedding: tf.Tensor,
  { means, whitening }: Record<'means' | 'whitening', tf.Tensor>,
): tf.Tensor {
  const whitened = tf.matMul(embedding, whitening); // (batch, width)
  const apart = tf.sub(tf.expandDims(whitened, 1), tf.expandDims(means, 0)); // (batch, class, width)
  return tf.sqrt(tf.min(tf.sum(tf.square(apart), 2), 1));
}

/**
 * The distance beyond which a tenth of a recording's beats lies. On left-out patients it told recordings that are
 * misread from others better than the median did.
 */
export const reachOf = (novelty: Float32Array): number =>
  novelty.toSorted()[Math.min(novelty.length - 1, Math.floor(0.9 * novelty.length))];

/** How unlike a whole recording is: above 1 its beats reach farther than left-out patients justify; null without beats. */
export const unlikenessOf = (
  novelty: Float32Array,
  { unlikeAbove }: Pick<Familiarity, 'unlikeAbove'>,
): number | null => (novelty.length === 0 ? null : reachOf(novelty) / unlikeAbove);

const batch = 256;

/** Embeddings of all beats of some recordings. */
export async function embedRecords(
  model: RecordModel,
  records: readonly LabelledRecord[],
  executor: Executor,
): Promise<{ width: number; embedded: EmbeddedBeats[] }> {
  const network = networkOf(model);
  const compiled = await executor.compile(
    (given, weights) => {
      const inputs = mapNamed(network.inputs, (_, name) => given[`input ${name}`]);
      return { embedding: network.forward({ weights, inputs }).embedding };
    },
    inputSpecs(network, batch),
    model.networks,
  );
  let width = 0;
  const embedded: EmbeddedBeats[] = [];
  try {
    for (const { inputs, labels } of records) {
      const rowsOf = networkRows(inputs, model.standard);
      const parts: Float32Array[] = [];
      for (let from = 0; from < inputs.beats; from += batch) {
        const rows = Int32Array.from({ length: batch }, (_, i) => Math.min(from + i, inputs.beats - 1));
        const { embedding } = await readAll(
          await compiled.run(
            prefixed(
              'input',
              mapNamed(rowsOf, (of) => of(rows)),
            ),
          ),
        );
        width = embedding.length / batch;
        parts.push(embedding.subarray(0, (Math.min(inputs.beats, from + batch) - from) * width));
      }
      const whole = new Float32Array(inputs.beats * width);
      parts.forEach((part, i) => whole.set(part, i * batch * width));
      embedded.push({ labels, embedding: whole });
    }
  } finally {
    await compiled.dispose();
  }
  return { width, embedded };
}

/** As named tensors, to write to a file of its own. */
export const familiarityToWeights = ({ width, means, whitening, unlikeAbove }: Familiarity): Weights => ({
  'familiarity.means': { shape: [taughtClasses, width], data: means },
  'familiarity.whitening': { shape: [width, width], data: whitening },
  'familiarity.unlikeAbove': { shape: [1], data: Float32Array.of(unlikeAbove) },
});

/** @throws {RangeError} when a tensor is missing or does not fit the others. */
export function familiarityFromWeights(weights: Weights): Familiarity {
  const [means, whitening, unlikeAbove] = ['means', 'whitening', 'unlikeAbove'].map((name) => {
    const found = weights[`familiarity.${name}`];
    if (!found) throw new RangeError(`familiarity: ${name} is missing`);
    return found;
  });
  const [width] = whitening.shape;
  if (whitening.data.length !== width * width || means.data.length !== taughtClasses * width)
    throw new RangeError(`familiarity: ${means.data.length} means and ${whitening.data.length} of the covariance`);
  return { width, means: means.data, whitening: whitening.data, unlikeAbove: unlikeAbove.data[0] };
}

/** Beats of one class, at most so many, evenly spread. */
function spread(labels: Uint8Array, label: number): number[] {
  const ofClass = [...labels.keys()].filter((beat) => labels[beat] === label);
  const step = Math.max(1, ofClass.length / mostPerClass);
  return Array.from({ length: Math.min(ofClass.length, mostPerClass) }, (_, i) => ofClass[Math.floor(i * step)]);
}

/** Inverse of the lower Cholesky factor L of a symmetric matrix of which the lower half is given: |L^-1 x| is Mahalanobis'. */
function inverseOfCholesky(matrix: Float64Array, size: number): Float64Array {
  const factor = matrix.slice();
  for (let j = 0; j < size; j++) {
    for (let k = 0; k < j; k++)
      for (let i = j; i < size; i++) factor[i * size + j] -= factor[i * size + k] * factor[j * size + k];
    const root = Math.sqrt(factor[j * size + j]);
    for (let i = j; i < size; i++) factor[i * size + j] /= root;
  }
  const inverse = new Float64Array(size * size);
  for (let column = 0; column < size; column++)
    for (let i = column; i < size; i++) {
      let sum = i === column ? 1 : 0;
      for (let k = column; k < i; k++) sum -= factor[i * size + k] * inverse[k * size + column];
      inverse[i * size + column] = sum / factor[i * size + i];
    }
  return inverse;
}

/** Product of a lower triangular matrix and a vector. */
const product = (lower: Float64Array, vector: Float64Array, size: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += lower[i * size + j] * vector[j];
    return sum;
  });
