import { fineTuneRecordModel, fineTuningDefaults } from '../../../engine/record/fine-tune.ts';
import { modelToWeights } from '../../../engine/record/model.ts';
import { modelHash, writeSafetensors } from '../../../engine/weights/safetensors.ts';
import type { ClassedBeats, FineTunedModel, FineTuneRequest, TrainingNews } from '../../../training/jobs.ts';
import { executorOf, inputsOf, modelOf, secondsOf } from '../engine-models.ts';
import type { EngineJob } from '../../supervision/messages.ts';
import { runFacts, slowed } from './run-facts.ts';
import { recordMetadata } from './train-records.ts';

/** Makes a new record model of its parent and corrected beats. */
export const fineTune: EngineJob<FineTuneRequest, TrainingNews, FineTunedModel> = async (request, context) => {
  const { parentHash, corrections, replay, seed, steps, learningRate, parentShare } = request;
  const { workspaceFolder, signal, progress } = context;
  const labelled = async ({ recordName, signalHash, atSamples, labels }: ClassedBeats) => {
    progress({ fraction: null, doing: `measuring beats of ${recordName}`, rate: null, secondsLeft: null });
    const inputs = await inputsOf(workspaceFolder, signalHash, atSamples);
    signal.throwIfAborted();
    return { name: recordName, inputs, labels, atSeconds: secondsOf(workspaceFolder, signalHash, atSamples) };
  };
  const corrected = [];
  for (const record of corrections) corrected.push(await labelled(record));
  const replayed = [];
  for (const record of replay) replayed.push(await labelled(record));
  const executor = executorOf(context.device);
  const parent = await modelOf(workspaceFolder, parentHash);
  const options = {
    ...{ ...fineTuningDefaults, seed, steps },
    ...(learningRate === undefined ? {} : { learningRate }),
    ...(parentShare === undefined ? {} : { baseShare: parentShare }),
  };
  context.post({ facts: runFacts(executor, { training: options }, true) });
  const startedMs = performance.now();
  const { model } = await fineTuneRecordModel(parent, corrected, replayed, options, {
    executor,
    signal,
    onProgress: ({ step, loss, rateShare }) => {
      context.post({ point: { step, epoch: 1, loss, validationLoss: null, validationMacroF1: null } });
      const perS = step / ((performance.now() - startedMs) / 1000);
      progress({
        fraction: step / steps,
        doing: `step ${step} of ${steps}, loss ${loss.toFixed(4)}${slowed(rateShare)}`,
        rate: `${perS.toFixed(1)} steps/s`,
        secondsLeft: (steps - step) / perS,
      });
    },
  });
  const weights = modelToWeights(model);
  return {
    weights: writeSafetensors(weights, recordMetadata),
    hash: modelHash(weights, recordMetadata),
    executor: `${executor.name} ${executor.device}`,
    parentShare: options.baseShare,
  };
};
