import { tf } from '../../executors/tensorflow.ts';
import { batchNormalized } from '../batch-normalized.ts';
import { withGradient } from '../with-gradient.ts';
import type { Convolving, Signal } from './signal.ts';

/** Signals as TensorFlow.js has images, one row high: (batch, 1, time, channels). */
export class ChannelsLastSignal implements Signal {
  readonly #x: tf.Tensor4D;
  /** @param x  (batch, time, channels) */
  constructor(x: tf.Tensor) {
    this.#x = (x.rank === 4 ? x : tf.expandDims(x, 1)) as tf.Tensor4D;
  }

  convolved = (filter: tf.Tensor, { stride = 1, shift, added, isRectified }: Convolving = {}): Signal => {
    const sum = tf.fused.conv2d({
      x: this.#x,
      filter: tf.expandDims(filter, 0) as tf.Tensor4D,
      strides: [1, stride],
      pad: 'same',
      bias: shift,
      activation: isRectified && !added ? 'relu' : 'linear',
    });
    return added ? finished(sum, { added, isRectified }) : new ChannelsLastSignal(sum);
  };

  normalized = (gain: tf.Tensor, epsilon: number, { shift, ...after }: Omit<Convolving, 'stride'> = {}) => {
    const [batch, , time, channels] = this.#x.shape;
    const places = { axes: [0, 1, 2], count: batch * time };
    const { value, mean, variance } = batchNormalized(this.#x, { gain, shift, epsilon }, places);
    return {
      signal: finished(value, after),
      mean: tf.reshape(mean, [channels]),
      variance: tf.reshape(variance, [channels]),
    };
  };

  rectifiedMaximum = (width: number): Signal => new ChannelsLastSignal(maxPool(tf.relu(this.#x), width));

  weighted = (factors: tf.Tensor): Signal => new ChannelsLastSignal(tf.mul(this.#x, tf.expandDims(factors, 1)));

  tokens = (): tf.Tensor => tf.squeeze(this.#x, [1]);

  /** (batch, 1, time, channels) */
  static imageOf(signal: Signal): tf.Tensor4D {
    if (!(signal instanceof ChannelsLastSignal)) throw new TypeError('only signals of one form can be joined');
    return signal.#x;
  }
}

function finished(x: tf.Tensor, { shift, added, isRectified }: Omit<Convolving, 'stride'>): Signal {
  const shifted = shift ? tf.add(x, shift) : x;
  const sum = added ? tf.add(shifted, ChannelsLastSignal.imageOf(added)) : shifted;
  return new ChannelsLastSignal(isRectified ? tf.relu(sum) : sum);
}

/**
 * Maximum of `width` neighbours in time: (batch, 1, time, channels) to (batch, 1, floor(time / width), channels).
 * Its gradient goes to the first of equal neighbours.
 */
export function maxPool(x: tf.Tensor4D, width: number): tf.Tensor4D {
  if (width === 1) return x;
  const [batch, , time, channels] = x.shape;
  const places = Math.floor(time / width);
  const left = time - places * width;
  return withGradient(
    [x],
    (input) => {
      const value = tf.maxPool(input as tf.Tensor4D, [1, width], [1, width], 'valid');
      return { value, saved: [input, value] };
    },
    (dy, [input, value]) => {
      const whole = left ? tf.slice(input as tf.Tensor4D, [0, 0, 0, 0], [batch, 1, places * width, channels]) : input;
      const parts = tf.split(tf.reshape(whole, [batch, places, width, channels]), width, 2);
      const largest = tf.reshape(value, [batch, places, 1, channels]);
      let rest = tf.reshape(dy, [batch, places, 1, channels]);
      const gradients = parts.slice(0, -1).map((part) => {
        const taken = tf.mul(rest, tf.cast(tf.greaterEqual(part, largest), 'float32'));
        rest = tf.sub(rest, taken);
        return taken;
      });
      const gradient = tf.reshape(tf.concat([...gradients, rest], 2), [batch, 1, places * width, channels]);
      const padding: [number, number][] = [
        [0, 0],
        [0, 0],
        [0, left],
        [0, 0],
      ];
      return [left ? tf.pad(gradient, padding) : gradient];
    },
  ) as tf.Tensor4D;
}
