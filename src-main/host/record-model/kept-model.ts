import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Executor } from '../../engine/executors/executor.ts';
import { modelFromWeights, type RecordModel } from '../../engine/record/model.ts';
import { readSafetensors } from '../../engine/weights/safetensors.ts';
import { findRecordings, readAnnotatedRecord } from './annotated-record.ts';
import type { MeasuredModel } from './card/card-section.ts';
import { crossValidate, readFolds } from './cross-validation.ts';
import { ds2, trainingSetsOf } from './databases.ts';
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

/**
 * Reads and measures recordings, a few seconds each.
 * @param databases  folders of WFDB recordings, or folders right above such.
 * @throws {RangeError} with the names of recordings that are not there.
 */
export async function measureDivision(
  databases: readonly string[],
  names: readonly string[],
  say: (sentence: string) => void,
): Promise<(MeasuredRecord & { readonly signalHash: string })[]> {
  const stemOf = await findRecordings(databases);
  const missing = names.filter((name) => stemOf(name) === undefined);
  if (missing.length > 0)
    throw new RangeError(`${databases.join(', ')}: there is no recording ${missing.join(', ')} with annotations .atr`);
  const measured = [];
  for (const [index, name] of names.entries()) {
    const { record, signalHash } = await readAnnotatedRecord(stemOf(name)!);
    measured.push({ ...measureRecord(record), signalHash });
    say(`measured ${name}, ${index + 1} of ${names.length}`);
  }
  return measured;
}

export interface Measuring {
  readonly modelsFolder: string;
  readonly databases: readonly string[];
  readonly executor: Executor;
  readonly say: (sentence: string) => void;
}

/** What a model's folds say of the recordings that it learned from. */
export function measureLearned(name: string, { modelsFolder, databases, executor, say }: Measuring) {
  const sets = trainingSetsOf(name);
  const learnedFrom = sets.flatMap(({ records }) => records);
  const training = once(() => measureDivision(databases, learnedFrom, say));
  const folds = once(() => readFolds(modelsFolder, name));
  return {
    ...{ sets, training, folds },
    crossValidation: once(async () => crossValidate(await folds(), await training(), executor)),
    leftOut: once(async () => doubtLeftOut(await folds(), await training(), executor)),
  };
}

export function measureModel(
  { name, hash, model }: KeptModel,
  measuring: Measuring,
  learned = measureLearned(name, measuring),
): MeasuredModel {
  const { modelsFolder, databases, executor, say } = measuring;
  const evaluation = once(() => measureDivision(databases, ds2, say));
  return {
    ...learned,
    ...{ model, executor, evaluation },
    familiarity: once(() => readFamiliarity(modelsFolder, name, hash)),
    evaluated: once(async () => scoreAll(model, await evaluation(), executor)),
    evaluatedOnDetectedBeats: once(async () => countOnDetectedBeats(model, await evaluation(), executor)),
  };
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
}
