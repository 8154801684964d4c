import { tf } from '../executors/tensorflow.ts';
import type { InitialWeights } from './initial-weights.ts';
import type { Pass } from './network.ts';

/**
 * The layers that networks are made of. Each has a function that draws its weights and one that runs it;
 * signals are (batch, time, channels), weights are named `<layer>.<part>`.
 */

export interface DenseShape {
  readonly from: number;
  readonly to: number;
  readonly hasBias?: boolean;
  /** 2 before a ReLU, 1 otherwise. */
  readonly gain?: 1 | 2;
}
export function denseWeights(initial: InitialWeights, name: string, { from, to, hasBias, gain }: DenseShape): void {
  initial.normal(`${name}.matrix`, [from, to], from, gain ?? 1);
  if (hasBias ?? true) initial.fill(`${name}.bias`, [to], 0);
}
/** Multiplies the last axis by a matrix; a bias is added where there is one. */
export function dense(pass: Pass, name: string, x: tf.Tensor): tf.Tensor {
  return affine(x, pass.weights[`${name}.matrix`], pass.weights[`${name}.bias`]);
}
export function affine(x: tf.Tensor, matrix: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  const rows = tf.reshape(x, [-1, matrix.shape[0]]); // (batch * ..., from)
  const product = tf.matMul(rows, matrix);
  return tf.reshape(bias ? tf.add(product, bias) : product, [...x.shape.slice(0, -1), matrix.shape[1]!]);
}

export interface ConvolutionShape {
  /** Samples under the filter. */
  readonly width: number;
  readonly from: number;
  readonly to: number;
  readonly hasBias?: boolean;
}
export function convolutionWeights(initial: InitialWeights, name: string, shape: ConvolutionShape): void {
  const { width, from, to, hasBias } = shape;
  initial.normal(`${name}.filter`, [width, from, to], width * from, 2);
  if (hasBias) initial.fill(`${name}.bias`, [to], 0);
}
/** Convolution in time with zeros beyond the ends: (batch, time, from) to (batch, ceil(time / stride), to). */
export function convolution(pass: Pass, name: string, x: tf.Tensor, stride = 1): tf.Tensor {
  const bias = pass.weights[`${name}.bias`];
  const y = convolve(x, pass.weights[`${name}.filter`], stride);
  return bias ? tf.add(y, bias) : y;
}
const convolve = (x: tf.Tensor, filter: tf.Tensor, stride: number): tf.Tensor =>
  tf.conv1d(x as tf.Tensor3D, filter as tf.Tensor3D, stride, 'same');

const batchNormEpsilon = 1e-5;
/** Share of the newest batch in the running statistics: PyTorch's and Keras's usual value is of this order. */
const batchNormMomentum = 0.1;

export function batchNormWeights(initial: InitialWeights, name: string, channels: number): void {
  initial.fill(`${name}.gain`, [channels], 1);
  initial.fill(`${name}.shift`, [channels], 0);
  initial.fill(`${name}.runningMean`, [channels], 0);
  initial.fill(`${name}.runningVariance`, [channels], 1);
}
/**
 * Batch norm over all axes but the last (Ioffe and Szegedy 2015). In training it uses the batch's own mean
 * and variance and leaves the new running ones in the pass; in inference it uses the running ones.
 */
export function batchNorm(pass: Pass, name: string, x: tf.Tensor): tf.Tensor {
  const { weights, training } = pass;
  if (!training) {
    const { scale, shift } = runningAffine(pass, name);
    return tf.add(tf.mul(x, scale), shift);
  }
  const axes = [...x.shape.keys()].slice(0, -1);
  const { mean, variance } = tf.moments(x, axes);
  const follow = (statistic: string, now: tf.Tensor) => {
    const running = weights[`${name}.${statistic}`];
    training.statistics[`${name}.${statistic}`] = tf.add(running, tf.mul(tf.sub(now, running), batchNormMomentum));
  };
  follow('runningMean', mean);
  follow('runningVariance', variance);
  return tf.add(tf.mul(standardize(x, axes, batchNormEpsilon), weights[`${name}.gain`]), weights[`${name}.shift`]);
}

/** A convolution without bias followed by batch norm; in inference the norm's scale is folded into the filter. */
export function normalizedConvolution(pass: Pass, name: string, x: tf.Tensor, stride = 1): tf.Tensor {
  if (pass.training) return batchNorm(pass, `${name}.norm`, convolution(pass, name, x, stride));
  const { scale, shift } = runningAffine(pass, `${name}.norm`);
  return tf.add(convolve(x, tf.mul(pass.weights[`${name}.filter`], scale), stride), shift);
}
export function normalizedConvolutionWeights(initial: InitialWeights, name: string, shape: ConvolutionShape): void {
  convolutionWeights(initial, name, shape);
  batchNormWeights(initial, `${name}.norm`, shape.to);
}

