import { modelToWeights } from '../../../engine/record/model.ts';
import {
  branchHyperParameters,
  recordTrainingDefaults,
  type RecordTrainingState,
  trainRecordModel,
} from '../../../engine/record/train.ts';
import type { LabelledRecord } from '../../../engine/record/training-beats.ts';
import { modelHash, writeSafetensors } from '../../../engine/weights/safetensors.ts';
import type { MadeModel, TrainingNews, TrainRecordsRequest } from '../../../training/jobs.ts';
import { decodeValue, encodeValue } from '../../supervision/frames.ts';
import type { EngineJob } from '../../supervision/messages.ts';
import { executorOf, inputsOf, secondsOf } from '../engine-models.ts';
import { runFacts, slowed } from './run-facts.ts';

/** What a record model's file says of itself; it decides predictions and so belongs to the hash. */
export const recordMetadata = { family: 'record' } as const;

/** Trains a record model from nothing on the labels given; posts a checkpoint after every epoch and when stopped. */
export const trainRecords: EngineJob<TrainRecordsRequest, TrainingNews, MadeModel> = async (request, context) => {
  const { workspaceFolder } = context;
  const all = [...request.records, ...request.validation];
  const measured: LabelledRecord[] = [];
  for (const [index, { recordName, signalHash, atSamples, labels }] of all.entries()) {
    context.progress({
      fraction: (0.3 * index) / all.length,
      doing: `measuring beats of ${recordName}`,
      rate: null,
      secondsLeft: null,
    });
    const inputs = await inputsOf(workspaceFolder, signalHash, atSamples);
    measured.push({ name: recordName, inputs, labels, atSeconds: secondsOf(workspaceFolder, signalHash, atSamples) });
    context.signal.throwIfAborted();
  }
  const records = measured.slice(0, request.records.length);
  const validation = measured.slice(request.records.length);
  const executor = executorOf(context.device);
  const resumeFrom = request.checkpoint && (decodeValue(request.checkpoint) as RecordTrainingState);
  const { seed, hyper } = request;
  const branchHyper = branchHyperParameters(hyper, validation.length > 0);
  const options = { ...recordTrainingDefaults, seed, hyper };
  context.post({ facts: runFacts(executor, { training: options, branches: branchHyper }, !resumeFrom) });
  const startedMs = performance.now();
  let startedFraction: number | undefined;
  const model = await trainRecordModel(records, options, {
    executor,
    signal: context.signal,
    ...(validation.length > 0 ? { validation } : {}),
    ...(resumeFrom ? { resumeFrom } : {}),
    onState: (state) => context.post({ checkpoint: encodeValue(state) }),
    onProgress: ({ fraction, branch, network, networks, epoch, epochs, step, rateShare, beatsPerSecond }) => {
      startedFraction ??= fraction;
      const elapsedS = (performance.now() - startedMs) / 1000;
      context.progress({
        fraction: 0.3 + 0.7 * fraction,
        doing: `${branch} ${network} of ${networks}, epoch ${epoch} of ${epochs}, step ${step}${slowed(rateShare)}`,
        rate: `${Math.round(beatsPerSecond).toLocaleString('en')} beats/s`,
        secondsLeft: (elapsedS * (1 - fraction)) / Math.max(fraction - startedFraction, 1e-3),
      });
    },
  });
  const weights = modelToWeights(model);
  return {
    weights: writeSafetensors(weights, recordMetadata),
    hash: modelHash(weights, recordMetadata),
    executor: `${executor.name} ${executor.device}`,
  };
};
