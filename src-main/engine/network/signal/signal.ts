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
  /**
   * Batch norm: zero mean and unit variance of each channel over batch and time, times (channels), then what a
   * convolution adds. Both moments are (channels).
   */
  normalized(
    gain: tf.Tensor,
    epsilon: number,
    options?: Omit<Convolving, 'stride'>,
  ): { signal: Signal; mean: tf.Tensor; variance: tf.Tensor };
  /** Negative values become zero, then the largest of each `width` neighbours in time is kept; leftover samples go. */
  rectifiedMaximum(width: number): Signal;
  /** Times a factor of each beat and channel, (batch, 1, channels). */
  weighted(factors: tf.Tensor): Signal;
  /** (batch, time, channels) */
  tokens(): tf.Tensor;
}
