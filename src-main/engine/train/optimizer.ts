import { tf } from '../executors/tensorflow.ts';
import type { HyperParameters } from './hyper-parameters.ts';

/** All trainable weights as one vector, and Adam's two running moments of their gradients. */
export interface Moments {
  readonly weights: tf.Tensor;
  readonly first: tf.Tensor;
  readonly second: tf.Tensor;
}

/** Average of two weight vectors, such as a parent's and its child's (Wortsman 2022). */
export const mixedWeights = (parent: Float32Array, child: Float32Array, parentShare: number): Float32Array =>
  parentShare ? parent.map((weight, i) => parentShare * weight + (1 - parentShare) * child[i]) : child;

/** What changes from step to step and so is an input of the compiled step, each of shape (1). */
export interface StepRates {
  readonly learningRate: tf.Tensor;
  /** 1 - beta1^t and 1 - beta2^t: Adam's correction for moments that started at zero. */
  readonly firstCorrection: tf.Tensor;
  readonly secondCorrection: tf.Tensor;
}

/** Scales gradients down so that their common Euclidean norm is at most `limit`; also gives the norm before. */
export function clipByGlobalNorm(gradient: tf.Tensor, limit: number): { gradient: tf.Tensor; norm: tf.Tensor } {
  const norm = tf.sqrt(tf.sum(tf.square(gradient)));
  if (!limit) return { gradient, norm };
  const factor = tf.minimum(1, tf.div(limit, tf.add(norm, 1e-6)));
  return { gradient: tf.mul(gradient, factor), norm };
}

/**
 * One step of Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019).
 * @param decayed  1 where a weight decays, 0 where not.
 */
export function adamStep(
  { weights, first, second }: Moments,
  gradient: tf.Tensor,
  decayed: tf.Tensor,
  { learningRate, firstCorrection, secondCorrection }: StepRates,
  { beta1, beta2, epsilon, weightDecay }: HyperParameters,
): Moments {
  const newFirst = tf.add(tf.mul(first, beta1), tf.mul(gradient, 1 - beta1));
  const newSecond = tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  // both corrections in the numbers of the step, so that they take no pass over the weights
  const scale = tf.sqrt(secondCorrection);
  const deviation = tf.add(tf.sqrt(newSecond), tf.mul(scale, epsilon));
  const move = tf.mul(tf.div(newFirst, deviation), tf.div(tf.mul(learningRate, scale), firstCorrection));
  const moved = tf.sub(weights, move);
  const decay = tf.mul(learningRate, weightDecay);
  return {
    weights: weightDecay ? tf.sub(moved, tf.mul(tf.mul(weights, decayed), decay)) : moved,
    ...{ first: newFirst, second: newSecond },
  };
}
