import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '../../../domain/random.ts';
import { rhythmAttention } from '../../../engine/network/rhythm-attention.ts';
import type { Checkpoint } from '../../../engine/train/checkpoint.ts';
import { hyperParameters, recipes, type RecipeName } from '../../../engine/train/hyper-parameters.ts';
import { type Rows, rowSizes, trainRows as train } from '../../../engine/train/rows.ts';
import { modelHash, readSafetensors, writeSafetensors } from '../../../engine/weights/safetensors.ts';
import { layoutOf, unflatten, type Weights } from '../../../engine/weights/weights.ts';
import { readAllRows } from '../../../formats/rows/read-rows.ts';
import { readRowRecords, readRowsDescription, type RowPart, rowsFile } from '../../../formats/rows/row-files.ts';
import { patientOfRecord } from '../../../formats/rows/split-rows.ts';
import type { TrainedRows, TrainingNews, TrainRowsRequest } from '../../../training/jobs.ts';
import { rowTrainingFiles } from '../../../training/train-rows.ts';
import { decodeValue, encodeValue } from '../../supervision/frames.ts';
import type { EngineJob } from '../../supervision/messages.ts';
import { executorOf } from '../engine-models.ts';
import { runFacts, slowed } from './run-facts.ts';

/** What the folder's checkpoint holds: of which data, and where the run stands. */
interface KeptState {
  readonly dataHash: string;
  readonly state: Checkpoint;
}

const checkpointEverySteps = 200;

/** Trains the row model on the Kaggle rows; the folder holds the best weights and a checkpoint at every moment. */
export const trainRows: EngineJob<TrainRowsRequest, TrainingNews, TrainedRows> = async (request, context) => {
  const { rowsFolder, outFolder, seed, parentPath, resume } = request;
  const recipe = request.recipe as RecipeName;
  const hyper = { ...request.hyper, seed };
  const pathOf = (file: keyof typeof rowTrainingFiles) => join(outFolder, rowTrainingFiles[file]);
  await mkdir(outFolder, { recursive: true });
  const dataHasher = createHash('sha256');
  const [training, test] = [await rowsOf('train'), await rowsOf('test')];
  const parent = parentPath === null ? undefined : await parentOf(parentPath);
  if (parent) dataHasher.update(modelHash(parent, {}));
  const dataHash = dataHasher.digest('hex');
  const kept = resume ? (decodeValue(await readFile(pathOf('checkpoint'))) as KeptState) : undefined;
  if (kept && kept.dataHash !== dataHash)
    throw new RangeError('The checkpoint was made with other rows or another parent; start without --resume.');
  const executor = executorOf(context.device);
  const configuration = {
    ...{ hyper: hyperParameters({ ...recipes[recipe], ...hyper }), sizes: rowSizes[recipe] },
    ...{ heldOutBy: training.patients ? 'patient' : 'row', resumedAtStep: kept?.state.steps ?? 0 },
  };
  context.post({ facts: { ...runFacts(executor, configuration), dataHash } });
  const layout = layoutOf(rhythmAttention(rowSizes[recipe]).initialWeights(seededRandom(1)));
  const metadata = { family: 'row', recipe };
  const keep = (weights: Weights) => writeWhole(pathOf('best'), writeSafetensors(weights, metadata));
  let keptEpoch = -1;
  const result = await train({
    train: training,
    test,
    options: { recipe, hyper },
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
      await writeWhole(pathOf('checkpoint'), encodeValue({ dataHash, state } satisfies KeptState));
      if (state.best && state.best.epoch !== keptEpoch) await keep(unflatten(state.best.weights, layout));
      keptEpoch = state.best?.epoch ?? -1;
    },
  });
  await keep(result.weights);
  const hash = modelHash(result.weights, metadata);
  const { curves, validation } = result;
  const metrics = { hash, dataHash, hyper: result.hyper, curves, validation, test: result.test };
  await writeWhole(pathOf('metrics'), Buffer.from(`${JSON.stringify(metrics, null, 1)}\n`));
  return {
    ...{ hash, files: [pathOf('best'), pathOf('metrics')], executor: `${executor.name} ${executor.device}` },
    counts: Float64Array.from(result.test.confusion.flat()),
  };

  async function rowsOf(part: RowPart): Promise<Rows> {
    const file = rowsFile(part);
    context.progress({ fraction: null, doing: `reading ${file}`, rate: null, secondsLeft: null });
    const rows = await readAllRows(join(rowsFolder, file), context.signal);
    const { values, classIndex } = rows;
    dataHasher.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)).update(classIndex);
    // rows that were split at random are held out at random too: the test has every patient in it as well
    const isByPatient = (await readRowsDescription(rowsFolder))?.split === 'patient';
    const records = isByPatient ? await readRowRecords(rowsFolder, part, rows) : undefined;
    return { values, labels: classIndex, ...(records ? { patients: records.map(patientOfRecord) } : {}) };
  }
};

async function parentOf(path: string): Promise<Weights> {
  const { weights, metadata } = readSafetensors(new Uint8Array(await readFile(path)), 'parent');
  if (metadata.family !== 'row') throw new RangeError(`${path} is not a row model`);
  return weights;
}

/** Whole or not at all: a kill leaves the file before. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(`${path}.part`, bytes, { flush: true });
  await rename(`${path}.part`, path);
}
