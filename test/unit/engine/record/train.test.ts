import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { windowChannels, windowSamples } from '../../../../src-main/domain/record-inputs.ts';
import { clockOfSample } from '../../../../src-main/domain/time.ts';
import { onnxExecutor } from '../../../../src-main/engine/executors/onnx/executor.ts';
import { modelToWeights } from '../../../../src-main/engine/record/model.ts';
import { type RecordTrainingState, trainRecordModel } from '../../../../src-main/engine/record/train.ts';
import { TrainingDiverged } from '../../../../src-main/engine/train/divergence.ts';
import { modelHash } from '../../../../src-main/engine/weights/safetensors.ts';
import { simulatedRecord } from './simulated-inputs.ts';

const executor = onnxExecutor({ threads: 1 });
const options = { seeds: { features: 2, rhythm: 1, morphology: 1 } };
const records = [simulatedRecord('a', 260, 1)];
const trained = async (run: Partial<Parameters<typeof trainRecordModel>[2]>) =>
  modelHash(modelToWeights(await trainRecordModel(records, options, { executor, ...run })), {});

it('gives the same weights whether in one run or stopped and resumed again and again', async () => {
  const unbroken = await trained({});
  let resumeFrom: RecordTrainingState | undefined;
  for (const [branch, network, epoch] of [
    ['features', 1, 3],
    ['features', 2, 8],
    ['rhythm', 1, 2],
    ['morphology', 1, 6],
  ] as const) {
    const abort = new AbortController();
    const stopped = trained({
      ...(resumeFrom ? { resumeFrom } : {}),
      signal: abort.signal,
      onProgress: (at) => {
        if (at.branch === branch && at.network === network && at.epoch === epoch) abort.abort();
      },
      onState: (state) => void (resumeFrom = structuredClone(state)),
    });
    await expect(stopped).rejects.toThrow(/abort/i);
  }
  const fractions: number[] = [];
  expect(await trained({ resumeFrom: resumeFrom!, onProgress: ({ fraction }) => void fractions.push(fraction) })).toBe(
    unbroken,
  );
  expect(fractions[0]).toBeGreaterThan(0.8);
});

it('learns from features of either order of the leads, but of nothing else that turns', async () => {
  const short = { seeds: { features: 1, rhythm: 1, morphology: 1 }, hyper: { epochs: 1, warmUpSteps: 0 } };
  const turned = records.map((record) => ({
    ...record,
    inputs: { ...record.inputs, turned: record.inputs.turned.map((value) => -value) },
  }));
  const weightsOf = async (given: typeof records) => (await trainRecordModel(given, short, { executor })).networks;
  const [alike, other] = [await weightsOf(records), await weightsOf(turned)];
  const changed = Object.keys(alike).filter((name) => !isDeepStrictEqual(alike[name], other[name]));
  expect(new Set(changed.map((name) => name.split('.')[0]))).toEqual(new Set(['features1', 'rhythm1']));
});

it('refuses to go on from a training of another seed', async () => {
  let resumeFrom: RecordTrainingState | undefined;
  const one = { seeds: { features: 1, rhythm: 1, morphology: 1 } };
  await trainRecordModel(records, one, { executor, onState: (state) => void (resumeFrom ??= state) });
  await expect(trainRecordModel(records, { ...one, seed: 2 }, { executor, resumeFrom: resumeFrom! })).rejects.toThrow(
    'the checkpoint was made with another seed (1000, now 2000)',
  );
});

it('ends early by patients that were held out, and is the same again when resumed', async () => {
  const validation = [simulatedRecord('v', 80, 7)];
  // a rate at which no weight changes: the first epoch stays the best, but for the statistics that morphology follows
  const still = { ...options, hyper: { patience: 1, learningRate: 1e-12, warmUpSteps: 0, averageDecay: 0 } };
  const epochs: Record<string, number> = {};
  await trainRecordModel(records, still, {
    executor,
    validation,
    onProgress: ({ branch, network, epoch }) => void (epochs[`${branch} ${network}`] = epoch),
  });
  expect(epochs).toMatchObject({ 'features 1': 2, 'features 2': 2, 'rhythm 1': 2 });

  const run = { executor, validation };
  const whole = await trainRecordModel(records, options, run);
  let resumeFrom: RecordTrainingState | undefined;
  const abort = new AbortController();
  await expect(
    trainRecordModel(records, options, {
      ...run,
      signal: abort.signal,
      onProgress: ({ branch, epoch }) => {
        if (branch === 'rhythm' && epoch === 3) abort.abort();
      },
      onState: (state) => void (resumeFrom = structuredClone(state)),
    }),
  ).rejects.toThrow(/abort/i);
  expect(await trainRecordModel(records, options, { ...run, resumeFrom: resumeFrom! })).toEqual(whole);
  expect(modelHash(modelToWeights(whole), {})).not.toBe(await trained({}));
});

it('fails with record and time of the beats of a batch that holds a value that is no number', async () => {
  const [{ inputs, ...record }] = records;
  const windows = inputs.windows.slice();
  const ectopic = record.labels.indexOf(2);
  windows[(ectopic * windowSamples + 3) * windowChannels] = NaN;
  const atSeconds = Float64Array.from(record.labels, (_, beat) => 0.8 * beat);
  const poisoned = [{ ...record, inputs: { ...inputs, windows }, atSeconds }];
  const rates: number[] = [];
  const error = await trainRecordModel(
    poisoned,
    { seeds: { features: 1, rhythm: 1, morphology: 1 } },
    {
      executor,
      onProgress: ({ branch, rateShare }) => {
        if (branch === 'morphology') rates.push(rateShare);
      },
    },
  ).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TrainingDiverged);
  const { beats } = error as TrainingDiverged;
  expect(beats[0]).toBe(`a at ${clockOfSample(0.8 * ectopic, 1)} (holds a value that is no number)`);
  expect(beats.length).toBeGreaterThan(100);
  expect(beats.slice(1).every((name) => /^a at \d\d:\d\d\.\d\d\d$/.test(name))).toBe(true);
  expect(rates.every((share, i) => share >= (rates[i + 1] ?? 0))).toBe(true);
});
