import { tf } from '../../executors/tensorflow.ts';
import { standardize } from '../standardize.ts';
import type { Convolving, Signal } from './signal.ts';

/** Signals as (batch, time, channels), as TensorFlow.js has them. */
export class ChannelsLastSignal implements Signal {
  readonly #x: tf.Tensor3D;
  constructor(x: tf.Tensor) {
    this.#x = x as tf.Tensor3D;
  }

  convolved = (filter: tf.Tensor, { stride = 1, ...after }: Convolving = {}): Signal =>
    finished(tf.conv1d(this.#x, filter as tf.Tensor3D, stride, 'same'), after);

  standardized = (epsilon: number) => {
    const { mean, variance } = tf.moments(this.#x, [0, 1]);
    return { signal: new ChannelsLastSignal(standardize(this.#x, [0, 1], epsilon)), mean, variance };
  };

  scaled = (gain: tf.Tensor, after: Omit<Convolving, 'stride'>): Signal => finished(tf.mul(this.#x, gain), after);

  rectifiedMaximum = (width: number): Signal => new ChannelsLastSignal(maxPool(tf.relu(this.#x), width));

  weighted = (factors: tf.Tensor): Signal => new ChannelsLastSignal(tf.mul(this.#x, factors));

  tokens = (): tf.Tensor => this.#x;
}

function finished(x: tf.Tensor, { shift, added, isRectified }: Omit<Convolving, 'stride'>): Signal {
  const shifted = shift ? tf.add(x, shift) : x;
  const sum = added ? tf.add(shifted, added.tokens()) : shifted;
  return new ChannelsLastSignal(isRectified ? tf.relu(sum) : sum);
}

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
