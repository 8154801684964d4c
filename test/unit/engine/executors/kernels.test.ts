import { describe, expect, test } from 'vitest';
import { readAll } from '../../../../src-main/engine/executors/executor.ts';
import type { TensorFunction, TensorSpec } from '../../../../src-main/engine/executors/executor.ts';
import { findExecutors, plainExecutor } from '../../../../src-main/engine/executors/present.ts';
import { tf } from '../../../../src-main/engine/executors/tensorflow.ts';
import { sizeOf } from '../../../../src-main/engine/weights/weights.ts';
import { numbers, relativeError } from '../numbers.ts';

const floats = (shapes: Record<string, number[]>): Record<string, TensorSpec> =>
  Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { shape, dtype: 'float32' }]));

/** A function with the gradients of a weighted sum of its result by each of its inputs. */
const withGradients =
  (compute: (...inputs: tf.Tensor[]) => tf.Tensor): TensorFunction =>
  (inputs) => {
    const weighted = (...given: tf.Tensor[]) => {
      const y = compute(...given);
      const weights = tf.reshape(tf.cos(tf.range(0, y.size)), y.shape); // no two elements weigh the same
      return tf.sum(tf.mul(y, weights)) as tf.Scalar;
    };
    const names = Object.keys(inputs);
    const gradients = tf.grads(weighted)(names.map((name) => inputs[name]));
    return {
      y: compute(...names.map((name) => inputs[name])),
      ...Object.fromEntries(names.map((name, i) => [`gradient of ${name}`, gradients[i]])),
    };
  };

const conv1d = (stride: number, pad: 'same' | 'valid') => (x: tf.Tensor, w: tf.Tensor) =>
  tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, stride, pad);

/** Each with gradients; shapes are small because plain JavaScript computes the reference. */
const differentiable: Record<string, [Record<string, number[]>, (...inputs: tf.Tensor[]) => tf.Tensor]> = {
  'arithmetic with broadcasting': [
    { a: [2, 3], b: [3] },
    (a, b) => tf.div(tf.mul(tf.add(a, b), tf.sub(a, b)), tf.add(tf.square(b), 1)),
  ],
  'maximum and minimum': [{ a: [2, 3], b: [2, 3] }, (a, b) => tf.add(tf.maximum(a, b), tf.minimum(a, tf.mul(b, 2)))],
  'squared difference and power': [{ a: [5], b: [5] }, (a, b) => tf.pow(tf.add(tf.squaredDifference(a, b), 1), 1.5)],
  'elementary functions': [
    { x: [7] },
    (x) =>
      tf.addN([
        tf.exp(x),
        tf.log(tf.add(tf.abs(x), 1)),
        tf.sqrt(tf.exp(x)),
        tf.rsqrt(tf.exp(x)),
        tf.erf(x),
        tf.sin(x),
        tf.log1p(tf.square(x)),
        tf.expm1(x),
        tf.reciprocal(tf.exp(x)),
      ]),
  ],
  activations: [
    { x: [9] },
    (x) =>
      tf.addN([
        tf.relu(x),
        tf.relu6(tf.mul(x, 5)),
        tf.sigmoid(x),
        tf.tanh(x),
        tf.leakyRelu(x, 0.1),
        tf.softplus(x),
        tf.step(x, 0.3),
      ]),
  ],
  'clip and select': [
    { x: [3, 4], y: [3, 4] },
    (x, y) => tf.where(tf.greater(tf.reshape(tf.range(0, 12), [3, 4]), 5), tf.clipByValue(x, -0.5, 0.5), tf.neg(y)),
  ],
  'sums, means and extremes': [
    { x: [2, 3, 4] },
    (x) =>
      tf.addN([
        tf.sum(x, [0, 2]),
        tf.mean(x, [0, 2]),
        tf.max(x, [0, 2]),
        tf.min(x, [0, 2]),
        tf.sum(tf.mul(x, tf.mean(x, 1, true)), [0, 2]),
      ]),
  ],
  'sums down a short and a long first axis': [
    { x: [3, 2, 4], y: [12, 2, 4] },
    (x, y) => tf.addN([tf.sum(x, 0), tf.sum(y, 0), tf.squeeze(tf.sum(tf.square(x), 0, true), [0])]),
  ],
  'cumulative sum': [{ x: [3, 4] }, (x) => tf.cumsum(tf.square(x), 1)],
  'softmax and log-softmax': [{ x: [3, 5] }, (x) => tf.add(tf.softmax(x), tf.logSoftmax(tf.mul(x, 3)))],
  'matrix product': [{ a: [3, 4], b: [4, 2] }, (a, b) => tf.matMul(a, b)],
  'transposed matrix products': [{ a: [4, 3], b: [2, 4] }, (a, b) => tf.matMul(a, b, true, true)],
  'tall transposed matrix product': [{ a: [520, 3], b: [520, 2] }, (a, b) => tf.matMul(a, b, true)],
  'batched matrix products': [{ a: [2, 2, 3, 4], b: [2, 2, 5, 4] }, (a, b) => tf.matMul(a, b, false, true)],
  'reshape, transpose, expand': [
    { x: [2, 3, 4] },
    (x) => tf.expandDims(tf.transpose(tf.reshape(x, [3, 2, 4]), [2, 0, 1]), 1),
  ],
  'concat, stack, unstack': [
    { x: [2, 3], y: [2, 3] },
    (x, y) =>
      tf.concat(
        [
          tf.stack([x, tf.mul(y, y)], 1),
          tf.stack(
            tf.unstack(tf.mul(x, y), 1).map((column) => tf.stack([column, column, tf.square(column)], 1)),
            1,
          ),
        ],
        1,
      ),
  ],
  'slice, split, pad, tile': [
    { x: [4, 6] },
    (x) =>
      tf.add(
        tf.pad(
          tf.slice(x, [1, 2], [2, -1]),
          [
            [1, 1],
            [0, 2],
          ],
          0.5,
        ),
        tf.tile(tf.square(tf.split(x, [2, 3, 1], 1)[1]), [1, 2]),
      ),
  ],
  'reverse, gather, broadcast': [
    { x: [4, 3] },
    (x) =>
      tf.add(tf.reverse(tf.gather(x, tf.tensor1d([3, 0, 3], 'int32')), 1), tf.broadcastTo(tf.mean(x, 0, true), [3, 3])),
  ],
  'gather along columns': [{ x: [4, 3] }, (x) => tf.gather(x, tf.tensor1d([2, 2], 'int32'), 1)],
  'convolution, same': [{ x: [2, 9, 3], w: [5, 3, 4] }, conv1d(1, 'same')],
  'convolution, valid': [{ x: [2, 9, 3], w: [4, 3, 4] }, conv1d(1, 'valid')],
  'convolution of one tap': [{ x: [2, 9, 3], w: [1, 3, 4] }, conv1d(1, 'same')],
  'convolution, stride 2 over an odd length': [{ x: [2, 11, 2], w: [7, 2, 3] }, conv1d(2, 'same')],
  'convolution, stride 2 over an even length': [{ x: [2, 10, 2], w: [5, 2, 3] }, conv1d(2, 'same')],
  'convolution, stride 3, samples left over': [{ x: [1, 12, 2], w: [4, 2, 3] }, conv1d(3, 'valid')],
  'convolution of one tap, stride 2': [{ x: [2, 9, 3], w: [1, 3, 4] }, conv1d(2, 'same')],
  'two-dimensional convolution, strides 2 and 3': [
    { x: [2, 7, 8, 2], w: [3, 2, 2, 3] },
    (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, [2, 3], 'same'),
  ],
};

