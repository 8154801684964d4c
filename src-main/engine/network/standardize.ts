import { standardizeKernel } from '../executors/fused-kernels.ts';
import { tf } from '../executors/tensorflow.ts';
import { withGradient } from './with-gradient.ts';

/**
 * Zero mean and unit variance along the given axes. Its gradient is (g - mean g - y mean(g y)) / deviation.
 */
export const standardize = (x: tf.Tensor, axes: number[], epsilon: number): tf.Tensor =>
  withGradient(
    [x],
    (input) => {
      const isLast = axes.length === 1 && axes[0] === x.rank - 1;
      if (isLast && tf.getKernel(standardizeKernel, tf.getBackend())) {
        const results = tf.engine().runKernel(standardizeKernel, { x: input }, { epsilon }) as unknown as tf.Tensor[];
        return { value: results[0], saved: results };
      }
      const centered = tf.sub(input, tf.mean(input, axes, true));
      const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centered), axes, true), epsilon));
      const value = tf.mul(centered, inverse);
      return { value, saved: [value, inverse] };
    },
    (dy, [y, inverse]) => {
      const along = tf.mul(y, tf.mean(tf.mul(dy, y), axes, true));
      return [tf.mul(tf.sub(tf.sub(dy, tf.mean(dy, axes, true)), along), inverse)];
    },
  );
