import { afterAll, beforeAll, expect, test } from 'vitest';
import { tf } from '../../../../src-main/engine/executors/tensorflow.ts';
import { batchNormalized } from '../../../../src-main/engine/network/batch-normalized.ts';
import { numbers, relativeError } from '../numbers.ts';

beforeAll(() => tf.setBackend('cpu').then(() => tf.engine().startScope()));
afterAll(() => tf.engine().endScope());

const shape: [number, number, number] = [4, 7, 3];
const axes = [0, 1];
const inputs = [
  tf.tensor(numbers(4 * 7 * 3, 1), shape).add(2),
  tf.tensor(numbers(3, 2), [3]),
  tf.tensor(numbers(3, 3), [3]),
];
const weights = tf.tensor(numbers(4 * 7 * 3, 4), shape);

test('values, moments and gradients of batch norm are those of its steps one by one', () => {
  const places = { axes, count: 28 };
  const own = (x: tf.Tensor, gain: tf.Tensor, shift: tf.Tensor) =>
    batchNormalized(x, { gain, shift, epsilon: 1e-3 }, places);
  const plain = (x: tf.Tensor, gain: tf.Tensor, shift: tf.Tensor) => {
    const { mean, variance } = tf.moments(x, axes);
    return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-3))), gain), shift);
  };
  const gradientsOf = (f: (...given: tf.Tensor[]) => tf.Tensor) =>
    tf.grads((...given: tf.Tensor[]) => tf.sum(tf.mul(f(...given), weights)) as tf.Scalar)(inputs);

  const [x, gain, shift] = inputs;
  const { value, mean, variance } = own(x, gain, shift);
  expect(relativeError(value.dataSync(), plain(x, gain, shift).dataSync())).toBeLessThan(1e-6);
  const moments = tf.moments(x, axes);
  expect(relativeError(mean.dataSync(), moments.mean.dataSync())).toBeLessThan(1e-6);
  expect(relativeError(variance.dataSync(), moments.variance.dataSync())).toBeLessThan(1e-5);
  const expected = gradientsOf((...[a, b, c]) => plain(a, b, c));
  gradientsOf((...[a, b, c]) => own(a, b, c).value).forEach((gradient, i) =>
    expect(relativeError(gradient.dataSync(), expected[i].dataSync()), `input ${i}`).toBeLessThan(1e-5),
  );
});
