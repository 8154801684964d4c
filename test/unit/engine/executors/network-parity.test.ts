import { beforeAll, describe, expect, test } from 'vitest';
import type { DeviceName } from '../../../../src-main/domain/device.ts';
import { seededRandom } from '../../../../src-main/domain/random.ts';
import { toleranceOf } from '../../../../src-main/engine/devices/tolerance.ts';
import { readAll } from '../../../../src-main/engine/executors/executor.ts';
import type { Executor, Feed } from '../../../../src-main/engine/executors/executor.ts';
import { mapNamed, prefixed } from '../../../../src-main/engine/executors/named.ts';
import { onnxExecutor } from '../../../../src-main/engine/executors/onnx/executor.ts';
import { findExecutors, plainExecutor } from '../../../../src-main/engine/executors/present.ts';
import type { Network } from '../../../../src-main/engine/network/network.ts';
import { inputSpecs } from '../../../../src-main/engine/network/predictor.ts';
import { recordFusion } from '../../../../src-main/engine/network/record-fusion.ts';
import { rhythmAttention } from '../../../../src-main/engine/network/rhythm-attention.ts';
import type { RhythmAttentionSizes } from '../../../../src-main/engine/network/rhythm-attention.ts';
import type { BeatSet } from '../../../../src-main/engine/train/beat-set.ts';
import { hyperParameters } from '../../../../src-main/engine/train/hyper-parameters.ts';
import type { HyperParameters } from '../../../../src-main/engine/train/hyper-parameters.ts';
import { TrainingStep } from '../../../../src-main/engine/train/step.ts';
import type { TrainingState } from '../../../../src-main/engine/train/step.ts';
import { flatten, layoutOf, sizeOf } from '../../../../src-main/engine/weights/weights.ts';
import type { Weights } from '../../../../src-main/engine/weights/weights.ts';
import { softwareGpu } from '../../../support/software-gpu.ts';
import { numbers, relativeError } from '../numbers.ts';
import { bumps, tinyCompact, tinyPublished } from '../tiny-network.ts';

/**
 * Every executor must give what plain JavaScript gives: outputs, loss, every gradient, and three optimizer steps, within
 * what `tolerance.ts` says of its device and why.
 */
if (softwareGpu) process.env.VK_ICD_FILENAMES = softwareGpu.VK_ICD_FILENAMES;
const { present, absent } = await findExecutors(2);
const batch = 6;

const underTest: { title: string; executor: Executor; device: DeviceName }[] = [
  { title: 'ONNX Runtime on one thread', executor: onnxExecutor({ threads: 1 }), device: 'cpu' },
  { title: 'ONNX Runtime on two threads', executor: onnxExecutor({ threads: 2 }), device: 'cpu' },
  ...present
    .filter(({ name, device }) => name !== plainExecutor().name && !(name.startsWith('onnx') && device === 'cpu'))
    .map((executor) => ({
      title: `${executor.name} on ${executor.device}`,
      executor,
      device: executor.name.startsWith('tfjs-node') ? ('tfjs-node-gpu' as const) : (executor.device as DeviceName),
    })),
];

interface Variant {
  readonly title: string;
  readonly network: Network;
  readonly weights: Weights;
  readonly batches: readonly BeatSet[];
  readonly hyper: Partial<HyperParameters>;
  /** Share of the whole gradient below which a part's own size is no measure. */
  readonly gradientFloor: number;
}

const hybrid = (title: string, sizes: RhythmAttentionSizes, hyper: Partial<HyperParameters>): Variant => {
  const network = rhythmAttention(sizes);
  const batches = [20, 21, 22].map((seed) => bumps(batch, sizes, seed));
  return { title, network, weights: randomWeights(network), batches, hyper, gradientFloor: 0 };
};
const recordModel = (): Variant => {
  const network: Network = recordFusion({
    ...{ seeds: { features: 1, rhythm: 1, morphology: 1 }, thinning: -0.5, temperature: 1.9 },
  });
  const batches = [1, 2, 3].map((seed) => ({
    inputs: mapNamed(network.inputs, (shape, name) => numbers(batch * sizeOf(shape), seed + name.length)),
    labels: Uint8Array.from({ length: batch }, (_, beat) => (beat + seed) % network.classes),
  }));
  return {
    ...{ title: 'the record model, one network of each branch', network, weights: randomWeights(network), batches },
    ...{ hyper: {}, gradientFloor: 1e-3 },
  };
};

const published = hybrid('published shape, focal loss, L2', tinyPublished, {
  ...{ loss: 'focal', l2: 1e-2, schedule: 'constant' },
});
const strided = hybrid('strided shape, decoupled decay, averaged weights', tinyCompact, {
  ...{ weightDecay: 0.1, averageDecay: 0.9, warmUpSteps: 2 },
});
const variants: Variant[] = [published, strided, recordModel()];

/** Random weights everywhere, gains and running statistics included, so that none of them hides behind 0 or 1. */
function randomWeights(network: Network): Weights {
  const random = seededRandom(3);
  return Object.fromEntries(
    Object.entries(network.initialWeights(random)).map(([name, { shape, data }]) => [
      name,
      { shape, data: shape.length === 1 ? data.map((value) => value + 0.3 * random.uniform()) : data },
    ]),
  );
}

