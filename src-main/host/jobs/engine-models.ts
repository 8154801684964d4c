import { createHash } from 'node:crypto';
import { recordInputs } from '../../detect/features/record-inputs.ts';
import type { DeviceName } from '../../domain/device.ts';
import type { RecordInputs } from '../../domain/record-inputs.ts';
import { deviceExecutor } from '../../engine/devices/device-failed.ts';
import type { Executor } from '../../engine/executors/executor.ts';
import { familiarityFromWeights, type Familiarity } from '../../engine/record/familiarity.ts';
import { modelFromWeights, type RecordModel } from '../../engine/record/model.ts';
import { compileRecordScorer, type RecordScorer } from '../../engine/record/score.ts';
import { readRowModel, type RowModel } from '../../engine/row/model.ts';
import { readSafetensors } from '../../engine/weights/safetensors.ts';
import { openWorkspaceReadOnly } from '../../store/database.ts';
import { modelsOf } from '../../store/models.ts';
import { openSignal } from '../../store/signal-reader.ts';
import { keptInputs } from './measuring/kept-inputs.ts';
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
const scorers = new Recent<ReadyScorer>(mostModels, (scorer) => void scorer.dispose());
const models = new Recent<RecordModel>(mostModels);
const executors = new Map<DeviceName, Executor>();

/** The executor of a device. @throws {DeviceFailed} here, when it compiles or when it runs. */
export function executorOf(device: DeviceName): Executor {
  const executor = executors.get(device) ?? deviceExecutor(device);
  executors.set(device, executor);
  return executor;
}

/** Names a recording with its beats: another position of a beat changes features of its neighbours too. */
export const recordingKey = (signalHash: string, atSamples: Int32Array): string =>
  createHash('sha256')
    .update(signalHash)
    .update(new Uint8Array(atSamples.buffer, atSamples.byteOffset, atSamples.byteLength))
    .digest('hex');

/** What the record model is given of a recording: about a second for half an hour, then kept. */
export function inputsOf(workspaceFolder: string, signalHash: string, atSamples: Int32Array): Promise<RecordInputs> {
  const key = recordingKey(signalHash, atSamples);
  return recordings.get(key, async () =>
    keptInputs(workspaceFolder, signalHash, key, atSamples.length, () =>
      recordInputs(readSignals(workspaceFolder, signalHash), atSamples),
    ),
  );
}

/** Seconds from a recording's start to each beat. */
export function secondsOf(workspaceFolder: string, signalHash: string, atSamples: Int32Array): Float64Array {
  const { header, close } = openSignal(workspaceFolder, signalHash);
  close();
  return Float64Array.from(atSamples, (sample) => sample / header.samplingHz);
}

/** @throws {RangeError} for a model that the workspace does not have. */
export const modelOf = (workspaceFolder: string, modelHash: string): Promise<RecordModel> =>
  models.get(modelHash, async () => {
    const { weights, metadata } = readSafetensors(bytesOfModel(workspaceFolder, modelHash), 'model weights');
    if (metadata.family === 'row') throw new RangeError('a row model cannot read recordings');
    return modelFromWeights(weights);
  });

/** The row model of that hash; undefined where it is of another family. @throws {RangeError} where there is none. */
export function rowModelOf(workspaceFolder: string, modelHash: string): RowModel | undefined {
  const bytes = bytesOfModel(workspaceFolder, modelHash);
  return readSafetensors(bytes, 'model weights').metadata.family === 'row'
    ? readRowModel(bytes, 'model weights')
    : undefined;
}

function bytesOfModel(workspaceFolder: string, modelHash: string): Uint8Array {
  const bytes = readModels(workspaceFolder, (stored) => stored.weights(modelHash));
  if (!bytes) throw new RangeError(`the workspace has no model ${modelHash.slice(0, 8)}`);
  return bytes;
}

/** By what the model, or its nearest forebear of whom it is known, knows beats as unlike those it learned from. */
export async function familiarityOf(workspaceFolder: string, modelHash: string): Promise<Familiarity | undefined> {
  const bytes = readModels(workspaceFolder, (stored) => stored.familiarity(modelHash));
  return bytes && familiarityFromWeights(readSafetensors(bytes, 'familiarity').weights);
}

function readModels(
  workspaceFolder: string,
  bytesOf: (stored: ReturnType<typeof modelsOf>) => Uint8Array | undefined,
): Uint8Array | undefined {
  const { db, close } = openWorkspaceReadOnly(workspaceFolder);
  try {
    const bytes = bytesOf(modelsOf(db) as ReturnType<typeof modelsOf>);
    // A plain copy: slicing a Buffer gives a view of all of it.
    return bytes && new Uint8Array(bytes);
  } finally {
    close();
  }
}

/** A model made ready to score, and from when on a recording counts as unlike those it learned from. */
export interface ReadyScorer extends RecordScorer {
  readonly familiarity: Familiarity | undefined;
}

export const scorerOf = (workspaceFolder: string, modelHash: string, device: DeviceName): Promise<ReadyScorer> =>
  scorers.get(`${modelHash} ${device}`, async () => {
    const familiarity = await familiarityOf(workspaceFolder, modelHash);
    const model = await modelOf(workspaceFolder, modelHash);
    return {
      ...(await compileRecordScorer(model, executorOf(device), familiarity ? { familiarity } : {})),
      familiarity,
    };
  });
