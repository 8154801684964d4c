import { tf } from '../executors/tensorflow.ts';
import type { InitialWeights } from './initial-weights.ts';
import type { Pass } from './network.ts';
import type { Convolving, Signal } from './signal/signal.ts';
import { standardize } from './standardize.ts';

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
/** What a dense layer reads and adds besides its own weights. */
export interface DenseOptions {
  /** A layer norm before it, whose gain and shift are folded into the matrix and the bias; `x` comes `layerStandardized`. */
  readonly norm?: string;
  /** Only that many columns of the matrix, from that one on. */
  readonly columns?: { readonly from: number; readonly count: number };
  /** Added to the result: the residual path. */
  readonly onto?: tf.Tensor;
}
/** Multiplies the last axis by a matrix; a bias is added where there is one. */
export function dense(
  { weights }: Pass,
  name: string,
  x: tf.Tensor,
  { norm, columns, onto }: DenseOptions = {},
): tf.Tensor {
  const whole = weights[`${name}.matrix`]; // (from, to)
  const matrix = columns ? tf.slice(whole, [0, columns.from], [whole.shape[0], columns.count]) : whole;
  const [from, to] = matrix.shape;
  const allBiases: tf.Tensor | undefined = weights[`${name}.bias`];
  const bias = columns && allBiases ? tf.slice(allBiases, [columns.from], [to]) : allBiases;
  const flat = (y: tf.Tensor, width: number) => tf.reshape(y, [-1, width]) as tf.Tensor2D; // (batch * ..., width)
  const product = (a: tf.Tensor2D, b: tf.Tensor, third?: tf.Tensor) =>
    tf.fused.matMul({ a, b: b as tf.Tensor2D, ...(third ? { bias: third } : {}) });
  let [factor, shift] = [matrix, bias];
  if (norm) {
    factor = tf.mul(matrix, tf.reshape(weights[`${norm}.gain`], [from, 1]));
    shift = tf.reshape(product(flat(weights[`${norm}.shift`], from), matrix, bias), [to]);
  }
  const residual = onto && flat(onto, to);
  const third = residual && shift ? tf.add(residual, shift) : (residual ?? shift);
  return tf.reshape(product(flat(x, from), factor, third), [...x.shape.slice(0, -1), to]);
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
/** Convolution in time with zeros beyond the ends, (time) to (ceil(time / stride)); a bias is added where there is one. */
export const convolution = (pass: Pass, name: string, x: Signal, options: Omit<Convolving, 'shift'> = {}): Signal =>
  x.convolved(pass.weights[`${name}.filter`], { ...options, shift: pass.weights[`${name}.bias`] });

const batchNormEpsilon = 1e-5;
/** Share of the newest batch in the running statistics: PyTorch's and Keras's usual value is of this order. */
const batchNormMomentum = 0.1;

/** `batch`: by the statistics of the batch (Ioffe and Szegedy 2015). `affine`: gain and shift alone. */
export type Normalization = 'batch' | 'affine';

export function normalizedConvolutionWeights(
  initial: InitialWeights,
  name: string,
  shape: ConvolutionShape,
  normalization: Normalization = 'batch',
): void {
  convolutionWeights(initial, name, shape);
  initial.fill(`${name}.norm.gain`, [shape.to], 1);
  initial.fill(`${name}.norm.shift`, [shape.to], 0);
  if (normalization === 'affine') return;
  initial.fill(`${name}.norm.runningMean`, [shape.to], 0);
  initial.fill(`${name}.norm.runningVariance`, [shape.to], 1);
}

/**
 * A convolution without bias, each channel normalized. In training batch norm uses the batch's own mean and variance
 * and leaves the new running ones in the pass; in inference the running ones are folded into the filter, as the
 * gain of an affine norm always is.
 */
export function normalizedConvolution(
  pass: Pass,
  name: string,
  x: Signal,
  { stride, ...after }: Omit<Convolving, 'shift'> = {},
): Signal {
  const { weights, training } = pass;
  const part = (of: string) => weights[`${name}.norm.${of}`];
  const filter = weights[`${name}.filter`];
  const [mean, variance] = [part('runningMean'), part('runningVariance')];
  if (!mean) return x.convolved(tf.mul(filter, part('gain')), { ...after, stride, shift: part('shift') });
  if (!training) {
    const scale = tf.div(part('gain'), tf.sqrt(tf.add(variance, batchNormEpsilon)));
    const shift = tf.sub(part('shift'), tf.mul(mean, scale));
    return x.convolved(tf.mul(filter, scale), { ...after, stride, shift });
  }
  const convolved = x.convolved(filter, { stride });
  const now = convolved.normalized(part('gain'), batchNormEpsilon, { ...after, shift: part('shift') });
  const followed = (running: tf.Tensor, newest: tf.Tensor) =>
    tf.add(running, tf.mul(tf.sub(newest, running), batchNormMomentum));
  training.statistics[`${name}.norm.runningMean`] = followed(mean, now.mean);
  training.statistics[`${name}.norm.runningVariance`] = followed(variance, now.variance);
  return now.signal;
}

export function layerNormWeights(initial: InitialWeights, name: string, channels: number): void {
  initial.fill(`${name}.gain`, [channels], 1);
  initial.fill(`${name}.shift`, [channels], 0);
}
/** Of layer norms, which stand over the last axis (Ba, Kiros and Hinton 2016). */
const layerNormEpsilon = 1e-5;
/** What a layer norm does before its gain and shift, which the next dense layer takes over. */
export const layerStandardized = (x: tf.Tensor): tf.Tensor => standardize(x, layerNormEpsilon);

/**
 * In training, multiplies by the mask that was drawn under this name. Without such a mask, and in inference, nothing is dropped.
 */
export function dropped(pass: Pass, name: string, x: tf.Tensor): tf.Tensor {
  const mask = pass.training?.masks[name];
  return mask ? tf.mul(x, mask) : x;
}
/** A dense layer whose result is dropped at that name's rate before it is added to the residual path. */
export const denseOnto = (pass: Pass, name: string, x: tf.Tensor, onto: tf.Tensor, dropout: string): tf.Tensor =>
  pass.training?.masks[dropout]
    ? tf.add(onto, dropped(pass, dropout, dense(pass, name, x)))
    : dense(pass, name, x, { onto });

/** The same for whole channels of a signal: spatial dropout (Tompson 2015); the mask is (batch, 1, channels). */
export function channelsDropped(pass: Pass, name: string, x: Signal): Signal {
  const mask = pass.training?.masks[name];
  return mask ? x.weighted(mask) : x;
}

export function positionWeights(initial: InitialWeights, name: string, tokens: number, channels: number): void {
  initial.spread(`${name}.embedding`, [tokens, channels], 0.02); // small beside the tokens, as in BERT
}
/** Adds a learned vector to each position of (batch, tokens, channels). */
export const positioned = (pass: Pass, name: string, x: tf.Tensor): tf.Tensor =>
  tf.add(x, pass.weights[`${name}.embedding`]);

/** Mean and maximum over time, side by side: (batch, time, channels) to (batch, 2 * channels). */
export const averageAndMaximum = (x: tf.Tensor): tf.Tensor => tf.concat([tf.mean(x, 1), tf.max(x, 1)], 1);
