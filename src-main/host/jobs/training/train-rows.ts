import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '../../../domain/random.ts';
import { rhythmAttention } from '../../../engine/network/rhythm-attention.ts';
import type { Checkpoint, CurvePoint } from '../../../engine/train/checkpoint.ts';
import {
  type HyperParameters,
  hyperParameters,
  recipes,
  type RecipeName,
} from '../../../engine/train/hyper-parameters.ts';
import { rowTask, trainRows as train } from '../../../engine/train/rows.ts';
import type { Confusion, Score } from '../../../engine/train/score.ts';
import { modelHash, readSafetensors, writeSafetensors } from '../../../engine/weights/safetensors.ts';
import { layoutOf, unflatten, type Weights } from '../../../engine/weights/weights.ts';
import { writeAside } from '../../../formats/write-aside.ts';
import type { TrainedRows, TrainingNews, TrainRowsRequest } from '../../../training/jobs.ts';
import { rowTrainingFiles } from '../../../training/train-rows.ts';
import { decodeValue, encodeValue } from '../../supervision/frames.ts';
import type { EngineJob } from '../../supervision/messages.ts';
import { trainingRows } from '../../row-model/read-parts.ts';
import { executorOf } from '../engine-models.ts';
import { runFacts, slowed } from './run-facts.ts';

/** What the folder's checkpoint holds: of which data, and where the run stands. */
interface KeptState {
  readonly dataHash: string;
  readonly state: Checkpoint;
}

/** What the folder's metrics hold. */
export interface RowMetrics {
  readonly hash: string;
  readonly dataHash: string;
  readonly executor: string;
  /** Null where it went on from a checkpoint, so that nobody timed it whole. */
  readonly trainingSeconds: number | null;
  readonly hyper: HyperParameters;
  readonly curves: readonly CurvePoint[];
  readonly validation: { readonly epoch: number; readonly confusion: Confusion; readonly score: Score } | null;
}

const checkpointEverySteps = 200;

/** Trains the row model on the Kaggle rows; the folder holds the best weights and a checkpoint at every moment. */
export const trainRows: EngineJob<TrainRowsRequest, TrainingNews, TrainedRows> = async (request, context) => {
  const { outFolder, seed, parentPath, resume, validationShare } = request;
  const recipe = request.recipe as RecipeName;
  const hyper = { ...request.hyper, seed };
  const pathOf = (file: keyof typeof rowTrainingFiles) => join(outFolder, rowTrainingFiles[file]);
  await mkdir(outFolder, { recursive: true });
  if (!resume) await rm(pathOf('checkpoint'), { force: true }); // an earlier run's is nothing to go on from
  const startedMs = performance.now();
  const dataHasher = createHash('sha256');
  const training = await trainingRows(request, context);
  const { values, labels } = training;
  const whole = hyperParameters({ ...recipes[recipe], ...hyper });
  const { sizes, classOf, labels: taught } = rowTask(recipe, whole, training);
  dataHasher.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)).update(labels);
  if (classOf) dataHasher.update(taught);
  const parent = parentPath === null ? undefined : await parentOf(parentPath);
  if (parent) dataHasher.update(modelHash(parent, {}));
  const dataHash = dataHasher.digest('hex');
  const kept = resume ? (decodeValue(await readFile(pathOf('checkpoint'))) as KeptState) : undefined;
  if (kept && kept.dataHash !== dataHash)
    throw new RangeError('The checkpoint was made with other rows or another parent; start without --resume.');
  const executor = executorOf(context.device);
  const configuration = {
    ...{ hyper: whole, sizes },
    ...{ heldOutBy: training.patients ? 'patient' : 'row', resumedAtStep: kept?.state.steps ?? 0 },
  };
  context.post({ facts: { ...runFacts(executor, configuration, !kept), dataHash } });
  const layout = layoutOf(rhythmAttention(sizes).initialWeights(seededRandom(1)));
  const metadata = { family: 'row', recipe, ...(classOf ? { classOf: JSON.stringify(classOf) } : {}) };
  const keep = (weights: Weights) =>
    writeAside(pathOf('best'), (file) => file.writeFile(writeSafetensors(weights, metadata)));
  let keptEpoch = -1;
  const result = await train({
    train: training,
    options: { recipe, hyper, ...(validationShare === undefined ? {} : { validationShare }) },
    executor,
    ...(parent ? { parent } : {}),
    checkpoint: kept?.state,
    checkpointEverySteps,
    signal: context.signal,
    onProgress: ({ epoch, epochs, step, steps, beatsPerSecond, secondsLeft, loss, rateShare }) =>
      context.progress({
        fraction: step / steps,
        doing: `epoch ${epoch} of ${epochs}, step ${step} of ${steps}, loss ${loss.toFixed(4)}${slowed(rateShare)}`,
        rate: `${Math.round(beatsPerSecond).toLocaleString('en')} beats/s`,
        secondsLeft,
      }),
    onCheckpoint: async (state) => {
      const bytes = encodeValue({ dataHash, state } satisfies KeptState);
      await writeAside(pathOf('checkpoint'), (file) => file.writeFile(bytes));
      if (state.best && state.best.epoch !== keptEpoch) await keep(unflatten(state.best.weights, layout));
      keptEpoch = state.best?.epoch ?? -1;
    },
  });
  await keep(result.weights);
  const hash = modelHash(result.weights, metadata);
  const { curves, validation } = result;
  // going on from the end of a training adds nothing to it
  const known = kept && (await metricsOf(outFolder));
  const made =
    known?.hash === hash
      ? { executor: known.executor, trainingSeconds: known.trainingSeconds }
      : {
          executor: `${executor.name} ${executor.device}`,
          trainingSeconds: kept ? null : (performance.now() - startedMs) / 1000,
        };
  const metrics: RowMetrics = { hash, dataHash, ...made, hyper: result.hyper, curves, validation: validation ?? null };
  await writeAside(pathOf('metrics'), (file) => file.writeFile(`${JSON.stringify(metrics, null, 1)}\n`));
  return { hash, files: [pathOf('best'), pathOf('metrics')], executor: made.executor };
};

/** What a folder tells of the training that ended in it; undefined where none has. */
export async function metricsOf(folder: string): Promise<RowMetrics | undefined> {
  const path = join(folder, rowTrainingFiles.metrics);
  return existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as RowMetrics) : undefined;
}

async function parentOf(path: string): Promise<Weights> {
  const { weights, metadata } = readSafetensors(new Uint8Array(await readFile(path)), 'parent');
  if (metadata.family !== 'row') throw new RangeError(`${path} is not a row model`);
  return weights;
}
