import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tf } from '../../../../src-main/engine/executors/tensorflow.ts';
import {
  channelsDropped,
  dense,
  dropped,
  layerStandardized,
  normalizedConvolution,
} from '../../../../src-main/engine/network/layers.ts';
import { ChannelsLastSignal, maxPool } from '../../../../src-main/engine/network/signal/channels-last.ts';
import { standardize } from '../../../../src-main/engine/network/standardize.ts';
import { attention, attentionOfOne } from '../../../../src-main/engine/network/transformer.ts';
import type { Pass } from '../../../../src-main/engine/network/network.ts';
import { numbers, relativeError } from '../numbers.ts';

beforeAll(() => tf.setBackend('cpu').then(() => tf.engine().startScope()));
afterAll(() => tf.engine().endScope());

const tensor = (shape: number[], seed: number) =>
  tf.tensor(
    numbers(
      shape.reduce((a, b) => a * b),
      seed,
    ),
    shape,
  );
const pass = (weights: Record<string, tf.Tensor>, training?: Pass['training']): Pass => ({
  weights,
  inputs: {},
  training,
});

/** Value and gradient of a sum in which no two elements weigh the same. */
function valueAndGradient(compute: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor) {
  const weighted = (given: tf.Tensor) => {
    const y = compute(given);
    return tf.sum(tf.mul(y, tf.reshape(tf.cos(tf.range(0, y.size)), y.shape)));
  };
  const { value, grad } = tf.valueAndGrad(weighted)(x);
  return [value.dataSync()[0], ...grad.dataSync()];
}

test('standardize has the gradient of its plain formula', () => {
  const plain = (x: tf.Tensor) => {
    const { mean, variance } = tf.moments(x, 2, true);
    return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-3)));
  };
  const x = tensor([2, 5, 3], 1);
  const [actual, expected] = [(y: tf.Tensor) => standardize(y, 1e-3), plain].map((f) => valueAndGradient(f, x));
  expect(relativeError(actual, expected)).toBeLessThan(1e-5);
});

describe.each([2, 3])('maximum of %d neighbours', (width) => {
  test('agrees with max pooling, in value and gradient, leftover samples included', () => {
    const x = tensor([2, 1, 11, 3], 2);
    const pooled = (y: tf.Tensor) => tf.maxPool(y as tf.Tensor4D, [1, width], [1, width], 'valid');
    const [actual, expected] = [(y: tf.Tensor) => maxPool(y as tf.Tensor4D, width), pooled].map((f) =>
      valueAndGradient(f, x),
    );
    expect(relativeError(actual, expected)).toBeLessThan(1e-6);
  });
});

test('the gradient of a maximum goes to one of equal neighbours', () => {
  const gradient = tf.grad((x) => tf.sum(maxPool(x as tf.Tensor4D, 3)))(tf.ones([1, 1, 3, 1]));
  expect([...gradient.dataSync()]).toEqual([1, 0, 0]);
});

test('batch norm leaves every channel with its shift as mean and its gain as deviation', () => {
  const weights = {
    'c.filter': tf.tensor3d([1, 0, 0, 1], [1, 2, 2]), // passes the signal on as it is
    'c.norm.gain': tf.tensor1d([2, 3]),
    'c.norm.shift': tf.tensor1d([5, -1]),
    'c.norm.runningMean': tf.tensor1d([0, 0]),
    'c.norm.runningVariance': tf.tensor1d([1, 1]),
  };
  const statistics: Record<string, tf.Tensor> = {};
  const x = tf.add(tf.mul(tensor([4, 9, 2], 3), 7), 30);
  const training = { masks: {}, statistics, isCompiled: false };
  const y = normalizedConvolution(pass(weights, training), 'c', new ChannelsLastSignal(x)).tokens();
  const { mean, variance } = tf.moments(y, [0, 1]);
  expect(relativeError(mean.dataSync(), [5, -1])).toBeLessThan(1e-5);
  expect(relativeError(variance.dataSync(), [4, 9])).toBeLessThan(1e-4);
  const batch = tf.moments(x, [0, 1]);
  const followed = (statistic: string) => statistics[`c.norm.${statistic}`].dataSync();
  expect(relativeError(followed('runningMean'), tf.mul(batch.mean, 0.1).dataSync())).toBeLessThan(1e-6);
  const variances = tf.add(tf.mul(batch.variance, 0.1), 0.9).dataSync();
  expect(relativeError(followed('runningVariance'), variances)).toBeLessThan(1e-6);
});

