import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../src-main/domain/random.ts';
import { readAll } from '../../../../src-main/engine/executors/executor.ts';
import type { Executor } from '../../../../src-main/engine/executors/executor.ts';
import { findExecutors, plainExecutor } from '../../../../src-main/engine/executors/present.ts';
import { inputSpecs } from '../../../../src-main/engine/network/predictor.ts';
import { rhythmAttention } from '../../../../src-main/engine/network/rhythm-attention.ts';
import type { RhythmAttentionSizes } from '../../../../src-main/engine/network/rhythm-attention.ts';
import { hyperParameters } from '../../../../src-main/engine/train/hyper-parameters.ts';
import type { HyperParameters } from '../../../../src-main/engine/train/hyper-parameters.ts';
import { TrainingStep } from '../../../../src-main/engine/train/step.ts';
import type { TrainingState } from '../../../../src-main/engine/train/step.ts';
import { flatten, layoutOf } from '../../../../src-main/engine/weights/weights.ts';
import { relativeError } from '../numbers.ts';
import { bumps, tinyCompact, tinyPublished } from '../tiny-network.ts';

/** Every executor must give what plain JavaScript gives: outputs, loss, gradients, and three optimizer steps. */
const { present } = await findExecutors(1);
const reference = plainExecutor();
const batch = 6;

const variants: [string, RhythmAttentionSizes, Partial<HyperParameters>][] = [
  ['signals in phases, gain and shift as norms', { ...tinyPublished, normalization: 'affine' }, { schedule: 'linear' }],
  ['published shape, focal loss, L2', tinyPublished, { loss: 'focal', l2: 1e-2, schedule: 'constant' }],
  [
    'strided shape, decoupled decay, averaged weights',
    tinyCompact,
    { weightDecay: 0.1, averageDecay: 0.9, warmUpSteps: 2 },
  ],
];

/** Random weights everywhere, gains and running statistics included, so that none of them hides behind 0 or 1. */
function randomWeights(sizes: RhythmAttentionSizes) {
  const random = seededRandom(3);
  const initial = rhythmAttention(sizes).initialWeights(random);
  return Object.fromEntries(
    Object.entries(initial).map(([name, { shape, data }]) => [
      name,
      { shape, data: shape.length === 1 ? data.map((value) => value + 0.3 * random.uniform()) : data },
    ]),
  );
}

async function infer(executor: Executor, sizes: RhythmAttentionSizes) {
  const network = rhythmAttention(sizes);
  const compiled = await executor.compile(
    (given, weights) => {
      const { logits, attentions } = network.forward({ weights, inputs: { signal: given['input signal'] } });
      return { logits, ...Object.fromEntries(attentions.map((attention, i) => [`attention ${i}`, attention])) };
    },
    inputSpecs(network, batch),
    randomWeights(sizes),
  );
  const outputs = await compiled.run({ 'input signal': bumps(batch, sizes, 7).inputs.signal });
  const shapes = Object.fromEntries(Object.entries(outputs).map(([name, { shape }]) => [name, [...shape]]));
  const values = await readAll(outputs);
  await compiled.dispose();
  return { shapes, values };
}

async function takeSteps(executor: Executor, sizes: RhythmAttentionSizes, hyper: HyperParameters, steps: number) {
  const network = rhythmAttention(sizes);
  const weights = randomWeights(sizes);
  const layout = layoutOf(weights);
  const step = await TrainingStep.compile(executor, network, weights, hyper);
  let state: TrainingState = {
    weights: flatten(weights, layout),
    firstMoment: new Float32Array(layout.trainableSize),
    secondMoment: new Float32Array(layout.trainableSize),
    steps: 0,
  };
  const random = seededRandom(5);
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    const { inputs, labels } = bumps(batch, sizes, 20 + i);
    const targets = new Float32Array(batch * sizes.classes);
    labels.forEach((label, beat) => (targets[beat * sizes.classes + label] = 1));
    const beatWeights = Float32Array.from(labels, (label) => 0.5 + label);
    const result = await step.run(state, { inputs, targets, beatWeights }, random, 10);
    state = result.state;
    losses.push(result.loss);
  }
  const read: Record<string, Float32Array> = {};
  for (const name of ['weights', 'firstMoment', 'secondMoment', 'average'] as const) {
    const feed = state[name];
    if (feed && 'read' in feed) read[name] = await feed.read();
  }
  await step.dispose();
  return { layout, losses, read };
}

describe.each(present.filter(({ name }) => name !== reference.name))('$name on $device', (executor) => {
  describe.each(variants)('%s', (_, sizes, given) => {
    const hyper = hyperParameters({ batch, ...given });

    test('gives the same logits and attentions', async () => {
      const [actual, expected] = [await infer(executor, sizes), await infer(reference, sizes)];
      expect(actual.shapes).toEqual(expected.shapes);
      for (const [name, values] of Object.entries(expected.values))
        expect(relativeError(actual.values[name], values), name).toBeLessThan(1e-5);
    });

    test('gives the same loss and the same gradient of every weight', async () => {
      const unclipped = { ...hyper, clipNorm: 0 };
      const actual = await takeSteps(executor, sizes, unclipped, 1);
      const expected = await takeSteps(reference, sizes, unclipped, 1);
      expect(actual.losses[0] / expected.losses[0]).toBeCloseTo(1, 5);
      // after one step from zero the first moment is the gradient times 1 - beta1
      for (const { name, offset, size } of expected.layout.trainable) {
        const part = ({ read: { firstMoment } }: typeof actual) => firstMoment.subarray(offset, offset + size);

        expect(relativeError(part(actual), part(expected)), name).toBeLessThan(1e-5);
        expect(Math.hypot(...part(expected)), `${name} has a gradient`).toBeGreaterThan(0);
      }
    });

    test('gives the same weights and averages after three steps', async () => {
      const actual = await takeSteps(executor, sizes, hyper, 3);
      const expected = await takeSteps(reference, sizes, hyper, 3);
      expect(relativeError(actual.losses, expected.losses)).toBeLessThan(1e-5);
      expect(Object.keys(actual.read)).toEqual(Object.keys(expected.read));
      for (const name of Object.keys(expected.read))
        expect(relativeError(actual.read[name], expected.read[name]), name).toBeLessThan(1e-4);
    });
  });
});
