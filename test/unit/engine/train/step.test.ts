import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../src-main/domain/random.ts';
import { onnxExecutor } from '../../../../src-main/engine/executors/onnx/executor.ts';
import { findExecutors } from '../../../../src-main/engine/executors/present.ts';
import { tf } from '../../../../src-main/engine/executors/tensorflow.ts';
import { rhythmAttention } from '../../../../src-main/engine/network/rhythm-attention.ts';
import { hyperParameters } from '../../../../src-main/engine/train/hyper-parameters.ts';
import type { HyperParameters } from '../../../../src-main/engine/train/hyper-parameters.ts';
import { TrainingStep } from '../../../../src-main/engine/train/step.ts';
import type { TrainingState } from '../../../../src-main/engine/train/step.ts';
import { flatten } from '../../../../src-main/engine/weights/weights.ts';
import { bumps, tinyCompact, tinyPublished } from '../tiny-network.ts';

const { present } = await findExecutors(1);
const network = rhythmAttention({ ...tinyCompact, blocks: 0 });
const weights = network.initialWeights(seededRandom(1));
const { inputs, labels } = bumps(4, tinyCompact, 1);
const targets = new Float32Array(12);
labels.forEach((label, beat) => (targets[beat * 3 + label] = 1));
const batch = { inputs, targets, beatWeights: Float32Array.of(1, 1, 1, 1) };

async function prepare(executor: (typeof present)[number], given: Partial<HyperParameters>) {
  const step = await TrainingStep.compile(executor, network, weights, hyperParameters({ batch: 4, ...given }));
  const start: TrainingState = {
    weights: flatten(weights, step.layout),
    firstMoment: new Float32Array(step.layout.trainableSize),
    secondMoment: new Float32Array(step.layout.trainableSize),
    steps: 0,
  };
  return { step, start };
}

const values = async (feed: TrainingState['weights']) => Float32Array.from('read' in feed ? await feed.read() : feed);

