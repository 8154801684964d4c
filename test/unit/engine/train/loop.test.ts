import { describe, expect, test } from 'vitest';
import { onnxExecutor } from '../../../../src-main/engine/executors/onnx/executor.ts';
import { compilePredictor } from '../../../../src-main/engine/network/predictor.ts';
import { rhythmAttention } from '../../../../src-main/engine/network/rhythm-attention.ts';
import type { Checkpoint } from '../../../../src-main/engine/train/checkpoint.ts';
import type { Augmentation } from '../../../../src-main/engine/train/augment.ts';
import { TrainingDiverged } from '../../../../src-main/engine/train/divergence.ts';
import { hyperParameters } from '../../../../src-main/engine/train/hyper-parameters.ts';
import { train } from '../../../../src-main/engine/train/loop.ts';
import type { TrainingProgress, TrainingRequest } from '../../../../src-main/engine/train/loop.ts';
import { confusionOf, scoreOf } from '../../../../src-main/engine/train/score.ts';
import { bumps, tinyCompact, tinyPublished } from '../tiny-network.ts';

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

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

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

describe('a loss that is no number or explodes', () => {
  /** Spoils the signal of the given calls, counted over the whole run, going back included. */
  const spoiled =
    (calls: readonly number[], value: number): Augmentation =>
    ({ signal }) => {
      if (calls.includes(call++)) signal.fill(value, 0, 27);
    };
  let call = 0;
  const run = async (augment: Augmentation, given: Partial<TrainingRequest> = {}) => {
    call = 0;
    const seen: { step: number; rateShare: number; loss: number }[] = [];
    const onProgress = ({ step, rateShare, loss }: TrainingProgress) => void seen.push({ step, rateShare, loss });
    // without norms, which would take any amplitude
    const open = rhythmAttention({ ...tinyPublished, stages: [], blocks: 0 });
    const plain = { ...request, network: open, hyper: { ...request.hyper, noise: 0, shiftSamples: 0 } };
    const result = await train({ ...plain, augment, onProgress, ...given });
    return { result, seen };
  };

  test.each([
    ['no number', NaN],
    ['too large', 1e6],
  ])('takes the run back to good weights with half the rate: %s', async (_, value) => {
    const { result, seen } = await run(spoiled([9], value)); // step 10: the third of the second epoch
    expect(seen.map(({ step }) => step)).toEqual([...range(1, 9), ...range(8, 21)]);
    expect(seen.map(({ rateShare }) => rateShare)).toEqual([...Array(9).fill(1), ...Array(14).fill(0.5)]);
    for (const { data } of Object.values(result.weights)) expect(data.every(Number.isFinite)).toBe(true);
    expect(result.curves.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  });

  test('forgets weights that were spoiled before they showed it', async () => {
    // the very first step of the second epoch fails, so what its epoch began with may be at fault
    const { seen } = await run(spoiled([7], NaN));
    expect(seen.map(({ step }) => step)).toEqual([...range(1, 7), ...range(1, 21)]);
  });

  test('the second time fails and names the beats of the batch, the one at fault first', async () => {
    const { labels, inputs } = bumps(32, tinyCompact, 1);
    const signal = inputs.signal.map((value, i) => (i === 40 ? NaN : value)); // in the second of 27 samples each
    const training = { labels, inputs: { signal } };
    const error = await run(() => undefined, { training, nameOf: (beat) => `row ${beat + 1}` }).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(TrainingDiverged);
    const { message, beats } = error as TrainingDiverged;
    expect(message).toMatch(/^training diverged at step \d \(loss NaN, gradient norm NaN, learning rate 0\.00\d+\)/);
    expect(message).toContain('row 2 (holds a value that is no number), row ');
    expect(beats).toHaveLength(16);
    expect(new Set(beats.slice(1)).size).toBe(15);
  });

  test('a run that went back and was then stopped ends as the unbroken one', async () => {
    const { result } = await run(spoiled([9], NaN));
    let saved: Checkpoint | undefined;
    const stop = new AbortController();
    const augment = spoiled([9], NaN);
    await expect(
      run(augment, {
        signal: stop.signal,
        onProgress: ({ step, rateShare }) => {
          if (rateShare < 1 && step === 12) stop.abort(new Error('stopped'));
        },
        onCheckpoint: (checkpoint) => void (saved = structuredClone(checkpoint)),
      }),
    ).rejects.toThrow('stopped');
    const resumed = await run(() => undefined, { checkpoint: saved });
    expect(resumed.result).toEqual(result);
  });
});

describe('early stopping', () => {
  const hyper = hyperParameters({
    ...request.hyper,
    epochs: 40,
    patience: 3,
    learningRate: 1e-2,
    schedule: 'constant',
  });

  test('ends so many epochs after the best one, which is kept; resumed it ends there too', async () => {
    let saved: Checkpoint | undefined;
    const onCheckpoint = (checkpoint: Checkpoint) => {
      if (checkpoint.curves.length === 2) saved = structuredClone(checkpoint);
    };
    const result = await train({ ...request, hyper, onCheckpoint });
    const scores = result.curves.map((point) => point.validation!.macroF1);
    const best = scores.indexOf(Math.max(...scores)) + 1;
    expect(result.curves.length).toBe(best + 3);
    expect(result.curves.length).toBeLessThan(40);
    expect(result.validation!.epoch).toBe(best);
    expect(await train({ ...request, hyper, checkpoint: saved })).toEqual(result);
  });

  test('is refused without beats to validate on', async () => {
    await expect(train({ ...request, hyper, validation: undefined })).rejects.toThrow(
      'patience is 3, but without validation beats a training cannot end early',
    );
  });
});

test('averages the weights with those it started from', async () => {
  const { weights: parent } = await train(request);
  const hyper = { ...request.hyper, keepBest: false };
  const child = await train({ ...request, hyper, weights: parent });
  const mixed = await train({ ...request, hyper: { ...hyper, parentShare: 0.25 }, weights: parent });
  for (const [name, { data }] of Object.entries(mixed.weights))
    data.forEach((value, i) =>
      expect(value).toBeCloseTo(0.25 * parent[name].data[i] + 0.75 * child.weights[name].data[i], 6),
    );
  await expect(train({ ...request, hyper: { ...hyper, parentShare: 0.25 } })).rejects.toThrow(
    'parentShare is 0.25, but a training from nothing has no parent',
  );
});

test('logit adjustment makes the network favour rare classes', async () => {
  // nothing to see in the signal, so that the classes' own number is all there is to learn
  const training = {
    labels: Uint8Array.from({ length: 96 }, (_, i) => +(i % 8 === 0)),
    inputs: { signal: new Float32Array(96 * 27) },
  };
  const rareShare = async (logitAdjustment: number) => {
    const hyper = hyperParameters({ epochs: 30, batch: 16, learningRate: 1e-2, schedule: 'constant', logitAdjustment });
    const { weights } = await train({ ...request, training, validation: undefined, hyper });
    const predictor = await compilePredictor(executor, network, weights, 1);
    const [common, rare] = await predictor.predict({ signal: new Float32Array(27) });
    return rare / (common + rare);
  };
  expect(await rareShare(0)).toBeCloseTo(1 / 8, 1);
  expect(await rareShare(1)).toBeCloseTo(1 / 2, 1);
});

test('refuses augmentation where the network has its own', async () => {
  await expect(train({ ...request, augment: () => undefined })).rejects.toThrow(
    'noise is 0.05, but this network has an augmentation of its own',
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