async function infer(executor: Executor, { network, weights, batches }: Variant) {
  const compiled = await executor.compile(
    (given, constants) => {
      const inputs = mapNamed(network.inputs, (_, name) => given[`input ${name}`]);
      const { logits, attentions } = network.forward({ weights: constants, inputs });
      return { logits, ...Object.fromEntries(attentions.map((attention, i) => [`attention ${i}`, attention])) };
    },
    inputSpecs(network, batch),
    weights,
  );
  const outputs = await compiled.run(prefixed('input', batches[0].inputs));
  const shapes = mapNamed(outputs, ({ shape }) => [...shape]);
  const values = await readAll(outputs);
  await compiled.dispose();
  return { shapes, values };
}

/** Three optimizer steps; `gradient` is the first step's, as its first moment from zero times 1 / (1 - beta1). */
async function takeSteps(executor: Executor, { network, weights, batches }: Variant, hyper: HyperParameters) {
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
  const norms: number[] = [];
  let gradient = new Float32Array(0);
  for (const { inputs, labels } of batches) {
    const targets = new Float32Array(batch * network.classes);
    labels.forEach((label, beat) => (targets[beat * network.classes + label] = 1));
    const beatWeights = Float32Array.from(labels, (label) => 0.5 + label);
    const result = await step.run(state, { inputs, targets, beatWeights }, random, 10);
    state = result.state;
    losses.push(result.loss);
    norms.push(result.gradientNorm);
    if (state.steps === 1) gradient = Float32Array.from(await valuesOf(state.firstMoment));
  }
  const read: Record<string, Float32Array> = {};
  for (const name of ['weights', 'firstMoment', 'secondMoment', 'average'] as const) {
    const feed = state[name];
    if (feed) read[name] = await valuesOf(feed);
  }
  await step.dispose();
  return { layout, losses, norms, gradient, read };
}

const valuesOf = async (feed: Feed): Promise<Float32Array> => ('read' in feed ? feed.read() : Float32Array.from(feed));

/** What every executor is held to; computed once. */
const expectedOf = new Map<string, Promise<Awaited<ReturnType<typeof measure>>>>();
const measure = async (executor: Executor, variant: Variant) => ({
  inferred: await infer(executor, variant),
  steps: await takeSteps(executor, variant, hyperParameters({ batch, ...variant.hyper })),
});

for (const { name, device, reason } of absent)
  describe(`${name} on ${device}`, () => test.skip(`computes as the others do (skipped: ${reason})`, () => undefined));

describe.each(underTest)('$title', ({ executor, device }) => {
  const tolerance = toleranceOf(device, executor.device);

  // Shaders compile for 25 s a variant where the processor plays the GPU: two of them use every operation.
  const tried =
    device === 'webgpu' && softwareGpu ? variants.filter(({ network }) => network !== strided.network) : variants;
  describe.each(tried)('$title', (variant) => {
    let actual: Awaited<ReturnType<typeof measure>>;
    let expected: typeof actual;
    beforeAll(async () => {
      if (!expectedOf.has(variant.title)) expectedOf.set(variant.title, measure(plainExecutor(), variant));
      expected = await expectedOf.get(variant.title)!;
      actual = await measure(executor, variant);
    }, 300_000);

    test('gives the same logits and attentions', () => {
      expect(actual.inferred.shapes).toEqual(expected.inferred.shapes);
      for (const [name, values] of Object.entries(expected.inferred.values))
        expect(relativeError(actual.inferred.values[name], values), name).toBeLessThan(tolerance);
    });

    test('gives the same loss and the same gradient of every weight', () => {
      expect(relativeError(actual.steps.losses.slice(0, 1), expected.steps.losses.slice(0, 1))).toBeLessThan(tolerance);
      expect(relativeError(actual.steps.norms.slice(0, 1), expected.steps.norms.slice(0, 1))).toBeLessThan(tolerance);
      // a part that is next to nothing beside the whole gradient is measured by the whole
      const floor = variant.gradientFloor * Math.hypot(...expected.steps.gradient);
      for (const { name, offset, size } of expected.steps.layout.trainable) {
        const part = ({ gradient }: typeof actual.steps) => gradient.subarray(offset, offset + size);
        const difference = Math.hypot(...part(actual.steps).map((value, i) => value - part(expected.steps)[i]));
        expect(difference / Math.max(Math.hypot(...part(expected.steps)), floor), name).toBeLessThan(tolerance);
        if (!variant.gradientFloor)
          expect(Math.hypot(...part(expected.steps)), `${name} has a gradient`).toBeGreaterThan(0);
      }
    });

    test('gives the same losses, weights and averages after three steps', () => {
      expect(relativeError(actual.steps.losses, expected.steps.losses)).toBeLessThan(tolerance);
      expect(Object.keys(actual.steps.read)).toEqual(Object.keys(expected.steps.read));
      // Adam divides by the gradient's own size, which magnifies what little the smallest ones differ by
      for (const name of Object.keys(expected.steps.read))
        expect(relativeError(actual.steps.read[name], expected.steps.read[name]), name).toBeLessThan(10 * tolerance);
    });
  });
});
