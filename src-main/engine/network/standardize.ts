import { standardizeKernel } from '../executors/fused-kernels.ts';
import { tf } from '../executors/tensorflow.ts';
import { withGradient } from './with-gradient.ts';

/**
 * Zero mean and unit variance along the last axis. Its gradient is (g - mean g - y mean(g y)) / deviation.
 */
export const standardize = (x: tf.Tensor, epsilon: number): tf.Tensor =>
  withGradient(
    [x],
    (input) => {
      if (tf.getKernel(standardizeKernel, tf.getBackend())) {
        const results = tf.engine().runKernel(standardizeKernel, { x: input }, { epsilon }) as unknown as tf.Tensor[];
        return { value: results[0], saved: results };
      }
      const centered = tf.sub(input, tf.mean(input, -1, true));
      const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centered), -1, true), epsilon));
      const value = tf.mul(centered, inverse);
      return { value, saved: [value, inverse] };
    },
    (dy, [y, inverse]) => {
      const along = tf.mul(y, tf.mean(tf.mul(dy, y), -1, true));
      return [tf.mul(tf.sub(tf.sub(dy, tf.mean(dy, -1, true)), along), inverse)];
    },
  );