function runningAffine({ weights }: Pass, name: string): { scale: tf.Tensor; shift: tf.Tensor } {
  const deviation = tf.sqrt(tf.add(weights[`${name}.runningVariance`], batchNormEpsilon));
  const scale = tf.div(weights[`${name}.gain`], deviation);
  return { scale, shift: tf.sub(weights[`${name}.shift`], tf.mul(weights[`${name}.runningMean`], scale)) };
}

export function layerNormWeights(initial: InitialWeights, name: string, channels: number): void {
  initial.fill(`${name}.gain`, [channels], 1);
  initial.fill(`${name}.shift`, [channels], 0);
}
/** Layer norm over the last axis (Ba, Kiros and Hinton 2016). */
export function layerNorm(pass: Pass, name: string, x: tf.Tensor): tf.Tensor {
  const normal = standardize(x, [x.rank - 1], 1e-5);
  return tf.add(tf.mul(normal, pass.weights[`${name}.gain`]), pass.weights[`${name}.shift`]);
}

/**
 * Zero mean and unit variance along the given axes. It brings its own gradient,
 * (g - mean g - y mean(g y)) / deviation, in fewer operations than differentiating each step.
 */
export function standardize(x: tf.Tensor, axes: number[], epsilon: number): tf.Tensor {
  const operation = tf.customGrad((given: tf.Tensor | tf.GradSaveFunc, save: tf.Tensor | tf.GradSaveFunc) => {
    const input = given as tf.Tensor;
    const centered = tf.sub(input, tf.mean(input, axes, true));
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centered), axes, true), epsilon));
    const value = tf.mul(centered, inverse);
    (save as tf.GradSaveFunc)([value, inverse]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [y, inverseDeviation] = saved;
        const along = tf.mul(y, tf.mean(tf.mul(dy, y), axes, true));
        return tf.mul(tf.sub(tf.sub(dy, tf.mean(dy, axes, true)), along), inverseDeviation);
      },
    };
  });
  return operation(x);
}

/**
 * In training, multiplies by the mask that was drawn under this name; a mask of time 1 drops whole channels
 * (spatial dropout, Tompson 2015). Without such a mask, and in inference, nothing is dropped.
 */
export function dropped(pass: Pass, name: string, x: tf.Tensor): tf.Tensor {
  const mask = pass.training?.masks[name];
  return mask ? tf.mul(x, mask) : x;
}

export function positionWeights(initial: InitialWeights, name: string, tokens: number, channels: number): void {
  initial.spread(`${name}.embedding`, [tokens, channels], 0.02); // small beside the tokens, as in BERT
}
/** Adds a learned vector to each position of (batch, tokens, channels). */
export const positioned = (pass: Pass, name: string, x: tf.Tensor): tf.Tensor =>
  tf.add(x, pass.weights[`${name}.embedding`]);

/**
 * Maximum of `width` neighbours in time: (batch, time, channels) to (batch, floor(time / width), channels).
 * It brings its own gradient, which goes to the first of equal neighbours.
 */
export function maxPool(x: tf.Tensor, width: number): tf.Tensor {
  if (width === 1) return x;
  const [batch, time, channels] = x.shape;
  const places = Math.floor(time / width);
  const whole = places * width === time ? x : tf.slice(x, [0, 0, 0], [batch, places * width, channels]);
  const operation = tf.customGrad((given: tf.Tensor | tf.GradSaveFunc, save: tf.Tensor | tf.GradSaveFunc) => {
    const parts = tf.split(given as tf.Tensor, width, 2); // each (batch, places, 1, channels)
    const value = parts.reduce((largest, part) => tf.maximum(largest, part));
    (save as tf.GradSaveFunc)([...parts, value]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        let rest = dy;
        const gradients = saved.slice(0, width - 1).map((part) => {
          const taken = tf.mul(rest, tf.cast(tf.greaterEqual(part, saved[width]), 'float32'));
          rest = tf.sub(rest, taken);
          return taken;
        });
        return tf.concat([...gradients, rest], 2);
      },
    };
  });
  return tf.reshape(operation(tf.reshape(whole, [batch, places, width, channels])), [batch, places, channels]);
}

/** Mean and maximum over time, side by side: (batch, time, channels) to (batch, 2 * channels). */
export const averageAndMaximum = (x: tf.Tensor): tf.Tensor => tf.concat([tf.mean(x, 1), tf.max(x, 1)], 1);
