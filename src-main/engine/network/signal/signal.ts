import type { tf } from '../../executors/tensorflow.ts';

/** What a convolution adds to its result before it is rectified. */
export interface Convolving {
  /** Step in time; 1 where left out. */
  readonly stride?: number;
  /** Of each channel, (channels). */
  readonly shift?: tf.Tensor;
  /** Another signal of the result's own shape. */
  readonly added?: Signal;
  readonly isRectified?: boolean;
}

/**
 * A batch of signals while convolutions work on it. How it lies in memory is its own affair: one form is fastest where
 * a whole training step becomes one graph, the other everywhere else; both give the same values.
 */
export interface Signal {
  /** Convolution in time with zeros beyond the ends ("same"); `filter` is (width, from, to). */
  convolved(filter: tf.Tensor, options?: Convolving): Signal;
  /** Zero mean and unit variance of each channel over batch and time. Both moments are (channels). */
  standardized(epsilon: number): { signal: Signal; mean: tf.Tensor; variance: tf.Tensor };
  /** Times (channels), plus the shift of each channel, plus another signal, rectified where asked. */
  scaled(gain: tf.Tensor, options: Omit<Convolving, 'stride'>): Signal;
  /** Negative values become zero, then the largest of each `width` neighbours in time is kept; leftover samples go. */
  rectifiedMaximum(width: number): Signal;
  /** Times a factor of each beat and channel, (batch, 1, channels). */
  weighted(factors: tf.Tensor): Signal;
  /** (batch, time, channels) */
  tokens(): tf.Tensor;
}
