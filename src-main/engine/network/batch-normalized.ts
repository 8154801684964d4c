import { tf } from '../executors/tensorflow.ts';
import { withGradient } from './with-gradient.ts';

/** Where the values of one channel lie. */
export interface ChannelPlaces {
  /** All axes but that of the channels. */
  readonly axes: number[];
  /** Values of one channel. */
  readonly count: number;
  /** What lies between them and counts for nothing: any values, on which nothing depends. */
  readonly gaps?: {
    /** Values of one channel. */
    readonly count: number;
    /** 1 where a value counts, 0 in the gaps. */
    readonly valid: () => tf.Tensor;
  };
}

/**
 * Batch norm (Ioffe and Szegedy 2015) by the batch's own mean and variance, both of which keep the reduced axes. Its
 * gradient takes fewer passes over the values than those of its steps: for standardized values z, it is
 * gain / deviation * (g - mean g - z mean(g z)).
 * @param gain, shift  broadcast with the values.
 * @returns value with anything in the gaps; as nothing may depend on that, its gradient is zero there.
 */
export function batchNormalized(
  x: tf.Tensor,
  { gain, shift, epsilon }: { readonly gain: tf.Tensor; readonly shift?: tf.Tensor; readonly epsilon: number },
  { axes, count, gaps }: ChannelPlaces,
): { value: tf.Tensor; mean: tf.Tensor; variance: tf.Tensor } {
  const over = (y: tf.Tensor) => tf.div(tf.sum(y, axes, true), count);
  const cleared = (y: tf.Tensor) => (gaps ? tf.mul(y, gaps.valid()) : y);
  const statistics = (input: tf.Tensor) => {
    const mean = over(cleared(input));
    const centered = tf.sub(cleared(input), mean); // minus the mean in the gaps, which is taken off again
    const squares = over(tf.square(centered));
    return { mean, centered, variance: gaps ? tf.sub(squares, tf.mul(tf.square(mean), gaps.count / count)) : squares };
  };
  const value = withGradient(
    shift ? [x, gain, shift] : [x, gain],
    (input, factor, added?: tf.Tensor) => {
      const { centered, variance } = statistics(input);
      const inverse = tf.rsqrt(tf.add(variance, epsilon));
      const scaled = tf.mul(centered, tf.mul(inverse, factor));
      return { value: added ? tf.add(scaled, added) : scaled, saved: [centered, inverse, factor] };
    },
    (dy, [centered, inverse, factor]) => {
      const sum = tf.sum(dy, axes, true);
      const dFactor = tf.mul(tf.sum(tf.mul(dy, centered), axes, true), inverse);
      const along = tf.mul(centered, tf.div(tf.mul(dFactor, inverse), count));
      const dx = cleared(tf.mul(tf.sub(tf.sub(dy, along), tf.div(sum, count)), tf.mul(inverse, factor)));
      const gradients = [dx, tf.reshape(dFactor, factor.shape)];
      return shift ? [...gradients, tf.reshape(sum, shift.shape)] : gradients;
    },
  );
  const { mean, variance } = statistics(x); // an executor that compiles finds the same operations above
  return { value, mean, variance };
}