/** Kernels without a gradient, or whose gradient TensorFlow.js does not have. */
const forwardOnly: Record<string, [Record<string, number[]>, (...inputs: tf.Tensor[]) => tf.Tensor]> = {
  'dilated convolution': [
    { x: [2, 12, 2], w: [3, 2, 3] },
    (x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 1, 'same', 'NWC', 3),
  ],
  'cumulative sum, exclusive and from the end': [{ x: [3, 4] }, (x) => tf.cumsum(x, 0, true, true)],
  'selection by a composed condition': [
    { x: [3, 4], y: [3, 4] },
    (x, y) => tf.where(tf.logicalAnd(tf.greater(x, y), tf.notEqual(x, y)), x, tf.neg(y)),
  ],
  'max pooling': [{ x: [2, 9, 3] }, (x) => tf.pool(x as tf.Tensor3D, 2, 'max', 'same', 1, 2)],
  'one-hot of the largest': [
    { x: [4, 5] },
    (x) => tf.add(tf.oneHot(tf.argMax(x, 1), 5), tf.oneHot(tf.argMin(x, 1), 5, 2, -1)),
  ],
  'rounding and signs': [{ x: [8] }, (x) => tf.addN([tf.floor(x), tf.ceil(x), tf.round(tf.mul(x, 3)), tf.sign(x)])],
  'comparison and counting': [
    { x: [8], y: [8] },
    (x, y) =>
      tf.add(
        tf.sum(tf.cast(tf.logicalOr(tf.lessEqual(x, y), tf.logicalNot(tf.greaterEqual(x, 0))), 'int32')),
        tf.sum(tf.cast(tf.less(x, y), 'int32')),
      ),
  ],
  'filled tensors': [
    { x: [2, 3] },
    (x) => tf.addN([x, tf.fill([2, 3], 4), tf.zerosLike(x), tf.onesLike(x), tf.ones([2, 3])]),
  ],
};

const { present } = await findExecutors(1);
const reference = plainExecutor();
const cases = [
  ...Object.entries(differentiable).map(([title, [shapes, compute]]) => ({
    title,
    shapes,
    compute: withGradients(compute),
  })),
  ...Object.entries(forwardOnly).map(([title, [shapes, compute]]) => ({
    title,
    shapes,
    compute: ((inputs) => ({ y: compute(...Object.keys(inputs).map((name) => inputs[name])) })) as TensorFunction,
  })),
];

describe.each(present.filter(({ name }) => name !== reference.name))(
  '$name on $device agrees with tfjs-cpu',
  (executor) => {
    test.each(cases)('$title', async ({ shapes, compute }) => {
      const inputs = floats(shapes);
      const feeds = Object.fromEntries(
        Object.entries(shapes).map(([name, shape], i) => [name, numbers(sizeOf(shape), i + 1)]),
      );
      const [actual, expected] = await Promise.all(
        [executor, reference].map(async (one) => {
          const compiled = await one.compile(compute, inputs);
          const outputs = await compiled.run(feeds);
          const shapesOut = Object.fromEntries(Object.entries(outputs).map(([name, { shape }]) => [name, [...shape]]));
          const values = await readAll(outputs);
          await compiled.dispose();
          return { shapes: shapesOut, values };
        }),
      );
      expect(actual.shapes).toEqual(expected.shapes);
      for (const name of Object.keys(expected.values))
        expect(relativeError(actual.values[name], expected.values[name]), name).toBeLessThan(1e-5);
    });
  },
);
