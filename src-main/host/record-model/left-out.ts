import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beatClasses, mostProbable } from '../../domain/beat-class.ts';
import { misreadAbove } from '../../domain/certainty.ts';
import type { Executor } from '../../engine/executors/executor.ts';
import {
  embedRecords,
  familiarityFromWeights,
  familiarityToWeights,
  fitFamiliarity,
  reachOf,
  type Familiarity,
} from '../../engine/record/familiarity.ts';
import { compileRecordScorer } from '../../engine/record/score.ts';
import type { RecordModel } from '../../engine/record/model.ts';
import { readSafetensors, writeSafetensors } from '../../engine/weights/safetensors.ts';
import { atTemperature, fitTemperature } from '../../evaluate/calibration.ts';
import { bestThreshold } from '../../evaluate/deferral.ts';
import type { ScoredRecord } from './card/record-figures.ts';
import type { Fold } from './cross-validation.ts';
import type { MeasuredRecord } from './measured-record.ts';

/** A recording with how far each beat lies from those that the model learned from. */
export interface DoubtedRecord extends ScoredRecord {
  readonly novelty: Float32Array;
  /** The same probabilities as the networks say them, at temperature 1. */
  readonly untempered: Float32Array;
}

/** Scores recordings by a model and what it knows its training beats by. */
export async function doubtRecords(
  model: RecordModel,
  familiarity: Familiarity,
  records: readonly MeasuredRecord[],
  executor: Executor,
): Promise<DoubtedRecord[]> {
  const scorer = await compileRecordScorer(model, executor, { familiarity });
  try {
    const doubted: DoubtedRecord[] = [];
    for (const { name, inputs, labels } of records) {
      const { probabilities, novelty } = await scorer.score(inputs);
      const untempered = atTemperature(probabilities, model.temperature, 1);
      doubted.push({ name, labels, probabilities, novelty, untempered });
    }
    return doubted;
  } finally {
    await scorer.dispose();
  }
}

/**
 * Every recording as if it were new: by networks, distances and a temperature to which its patient gave nothing.
 * The temperature of a fold is fitted on what the others left out.
 */
export async function doubtLeftOut(
  folds: readonly Fold[],
  records: readonly MeasuredRecord[],
  executor: Executor,
): Promise<DoubtedRecord[]> {
  const ofFolds: DoubtedRecord[][] = [];
  for (const { leftOut, model } of folds) {
    const [own, others] = [true, false].map((is) => records.filter(({ name }) => leftOut.includes(name) === is));
    const { width, embedded } = await embedRecords(model, others, executor);
    const familiarity = { ...fitFamiliarity(embedded, width), unlikeAbove: 1 };
    ofFolds.push(await doubtRecords(model, familiarity, own, executor));
  }
  const givenAt = folds[0].model.temperature;
  return ofFolds.flatMap((own) => {
    const temperature = fitTemperature(ofFolds.filter((fold) => fold !== own).flat(), givenAt);
    return own.map((record) => ({
      ...record,
      probabilities: atTemperature(record.probabilities, givenAt, temperature),
    }));
  });
}

/** Share of a recording's beats that are called wrong; beats of class Q are left out. */
export function errorOf({ labels, probabilities }: ScoredRecord): number {
  const judged = [...labels.keys()].filter((beat) => labels[beat] < beatClasses.indexOf('Q'));
  const wrong = judged.filter((beat) => mostProbable(probabilities, beat * beatClasses.length) !== labels[beat]);
  return wrong.length / Math.max(1, judged.length);
}

/** From where on a recording counts as unlike: what best tells misread recordings of left-out patients from others. */
export const chooseUnlikeAbove = (leftOut: readonly DoubtedRecord[]): number =>
  Math.fround(
    bestThreshold(
      leftOut.map((record) => ({ value: reachOf(record.novelty), isMeant: errorOf(record) > misreadAbove })),
    ),
  );

/** What a model knows the beats it learned from by. */
export async function makeFamiliarity(
  model: RecordModel,
  records: readonly MeasuredRecord[],
  leftOut: readonly DoubtedRecord[],
  executor: Executor,
): Promise<Familiarity> {
  const { width, embedded } = await embedRecords(model, records, executor);
  return { ...fitFamiliarity(embedded, width), unlikeAbove: chooseUnlikeAbove(leftOut) };
}

export const familiarityFile = (name: string): string => `${name}.familiarity.safetensors`;

/** @param of  hash of the weights that it belongs to. */
export const familiarityBytes = (familiarity: Familiarity, of: string): Uint8Array =>
  writeSafetensors(familiarityToWeights(familiarity), { family: 'familiarity', of });

/** @throws {RangeError} where it belongs to other weights. */
export async function readFamiliarity(
  modelsFolder: string,
  name: string,
  modelHash: string,
): Promise<{ familiarity: Familiarity; hash: string }> {
  const bytes = new Uint8Array(await readFile(join(modelsFolder, familiarityFile(name))));
  const { weights, metadata } = readSafetensors(bytes, familiarityFile(name));
  if (metadata.of !== modelHash)
    throw new RangeError(`${familiarityFile(name)} belongs to weights ${metadata.of}, not to ${modelHash}`);
  return { familiarity: familiarityFromWeights(weights), hash: createHash('sha256').update(bytes).digest('hex') };
}
