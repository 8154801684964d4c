import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '../../domain/random.ts';
import { rhythmAttention } from '../../engine/network/rhythm-attention.ts';
import type { Checkpoint } from '../../engine/train/checkpoint.ts';
import type { HyperParameters, RecipeName } from '../../engine/train/hyper-parameters.ts';
import { rowSizes, trainRows as train } from '../../engine/train/rows.ts';
import { modelHash, writeSafetensors } from '../../engine/weights/safetensors.ts';
import { layoutOf, unflatten, type Weights } from '../../engine/weights/weights.ts';
import { readAllRows } from '../../formats/rows/read-rows.ts';
import { executorOf } from './engine-models.ts';
import { decodeValue, encodeValue } from '../supervision/frames.ts';
import type { EngineJob } from '../supervision/messages.ts';

export interface TrainRowsRequest {
  /** Holds `mitbih_train.csv` and `mitbih_test.csv`. */
  readonly rowsFolder: string;
  readonly outFolder: string;
  readonly recipe: RecipeName;
  readonly hyper: Partial<HyperParameters>;
  readonly resume: boolean;
}

export interface TrainedRows {
  /** True where it was stopped before its end: the best weights so far are kept, `--resume` goes on. */
  readonly isStopped: boolean;
  readonly hash: string | null;
  readonly files: readonly string[];
  /** Row-major (reference class, test class) on the test rows; null where stopped. */
  readonly counts: Float64Array | null;
  readonly executor: string;
}

const checkpointEverySteps = 200;

/** Trains the row model on the Kaggle rows; the folder holds the best weights and a checkpoint at every moment. */
export const trainRows: EngineJob<TrainRowsRequest, never, TrainedRows> = async (request, context) => {
  const { rowsFolder, outFolder, recipe, hyper, resume } = request;
  const checkpointPath = join(outFolder, 'checkpoint.cbor');
  const bestPath = join(outFolder, 'best.safetensors');
  const metricsPath = join(outFolder, 'metrics.json');
  await mkdir(outFolder, { recursive: true });
  const rows = async (name: string) => {
    context.progress({ fraction: null, doing: `reading ${name}`, rate: null, secondsLeft: null });
    const { values, classIndex } = await readAllRows(join(rowsFolder, name), context.signal);
    return { values, labels: classIndex };
  };
  const [training, test] = [await rows('mitbih_train.csv'), await rows('mitbih_test.csv')];
  const checkpoint =
    resume && existsSync(checkpointPath) ? (decodeValue(await readFile(checkpointPath)) as Checkpoint) : undefined;
  const executor = executorOf(context.device);
  const layout = layoutOf(rhythmAttention(rowSizes[recipe]).initialWeights(seededRandom(1)));
  const metadata = { family: 'row', recipe };
  const keep = (weights: Weights) => writeWhole(bestPath, writeSafetensors(weights, metadata));
  let keptEpoch = -1;
  try {
    const result = await train({
      train: training,
      test,
      options: { recipe, hyper },
      executor,
      checkpoint,
      checkpointEverySteps,
      signal: context.signal,
      onProgress: ({ epoch, epochs, step, steps, beatsPerSecond, secondsLeft, loss }) =>
        context.progress({
          fraction: step / steps,
          doing: `epoch ${epoch} of ${epochs}, step ${step} of ${steps}, loss ${loss.toFixed(4)}`,
          rate: `${Math.round(beatsPerSecond).toLocaleString('en')} beats/s`,
          secondsLeft,
        }),
      onCheckpoint: async (state) => {
        await writeWhole(checkpointPath, encodeValue(state));
        if (state.best && state.best.epoch !== keptEpoch) await keep(unflatten(state.best.weights, layout));
        keptEpoch = state.best?.epoch ?? -1;
      },
    });
    await keep(result.weights);
    const hash = modelHash(result.weights, metadata);
    const metrics = {
      hash,
      hyper: result.hyper,
      curves: result.curves,
      validation: result.validation,
      test: result.test,
    };
    await writeWhole(metricsPath, Buffer.from(`${JSON.stringify(metrics, null, 1)}\n`));
    const counts = Float64Array.from(result.test.confusion.flat());
    const files = [bestPath, metricsPath];
    return { isStopped: false, hash, files, counts, executor: `${executor.name} ${executor.device}` };
  } catch (error) {
    if (!context.signal.aborted) throw error;
    const files = existsSync(bestPath) ? [bestPath, checkpointPath] : [checkpointPath];
    return { isStopped: true, hash: null, files, counts: null, executor: `${executor.name} ${executor.device}` };
  }
};

/** Whole or not at all: a kill leaves the file before. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(`${path}.part`, bytes, { flush: true });
  await rename(`${path}.part`, path);
}
