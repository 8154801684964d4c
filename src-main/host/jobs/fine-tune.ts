import type { CurvePoint } from '../../contract/training.ts';
import { fineTuneRecordModel } from '../../engine/record/fine-tune.ts';
import { modelToWeights } from '../../engine/record/model.ts';
import { modelHash, writeSafetensors } from '../../engine/weights/safetensors.ts';
import type { ClassedBeats, FineTuneRequest, MadeModel } from '../../training/jobs.ts';
import { executorOf, inputsOf, modelOf } from './engine-models.ts';
import type { EngineJob } from '../supervision/messages.ts';
import { recordMetadata } from './train-records.ts';

/** Makes a new record model of its parent and corrected beats. */
export const fineTune: EngineJob<FineTuneRequest, CurvePoint, MadeModel> = async (request, context) => {
  const { parentHash, corrections, replay, seed, steps } = request;
  const { workspaceFolder, signal, progress } = context;
  const labelled = async ({ recordName, signalHash, atSamples, labels }: ClassedBeats) => {
    progress({ fraction: null, doing: `measuring beats of ${recordName}`, rate: null, secondsLeft: null });
    const inputs = await inputsOf(workspaceFolder, signalHash, atSamples);
    signal.throwIfAborted();
    return { name: recordName, inputs, labels };
  };
  const corrected = [];
  for (const record of corrections) corrected.push(await labelled(record));
  const replayed = [];
  for (const record of replay) replayed.push(await labelled(record));
  const executor = executorOf(context.device);
  const parent = await modelOf(workspaceFolder, parentHash);
  const curve: CurvePoint[] = [];
  const startedMs = performance.now();
  const { model } = await fineTuneRecordModel(
    parent,
    corrected,
    replayed,
    { seed, steps },
    {
      executor,
      signal,
      onProgress: ({ step, loss }) => {
        const point = { step, epoch: 1, loss, validationLoss: null, validationMacroF1: null };
        curve.push(point);
        context.post(point);
        const perS = step / ((performance.now() - startedMs) / 1000);
        progress({
          fraction: step / steps,
          doing: `step ${step} of ${steps}, loss ${loss.toFixed(4)}`,
          rate: `${perS.toFixed(1)} steps/s`,
          secondsLeft: (steps - step) / perS,
        });
      },
    },
  );
  const weights = modelToWeights(model);
  return {
    weights: writeSafetensors(weights, recordMetadata),
    hash: modelHash(weights, recordMetadata),
    executor: `${executor.name} ${executor.device}`,
    curve,
  };
};
