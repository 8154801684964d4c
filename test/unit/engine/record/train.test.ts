import { expect, it } from 'vitest';
import { onnxExecutor } from '../../../../src-main/engine/executors/onnx/executor.ts';
import { modelToWeights } from '../../../../src-main/engine/record/model.ts';
import { type RecordTrainingState, trainRecordModel } from '../../../../src-main/engine/record/train.ts';
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

it('refuses to go on from a training of another seed', async () => {
  let resumeFrom: RecordTrainingState | undefined;
  const one = { seeds: { features: 1, rhythm: 1, morphology: 1 } };
  await trainRecordModel(records, one, { executor, onState: (state) => void (resumeFrom ??= state) });
  await expect(trainRecordModel(records, { ...one, seed: 2 }, { executor, resumeFrom: resumeFrom! })).rejects.toThrow(
    'the checkpoint was made with another seed (1000, now 2000)',
  );
});
