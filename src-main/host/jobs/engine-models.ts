import { createHash } from 'node:crypto';
import { recordInputs } from '../../detect/features/record-inputs.ts';
import type { RecordInputs } from '../../domain/record-inputs.ts';
import type { Executor } from '../../engine/executors/executor.ts';
import { libtensorflowExecutor } from '../../engine/executors/libtensorflow.ts';
import { onnxExecutor } from '../../engine/executors/onnx/executor.ts';
import { modelFromWeights, type RecordModel } from '../../engine/record/model.ts';
import { compileRecordScorer, type RecordScorer } from '../../engine/record/score.ts';
import { readSafetensors } from '../../engine/weights/safetensors.ts';
import { openWorkspaceReadOnly } from '../../store/database.ts';
import { modelsOf } from '../../store/models.ts';
import { readSignals } from './record-signals.ts';

/** What an engine process keeps between jobs: recordings it has measured, models it has compiled. */
const mostRecordings = 4;
const mostModels = 3;

/** A small store of what was made last; the oldest goes first. */
export class Recent<Value> {
  readonly #most: number;
  readonly #onForget: (value: Value) => void;
  readonly #kept = new Map<string, Promise<Value>>();
  constructor(most: number, onForget: (value: Value) => void = () => undefined) {
    this.#most = most;
    this.#onForget = onForget;
  }
  get(key: string, make: () => Promise<Value>): Promise<Value> {
    const value = this.#kept.get(key) ?? make();
    this.#kept.delete(key);
    this.#kept.set(key, value);
    value.catch(() => this.#kept.delete(key));
    for (const [oldest, old] of this.#kept) {
      if (this.#kept.size <= this.#most) break;
      this.#kept.delete(oldest);
      void old.then(this.#onForget);
    }
    return value;
  }
}

const recordings = new Recent<RecordInputs>(mostRecordings);
const scorers = new Recent<RecordScorer>(mostModels, (scorer) => void scorer.dispose());
const models = new Recent<RecordModel>(mostModels);
const executors = new Map<string, Executor>();

/** The executor that the reader chose; `auto` is the CPU, which every machine has. */
export function executorOf(device: string): Executor {
  let executor = executors.get(device);
  if (!executor) {
    executor =
      device === 'tfjs-node-gpu'
        ? libtensorflowExecutor()
        : onnxExecutor({ device: device === 'auto' ? 'cpu' : device });
    executors.set(device, executor);
  }
  return executor;
}

/** Names a recording with its beats: another position of a beat changes features of its neighbours too. */
export const recordingKey = (signalHash: string, atSamples: Int32Array): string =>
  createHash('sha256')
    .update(signalHash)
    .update(new Uint8Array(atSamples.buffer, atSamples.byteOffset, atSamples.byteLength))
    .digest('hex');

/** What the record model is given of a recording: about a second for half an hour, then kept. */
export const inputsOf = (workspaceFolder: string, signalHash: string, atSamples: Int32Array): Promise<RecordInputs> =>
  recordings.get(recordingKey(signalHash, atSamples), async () =>
    recordInputs(readSignals(workspaceFolder, signalHash), atSamples),
  );

/** @throws {RangeError} for a model that the workspace does not have. */
export const modelOf = (workspaceFolder: string, modelHash: string): Promise<RecordModel> =>
  models.get(modelHash, async () => {
    const { db, close } = openWorkspaceReadOnly(workspaceFolder);
    try {
      const bytes = modelsOf(db).weights(modelHash);
      if (!bytes) throw new RangeError(`the workspace has no model ${modelHash.slice(0, 8)}`);
      // A plain copy: slicing a Buffer gives a view of all of it.
      return modelFromWeights(readSafetensors(new Uint8Array(bytes), 'model weights').weights);
    } finally {
      close();
    }
  });

export const scorerOf = (workspaceFolder: string, modelHash: string, device: string): Promise<RecordScorer> =>
  scorers.get(`${modelHash} ${device}`, async () =>
    compileRecordScorer(await modelOf(workspaceFolder, modelHash), executorOf(device)),
  );