test('folding a norm into the filter changes nothing', () => {
  const weights = {
    'c.filter': tensor([3, 2, 4], 5),
    'c.norm.gain': tensor([4], 6),
    'c.norm.shift': tensor([4], 7),
  };
  const running = { 'c.norm.runningMean': tensor([4], 8), 'c.norm.runningVariance': tf.abs(tensor([4], 9)) };
  const x = tensor([2, 9, 2], 10);
  const convolved = tf.conv1d(x as tf.Tensor3D, weights['c.filter'] as tf.Tensor3D, 2, 'same');
  const affine = (y: tf.Tensor) => tf.add(tf.mul(y, weights['c.norm.gain']), weights['c.norm.shift']);
  const standard = tf.div(
    tf.sub(convolved, running['c.norm.runningMean']),
    tf.sqrt(tf.add(running['c.norm.runningVariance'], 1e-5)),
  );
  const folded = (given: Record<string, tf.Tensor>) =>
    normalizedConvolution(pass(given), 'c', new ChannelsLastSignal(x), { stride: 2 }).tokens();
  expect(folded(weights).shape).toEqual([2, 5, 4]);
  expect(relativeError(folded(weights).dataSync(), affine(convolved).dataSync())).toBeLessThan(1e-6);
  expect(relativeError(folded({ ...weights, ...running }).dataSync(), affine(standard).dataSync())).toBeLessThan(1e-6);
});

test('a mask drops; inference drops nothing', () => {
  const x = tf.ones([1, 3, 2]);
  const masks = { here: tf.tensor3d([0, 2], [1, 1, 2]) };
  const training = { masks, statistics: {}, isCompiled: false };
  expect([...dropped(pass({}, training), 'here', x).dataSync()]).toEqual([0, 2, 0, 2, 0, 2]);
  expect([...dropped(pass({}), 'here', x).dataSync()]).toEqual([1, 1, 1, 1, 1, 1]);
  const channels = channelsDropped(pass({}, training), 'here', new ChannelsLastSignal(x)).tokens();
  expect([...channels.dataSync()]).toEqual([0, 2, 0, 2, 0, 2]);
});

test('a norm folded into a dense layer, and a residual path, change nothing', () => {
  const weights = {
    'd.matrix': tensor([4, 3], 1),
    'd.bias': tensor([3], 2),
    'n.gain': tensor([4], 3),
    'n.shift': tensor([4], 4),
  };
  const [x, onto] = [tensor([2, 5, 4], 5), tensor([2, 5, 3], 6)];
  const { mean, variance } = tf.moments(x, [2], true);
  const standard = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
  const normal = tf.add(tf.mul(standard, weights['n.gain']), weights['n.shift']);
  const product = tf.reshape(tf.matMul(tf.reshape(normal, [10, 4]), weights['d.matrix'] as tf.Tensor2D), [2, 5, 3]);
  const plain = tf.add(tf.add(product, weights['d.bias']), onto);
  const folded = dense(pass(weights), 'd', layerStandardized(x), { norm: 'n', onto });
  expect(folded.shape).toEqual([2, 5, 3]);
  expect(relativeError(folded.dataSync(), plain.dataSync())).toBeLessThan(1e-6);
});

const attentionWeights = () => ({
  'a.queryKeyValue.matrix': tensor([4, 12], 1),
  'n.gain': tensor([4], 3),
  'n.shift': tensor([4], 4),
});

test('attention reads the values that its queries match', () => {
  const weights = attentionWeights();
  const x = tensor([2, 5, 4], 3);
  const { mixed, attention: paid } = attention(pass(weights), 'a', x, 2, 'n');
  const { mean, variance } = tf.moments(x, [2], true);
  const standard = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
  const normal = tf.add(tf.mul(standard, weights['n.gain']), weights['n.shift']);
  const projected = tf.reshape(
    tf.matMul(tf.reshape(normal, [10, 4]), weights['a.queryKeyValue.matrix'] as tf.Tensor2D),
    [2, 5, 12],
  );
  const head = (part: number, h: number) => tf.slice(projected, [0, 0, part * 4 + h * 2], [2, 5, 2]) as tf.Tensor3D;
  const expected = [0, 1].map((h) => {
    const scores = tf.matMul(head(0, h), head(1, h), false, true);
    const attention = tf.softmax(tf.div(scores, Math.SQRT2));
    return { attention, read: tf.matMul(attention as tf.Tensor3D, head(2, h)) };
  });
  const joined = tf.concat(
    expected.map(({ read }) => read),
    2,
  );
  expect(relativeError(mixed.dataSync(), joined.dataSync())).toBeLessThan(1e-6);
  const attentions = tf.stack(
    expected.map((each) => each.attention),
    1,
  );
  expect([paid.shape, relativeError(paid.dataSync(), attentions.dataSync()) < 1e-6]).toEqual([[2, 2, 5, 5], true]);
});

test('a single token that asks reads what it reads among all', () => {
  const weights = attentionWeights();
  const x = tensor([2, 5, 4], 3);
  const rowOf3 = (y: tf.Tensor, axis: number) => tf.gather(y, [3], axis);
  const all = (given: tf.Tensor) => attention(pass(weights), 'a', given, 2, 'n');
  const one = (given: tf.Tensor) => attentionOfOne(pass(weights), 'a', given, 2, { norm: 'n', asking: 3 });
  expect(one(x).attention.shape).toEqual([2, 2, 1, 5]);
  expect(relativeError(one(x).attention.dataSync(), rowOf3(all(x).attention, 2).dataSync())).toBeLessThan(1e-6);
  const mixed = valueAndGradient((given) => one(given).mixed, x);
  expect(
    relativeError(
      mixed,
      valueAndGradient((given) => rowOf3(all(given).mixed, 1), x),
    ),
  ).toBeLessThan(1e-5);
});
