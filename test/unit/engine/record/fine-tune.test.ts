import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src-main/domain/random.ts';
import { windowChannels, windowSamples } from '../../../../src-main/domain/record-inputs.ts';
import { onnxExecutor } from '../../../../src-main/engine/executors/onnx/executor.ts';
import { recordFusion } from '../../../../src-main/engine/network/record-fusion.ts';
import { standardOf } from '../../../../src-main/engine/record/beat-inputs.ts';
import { type FineTuningProgress, fineTuneRecordModel } from '../../../../src-main/engine/record/fine-tune.ts';
import type { RecordModel } from '../../../../src-main/engine/record/model.ts';
import type { LabelledRecord } from '../../../../src-main/engine/record/training-beats.ts';
import { TrainingDiverged } from '../../../../src-main/engine/train/divergence.ts';
import { simulatedRecord } from './simulated-inputs.ts';

const executor = onnxExecutor({ threads: 1 });
const corrected = simulatedRecord('p', 60, 1);
const replay = simulatedRecord('r', 120, 2);
const fusion = { seeds: { features: 1, rhythm: 1, morphology: 1 }, thinning: -1, temperature: 1.9 };
/** As if trained: where the weights stand does not matter here. */
const base: RecordModel = {
  ...fusion,
  networks: recordFusion(fusion).initialWeights(seededRandom(1)),
  standard: standardOf([replay.inputs]),
  secondLook: null,
};
const tuned = async (of: LabelledRecord, held: LabelledRecord, options = {}) => {
  const seen: FineTuningProgress[] = [];
  const sizes = { steps: 4, correctedPerStep: 16, replayPerStep: 32 };
  const result = await fineTuneRecordModel(
    base,
    [of],
    [held],
    { ...sizes, ...options },
    {
      executor,
      onProgress: (progress) => void seen.push(progress),
    },
  );
  return { result, seen };
};
const spoiled = (record: LabelledRecord, beat: number, value: number): LabelledRecord => {
  const windows = record.inputs.windows.slice();
  windows[(beat * windowSamples + 40) * windowChannels + 1] = value;
  const atSeconds = Float64Array.from(record.labels, (_, i) => i);
  return { ...record, inputs: { ...record.inputs, windows }, atSeconds };
};

it('gives the same weights each time, other ones for another seed', async () => {
  const { result } = await tuned(corrected, replay);
  expect((await tuned(corrected, replay)).result).toEqual(result);
  expect((await tuned(corrected, replay, { seed: 2 })).result.model.networks).not.toEqual(result.model.networks);
});

it('averages with the base by the share asked for', async () => {
  const [half, none] = [await tuned(corrected, replay), await tuned(corrected, replay, { baseShare: 0 })];
  for (const [name, { data }] of Object.entries(base.networks))
    data.forEach((weight, i) =>
      expect(half.result.model.networks[name].data[i]).toBeCloseTo(
        0.5 * weight + 0.5 * none.result.model.networks[name].data[i],
        6,
      ),
    );
});

describe('a step that diverges', () => {
  it('starts the run anew from the base with half the rate, then fails with the beats', async () => {
    for (const [of, held, name] of [
      [spoiled(corrected, 30, NaN), replay, 'p at 00:30.000 (holds a value that is no number)'],
      [corrected, spoiled(replay, 70, Infinity), 'r at 01:10.000 (holds a value that is no number)'],
    ] as const) {
      const seen: number[] = [];
      const error = await fineTuneRecordModel(
        base,
        [of],
        [held],
        { steps: 30, replayPerStep: 32 },
        {
          executor,
          onProgress: ({ rateShare }) => void seen.push(rateShare),
        },
      ).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(TrainingDiverged);
      expect((error as TrainingDiverged).beats[0]).toBe(name);
      expect(seen.toSorted((a, b) => b - a)).toEqual(seen);
    }
  });

  it('is no failure where it goes well at half the rate', async () => {
    const { windows, ...rest } = corrected.inputs;
    let read = 0;
    const spoiledOnce: LabelledRecord = {
      ...corrected,
      inputs: {
        ...rest,
        // read once to be checked, then in every step
        get windows() {
          return ++read === 4 ? new Float32Array(windows.length).fill(NaN) : windows;
        },
      },
    };
    const { result, seen } = await tuned(spoiledOnce, replay);
    const first = seen.filter(({ rateShare }) => rateShare === 1).length;
    expect(first).toBeLessThan(4);
    expect(seen.slice(first).map(({ step, rateShare }) => [step, rateShare])).toEqual(
      [1, 2, 3, 4].map((n) => [n, 0.5]),
    );
    expect([result.rateShare, result.losses.length]).toEqual([0.5, 4]);
    for (const { data } of Object.values(result.model.networks)) expect(data.every(Number.isFinite)).toBe(true);
  });
});