describe.each(present)('$name on $device', (executor) => {
  test.each([1, 2])(
    'in %d parts holds the same number of tensors after every step, none in the end',
    async (microBatches) => {
      const before = tf.memory().numTensors;
      const { step, start } = await prepare(executor, { averageDecay: 0.9, l2: 0.1, microBatches });
      const held: number[] = [];
      let state = start;
      for (let i = 0; i < 3; i++) {
        ({ state } = await step.run(state, batch, seededRandom(1), 3));
        held.push(tf.memory().numTensors);
      }
      expect(new Set(held).size).toBe(1);
      for (const feed of [state.weights, state.firstMoment, state.secondMoment, state.average!])
        if ('dispose' in feed) feed.dispose();
      await step.dispose();
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});

describe('micro-batches', () => {
  const withoutStatistics = { ...tinyPublished, stages: [] };
  const beats = bumps(12, tinyPublished, 1);
  const joined = {
    inputs: beats.inputs,
    targets: Float32Array.from({ length: 36 }, (_, i) => +(beats.labels[Math.floor(i / 3)] === i % 3)),
    beatWeights: Float32Array.from({ length: 12 }, (_, i) => (i % 2 ? 1.5 : 0.5)),
  };
  const after = async (sizes: typeof tinyPublished, microBatches: number, steps: number, executor = present[0]) => {
    const net = rhythmAttention(sizes);
    const first = net.initialWeights(seededRandom(1));
    const hyper = hyperParameters({
      ...{ batch: 12, microBatches, learningRate: 1e-2, weightDecay: 0.1, l2: 0.01, averageDecay: 0.9, clipNorm: 0.5 },
    });
    const step = await TrainingStep.compile(executor, net, first, hyper);
    let state: TrainingState = {
      weights: flatten(first, step.layout),
      firstMoment: new Float32Array(step.layout.trainableSize),
      secondMoment: new Float32Array(step.layout.trainableSize),
      steps: 0,
    };
    const random = seededRandom(3);
    const seen: number[] = [];
    for (let i = 0; i < steps; i++) {
      const result = await step.run(state, joined, random, 10);
      state = result.state;
      seen.push(result.loss, result.gradientNorm, ...result.beatLosses);
    }
    const { layout } = step;
    const [weights, average] = [await values(state.weights), await values(state.average!)];
    await step.dispose();
    return { weights, average, seen, layout };
  };

  test.each([2, 3, 12])('%d of them move the weights as the joined batch does', async (parts) => {
    const [one, gathered] = [await after(withoutStatistics, 1, 3), await after(withoutStatistics, parts, 3)];
    expect(one.layout.statistics).toEqual([]);
    one.seen.forEach((value, i) => expect(gathered.seen[i]).toBeCloseTo(value, 4));
    // Adam's first steps divide a gradient by its own size: rounding in the least of them shows.
    for (const name of ['weights', 'average'] as const)
      one[name].forEach((value, i) => expect(Math.abs(gathered[name][i] - value)).toBeLessThan(1e-4));
  });

  test.each([
    [4, 2],
    [4, 3],
    [6, 2],
    [12, 2],
  ])('%d of them on %d threads move the weights as on one, to the last bit', async (parts, threads) => {
    const [one, more] = [
      await after(tinyCompact, parts, 3, onnxExecutor({ threads: 1 })),
      await after(tinyCompact, parts, 3, onnxExecutor({ threads })),
    ];
    expect(more).toEqual(one);
  });

  test('with batch norm each goes by its own statistics, whose mean is followed', async () => {
    const [one, gathered] = [await after(tinyCompact, 1, 1), await after(tinyCompact, 3, 1)];
    const { trainableSize, size } = one.layout;
    expect(size).toBeGreaterThan(trainableSize);
    expect(gathered.weights.slice(trainableSize)).not.toEqual(one.weights.slice(trainableSize));
    expect(gathered.weights.every(Number.isFinite)).toBe(true);
  });
});

test('decoupled decay shrinks filters and matrices only', async () => {
  const { step, start } = await prepare(present[0], { weightDecay: 0.5, learningRate: 0.1, schedule: 'constant' });
  const still = { ...batch, beatWeights: new Float32Array(4) }; // no gradient, so decay alone moves the weights
  const { state } = await step.run(start, still, seededRandom(1), 1);
  const moved = await values(state.weights);
  const first = flatten(weights, step.layout);
  for (const { shape, offset, size } of step.layout.trainable) {
    const factor = shape.length > 1 ? 0.95 : 1;
    for (let i = offset; i < offset + size; i++) expect(moved[i]).toBeCloseTo(first[i] * factor, 6);
  }
  await step.dispose();
});

test('L2 adds half the squared filters and matrices to the loss', async () => {
  const loss = async (l2: number) => {
    const { step, start } = await prepare(present[0], { l2 });
    const result = await step.run(start, batch, seededRandom(1), 1);
    await step.dispose();
    return result.loss;
  };
  const squares = Object.values(weights)
    .filter(({ shape }) => shape.length > 1)
    .reduce((sum, { data }) => data.reduce((total, value) => total + value * value, sum), 0);
  expect((await loss(0.01)) - (await loss(0))).toBeCloseTo(0.005 * squares, 4);
});

test('gives the loss of each beat, whose weighted mean is the loss', async () => {
  const { step, start } = await prepare(present[0], {});
  const beatWeights = Float32Array.of(0, 1, 1, 2);
  const { loss, beatLosses } = await step.run(start, { ...batch, beatWeights }, seededRandom(1), 1);
  expect(beatLosses.reduce((sum, value, beat) => sum + value * beatWeights[beat], 0) / 4).toBeCloseTo(loss, 5);
  await step.dispose();
});

test('dropout masks come from the given random source alone', async () => {
  const lossWith = async (seed: number) => {
    const { step, start } = await prepare(present[0], {});
    const { loss } = await step.run(start, batch, seededRandom(seed), 1);
    await step.dispose();
    return loss;
  };
  const [first, again, other] = [await lossWith(1), await lossWith(1), await lossWith(2)];
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});
