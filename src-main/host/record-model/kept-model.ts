import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Executor } from '../../engine/executors/executor.ts';
import { modelFromWeights, type RecordModel } from '../../engine/record/model.ts';
import { readSafetensors } from '../../engine/weights/safetensors.ts';
import { readAnnotatedRecord } from './annotated-record.ts';
import type { MeasuredModel } from './card/card-section.ts';
import { crossValidate, readFolds } from './cross-validation.ts';
import { ds1, ds2 } from './databases.ts';
import { countOnDetectedBeats } from './detector-positions.ts';
import { doubtLeftOut, readFamiliarity } from './left-out.ts';
import { measureRecord, scoreAll, type MeasuredRecord } from './measured-record.ts';

/** One thread, so that weights and figures come out the same on any number of cores. */
export const threads = 1;

/** A model as it lies in a folder of models. */
export interface KeptModel {
  readonly name: string;
  /** SHA-256 of its weight file. */
  readonly hash: string;
  readonly model: RecordModel;
}

/** @throws {FormatError} where the weights are damaged. */
export async function readModel(modelsFolder: string, name: string): Promise<KeptModel> {
  const file = `${name}.safetensors`;
  const bytes = new Uint8Array(await readFile(join(modelsFolder, file)));
  return {
    name,
    hash: createHash('sha256').update(bytes).digest('hex'),
    model: modelFromWeights(readSafetensors(bytes, file).weights),
  };
}

/** Reads and measures recordings of a database, a few seconds each. */
export async function measureDivision(
  database: string,
  names: readonly string[],
  say: (sentence: string) => void,
): Promise<(MeasuredRecord & { readonly signalHash: string })[]> {
  const measured = [];
  for (const [index, name] of names.entries()) {
    const { record, signalHash } = await readAnnotatedRecord(join(database, name));
    measured.push({ ...measureRecord(record), signalHash });
    say(`measured ${name}, ${index + 1} of ${names.length}`);
  }
  return measured;
}

export interface Measuring {
  readonly modelsFolder: string;
  readonly database: string;
  readonly executor: Executor;
  readonly say: (sentence: string) => void;
}

export function measureModel({ name, hash, model }: KeptModel, measuring: Measuring): MeasuredModel {
  const { modelsFolder, database, executor, say } = measuring;
  const training = once(() => measureDivision(database, ds1, say));
  const evaluation = once(() => measureDivision(database, ds2, say));
  const folds = once(() => readFolds(modelsFolder, name));
  return {
    ...{ model, executor, training, evaluation, folds },
    crossValidation: once(async () => crossValidate(await folds(), await training(), executor)),
    leftOut: once(async () => doubtLeftOut(await folds(), await training(), executor)),
    familiarity: once(() => readFamiliarity(modelsFolder, name, hash)),
    evaluated: once(async () => scoreAll(model, await evaluation(), executor)),
    evaluatedOnDetectedBeats: once(async () => countOnDetectedBeats(model, await evaluation(), executor)),
  };
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
}
