import { describe, expect, test } from 'vitest';
import { onnxExecutor } from '../../../../src-main/engine/executors/onnx/executor.ts';
import { compilePredictor } from '../../../../src-main/engine/network/predictor.ts';
import { rhythmAttention } from '../../../../src-main/engine/network/rhythm-attention.ts';
import type { Checkpoint } from '../../../../src-main/engine/train/checkpoint.ts';
import { hyperParameters } from '../../../../src-main/engine/train/hyper-parameters.ts';
import { train } from '../../../../src-main/engine/train/loop.ts';
import type { TrainingProgress, TrainingRequest } from '../../../../src-main/engine/train/loop.ts';
import { confusionOf, scoreOf } from '../../../../src-main/engine/train/score.ts';
import { bumps, tinyCompact } from '../tiny-network.ts';

const executor = onnxExecutor({ threads: 1 });
const network = rhythmAttention(tinyCompact);
const request: TrainingRequest = {
  network,
  executor,
  training: bumps(100, tinyCompact, 1),
  validation: bumps(40, tinyCompact, 2),
  hyper: hyperParameters({
    epochs: 3,
    batch: 16,
    learningRate: 1e-2,
    warmUpSteps: 3,
    averageDecay: 0.9,
    mixupAlpha: 0.3,
    noise: 0.05,
    shiftSamples: 1,
    evaluationBatch: 16,
  }),
};

test('learns beats it has not seen', async () => {
  const hyper = hyperParameters({ epochs: 8, batch: 16, learningRate: 1e-2, evaluationBatch: 16 });
  const result = await train({ ...request, hyper });
  expect(result.curves.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(result.curves.at(-1)!.trainingLoss).toBeLessThan(result.curves[0].trainingLoss / 2);
  const unseen = bumps(60, tinyCompact, 3);
  const predictor = await compilePredictor(executor, network, result.weights, 16);
  const score = scoreOf(confusionOf(unseen.labels, await predictor.predict(unseen.inputs), 3));
  expect(score.accuracy).toBeGreaterThan(0.9);
});

test('keeps the weights of the best validation macro-F1', async () => {
  const { curves, validation } = await train(request);
  const best = Math.max(...curves.map((point) => point.validation!.macroF1));
  expect(validation!.score.macroF1).toBeCloseTo(best, 12);
  expect(curves[validation!.epoch - 1].validation!.macroF1).toBe(best);
  expect(validation!.confusion.flat().reduce((sum, beats) => sum + beats)).toBe(40);
});

test('the same seed gives the same weights, another seed others', async () => {
  const [first, again] = [await train(request), await train(request)];
  expect(again).toEqual(first);
  const other = await train({ ...request, hyper: { ...request.hyper, seed: 2 } });
  expect(other.weights).not.toEqual(first.weights);
});

describe('a run that was stopped', () => {
  test.each([1, 9, 14])('and goes on after step %d ends as the unbroken one', async (stopAfter) => {
    const unbroken = await train(request);
    const stop = new AbortController();
    let saved: Checkpoint | undefined;
    const stopped = train({
      ...request,
      signal: stop.signal,
      onProgress: ({ step }) => {
        if (step === stopAfter) stop.abort(new Error('stopped by the user'));
      },
      onCheckpoint: (checkpoint) => {
        saved = structuredClone(checkpoint); // as after a way to disk and back
      },
    });
    await expect(stopped).rejects.toThrow('stopped by the user');
    expect(saved!.steps).toBe(stopAfter);
    const seen: number[] = [];
    const resumed = await train({ ...request, checkpoint: saved, onProgress: ({ step }) => void seen.push(step) });
    expect(seen[0]).toBe(stopAfter + 1);
    expect(resumed).toEqual(unbroken);
  });

  test('refuses a checkpoint made with other hyper-parameters', async () => {
    let saved: Checkpoint | undefined;
    await train({ ...request, hyper: { ...request.hyper, epochs: 1 }, onCheckpoint: (c) => void (saved = c) });
    await expect(train({ ...request, checkpoint: saved })).rejects.toThrow('another epochs (1, now 3)');
  });
});

test('reports each step with speed and time left', async () => {
  const seen: TrainingProgress[] = [];
  let now = 0;
  await train({ ...request, clock: () => (now += 500), onProgress: (progress) => void seen.push(progress) });
  expect(seen.map(({ step }) => step)).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
  const { epoch, epochs, steps, beatsPerSecond, secondsLeft } = seen[0];
  expect({ epoch, epochs, steps, beatsPerSecond, secondsLeft }).toEqual({
    epoch: 1,
    epochs: 3,
    steps: 21,
    beatsPerSecond: 32, // 16 beats in half a second
    secondsLeft: 10, // 20 steps of half a second
  });
  expect(seen[20].secondsLeft).toBeCloseTo(0.5, 6); // one validation
});

test('writes checkpoints as often as asked and at the end of each epoch', async () => {
  const at: number[] = [];
  await train({ ...request, checkpointEverySteps: 3, onCheckpoint: ({ steps }) => void at.push(steps) });
  expect(at).toEqual([3, 6, 7, 9, 12, 14, 15, 18, 21]);
});

test('without validation beats keeps the last weights', async () => {
  const result = await train({ ...request, validation: undefined });
  expect([result.validation, result.curves[2].validation]).toEqual([undefined, undefined]);
});

test('fine-tuning starts from the weights given', async () => {
  const { weights } = await train(request);
  const still = await train({
    ...request,
    weights,
    hyper: hyperParameters({ epochs: 1, batch: 16, learningRate: 1e-12 }),
  });
  for (const [name, { data }] of Object.entries(weights))
    if (!name.includes('running'))
      data.forEach((value, i) => expect(still.weights[name].data[i]).toBeCloseTo(value, 6));
});

test('fails with a clear error when the loss is no number', async () => {
  const { labels, inputs } = bumps(32, tinyCompact, 1);
  const signal = inputs.signal.map((value, i) => (i === 40 ? NaN : value));
  await expect(train({ ...request, training: { labels, inputs: { signal } } })).rejects.toThrow(
    /training diverged at step \d+: loss NaN/,
  );
});

test('refuses beats that do not fit', async () => {
  const { labels, inputs } = request.training;
  await expect(train({ ...request, training: { labels: labels.slice(1), inputs } })).rejects.toThrow(
    'training: 100 beats have 99 labels',
  );
  await expect(train({ ...request, training: { labels: labels.map(() => 3), inputs } })).rejects.toThrow(
    "label 3 is not one of the network's 3 classes",
  );
});
