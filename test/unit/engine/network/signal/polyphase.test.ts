import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tf } from '../../../../../src-main/engine/executors/tensorflow.ts';
import { ChannelsLastSignal } from '../../../../../src-main/engine/network/signal/channels-last.ts';
import { PolyphaseSignal } from '../../../../../src-main/engine/network/signal/polyphase.ts';
import type { ChainLayer } from '../../../../../src-main/engine/network/signal/polyphase.ts';
import type { Signal } from '../../../../../src-main/engine/network/signal/signal.ts';
import { numbers, relativeError } from '../../numbers.ts';

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

/** Whatever a chain of layers does, in both forms: values and the gradient of every input must be the same. */
interface Chain {
  readonly layers: readonly ChainLayer[];
  /** Shapes of the batch of signals and of what the chain reads besides. */
  readonly shapes: readonly number[][];
  readonly run: (x: Signal, given: tf.Tensor[]) => Signal;
}
const layer = (width: number, pool = 1, stride = 1): ChainLayer => ({ width, stride, pool });
const chains: Record<string, Chain> = {
  'few channels, wide filter': {
    layers: [layer(7)],
    shapes: [[3, 13, 1], [7, 1, 4], [4]],
    run: (x, [filter, shift]) => x.convolved(filter, { shift, isRectified: true }),
  },
  'minimal filtering': {
    layers: [layer(5)],
    shapes: [[3, 13, 3], [5, 3, 4], [4]],
    run: (x, [filter, shift]) => x.convolved(filter, { shift, isRectified: true }),
  },
  'an even filter': {
    layers: [layer(4)],
    shapes: [[3, 13, 3], [4, 3, 4], [4]],
    run: (x, [filter, shift]) => x.convolved(filter, { shift, isRectified: true }),
  },
  'strides of two and three, over odd and even lengths': {
    layers: [layer(7, 1, 2), layer(5, 1, 2), layer(5, 2, 3), layer(3)],
    shapes: [
      [2, 91, 1],
      [7, 1, 4],
      [5, 4, 4],
      [5, 4, 6],
      [3, 6, 2],
    ],
    run: (x, [first, second, third, fourth]) =>
      x
        .convolved(first, { stride: 2, isRectified: true })
        .convolved(second, { stride: 2 })
        .convolved(third, { stride: 3 })
        .rectifiedMaximum(2)
        .convolved(fourth),
  },
  'a residual stage with a stride and batch norm': {
    layers: [layer(7, 1, 2), layer(5, 1, 2), layer(5)],
    shapes: [[3, 37, 1], [7, 1, 4], [5, 4, 6], [6], [6], [1, 4, 6], [5, 6, 6], [6]],
    run: (x, [stem, first, gain, shift, shortcut, second, gain2]) => {
      const y = x.convolved(stem, { stride: 2, isRectified: true });
      const half = y.convolved(first, { stride: 2 }).normalized(gain, 1e-5, { shift, isRectified: true }).signal;
      const added = y.convolved(shortcut, { stride: 2 });
      return half.convolved(second).normalized(gain2, 1e-5, { added }).signal.rectifiedMaximum(1);
    },
  },
  'minimal filtering with three taps, twice, the gap unrectified between': {
    layers: [layer(3), layer(3)],
    shapes: [
      [2, 11, 3],
      [3, 3, 4],
      [3, 4, 2],
    ],
    run: (x, [first, second]) => x.convolved(first).convolved(second),
  },
  'a filter too wide for minimal filtering': {
    layers: [layer(7), layer(5)],
    shapes: [
      [2, 17, 3],
      [7, 3, 4],
      [5, 4, 3],
    ],
    run: (x, [first, second]) => x.convolved(first, { isRectified: true }).convolved(second),
  },
  'beats that leave no gap, with a stride': {
    layers: [layer(7, 1, 2), layer(5), layer(5, 2)],
    shapes: [[3, 24, 3], [7, 3, 4], [5, 4, 4], [4], [5, 4, 3]],
    run: (x, [stem, first, shift, second]) =>
      x
        .convolved(stem, { stride: 2 })
        .convolved(first, { shift, isRectified: true })
        .convolved(second)
        .rectifiedMaximum(2),
  },
  'residual stages with pooling of two': {
    layers: [layer(5), layer(5, 2), layer(5), layer(5, 2)],
    shapes: [[2, 27, 3], [5, 3, 4], [4], [5, 4, 4], [4], [1, 3, 4], [5, 4, 6]],
    run: (x, [first, shift1, second, shift2, shortcut, third]) => {
      const y = x.convolved(first, { shift: shift1, isRectified: true });
      const sum = y.convolved(second, { shift: shift2, added: x.convolved(shortcut) });
      return sum.rectifiedMaximum(2).convolved(third).rectifiedMaximum(2);
    },
  },
  'batch norm, dropped channels and a maximum of one': {
    layers: [layer(5)],
    shapes: [[3, 14, 2], [5, 2, 4], [4], [4], [3, 1, 4]],
    run: (x, [filter, gain, shift, factors]) =>
      x.convolved(filter).normalized(gain, 1e-5, { shift }).signal.rectifiedMaximum(1).weighted(factors),
  },
};

describe.each(Object.entries(chains))('signals in phases: %s', (_, { layers, shapes, run }) => {
  const inputs = shapes.map((shape, i) => tensor(shape, i + 1));
  const compute = (open: (x: tf.Tensor) => Signal) => {
    const weighted = (x: tf.Tensor, ...given: tf.Tensor[]) => {
      const y = run(open(x), given).tokens();
      return tf.sum(tf.mul(y, tf.reshape(tf.cos(tf.range(0, y.size)), y.shape))) as tf.Scalar;
    };
    const [x, ...given] = inputs;
    return { value: run(open(x), given).tokens(), gradients: tf.grads(weighted)(inputs) };
  };

  test('have the values and gradients of signals with channels last', () => {
    const actual = compute((x) => PolyphaseSignal.of(x, layers)!);
    const expected = compute((x) => new ChannelsLastSignal(x));
    expect(actual.value.shape).toEqual(expected.value.shape);
    expect(relativeError(actual.value.dataSync(), expected.value.dataSync())).toBeLessThan(1e-5);
    expected.gradients.forEach((gradient, i) =>
      expect(relativeError(actual.gradients[i].dataSync(), gradient.dataSync()), `input ${i}`).toBeLessThan(1e-5),
    );
  });
});

test('moments of signals in phases leave the gap out', () => {
  const x = tf.add(tensor([3, 13, 2], 1), 5);
  const actual = PolyphaseSignal.of(x, [layer(5)])!.normalized(tf.ones([2]), 1e-5);
  const { mean, variance } = tf.moments(x, [0, 1]);
  expect(relativeError(actual.mean.dataSync(), mean.dataSync())).toBeLessThan(1e-5);
  expect(relativeError(actual.variance.dataSync(), variance.dataSync())).toBeLessThan(1e-4);
});

test.each([
  ['a filter that reaches beyond the phases', [layer(15)]],
  ['a maximum that does not divide the phases', [layer(5, 4)]],
])('%s cannot work on phases', (_, layers) => {
  expect(PolyphaseSignal.of(tensor([1, 13, 1], 1), layers)).toBeUndefined();
});
