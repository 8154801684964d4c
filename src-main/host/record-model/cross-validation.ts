import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beatClasses } from '../../domain/beat-class.ts';
import type { Executor } from '../../engine/executors/executor.ts';
import { modelFromWeights, modelToWeights, type RecordModel } from '../../engine/record/model.ts';
import { recordTrainingDefaults, trainRecordModel, type RecordTrainingOptions } from '../../engine/record/train.ts';
import { readSafetensors, writeSafetensors } from '../../engine/weights/safetensors.ts';
import { fitTemperature } from '../../evaluate/calibration.ts';
import { sumCounts, type BeatCounts } from '../../evaluate/ec57/beats/beat-counts.ts';
import { patientFolds } from '../../evaluate/patient-split.ts';
import { recordMetadata } from '../jobs/training/train-records.ts';
import { countOnDetectedBeats } from './detector-positions.ts';
import { scoreAll, type MeasuredRecord } from './measured-record.ts';
import type { ScoredRecord } from './card/record-figures.ts';

/** A model that has not learned from some patients, kept so that figures of cross-validation can be had again. */
export interface Fold {
  /** Recordings it has not learned from. */
  readonly leftOut: readonly string[];
  readonly model: RecordModel;
}

export interface FoldTraining {
  readonly training: Partial<RecordTrainingOptions>;
  readonly folds: number;
  /** Folds of an interrupted run: those that leave the same recordings out are not trained again. */
  readonly kept: readonly Fold[];
  readonly executor: Executor;
  readonly onProgress: (sentence: string) => void;
}

/** Every beat scored by a model that has not learned from its patient. */
export interface CrossValidation {
  readonly folds: readonly (readonly string[])[];
  readonly scored: readonly ScoredRecord[];
  /** The same recordings with their first lead alone. */
  readonly scoredOnFirstLead: readonly ScoredRecord[];
  /** The same recordings at the beats of the program's own detector. */
  readonly onDetectedBeats: BeatCounts;
  /** Fitted on `scored`. */
  readonly temperature: number;
}

/** Trains a model for each fold; folds share the ectopic classes and the recordings with atrial fibrillation. */
export async function* trainFolds(
  records: readonly MeasuredRecord[],
  { training, folds, kept, executor, onProgress }: FoldTraining,
): AsyncGenerator<Fold> {
  const parts = patientFolds(
    records.map(({ name, patient, labels, hasAtrialFibrillation }) => ({
      recordId: name,
      patientId: patient,
      balance: {
        S: countOf(labels, 'S'),
        V: countOf(labels, 'V'),
        F: countOf(labels, 'F'),
        AF: +hasAtrialFibrillation,
      },
    })),
    folds,
  );
  for (const [fold, leftOut] of parts.entries()) {
    const found = kept.find((one) => one.leftOut.join() === leftOut.join());
    if (found) {
      yield found;
      continue;
    }
    const model = await trainRecordModel(
      records.filter(({ name }) => !leftOut.includes(name)),
      { ...recordTrainingDefaults, ...training },
      {
        executor,
        onProgress: (p) => onProgress(`fold ${fold + 1} of ${folds}, ${Math.round(100 * p.fraction)} %`),
      },
    );
    yield { leftOut, model };
  }
}

/** Scores every recording by the fold that has not learned from it. */
export async function crossValidate(
  folds: readonly Fold[],
  records: readonly MeasuredRecord[],
  executor: Executor,
): Promise<CrossValidation> {
  const scored: ScoredRecord[] = [];
  const scoredOnFirstLead: ScoredRecord[] = [];
  const onDetectedBeats: BeatCounts[] = [];
  for (const { leftOut, model } of folds) {
    const own = records.filter(({ name }) => leftOut.includes(name));
    scored.push(...(await scoreAll(model, own, executor)));
    const onFirstLead = own.map((record) => ({ ...record, inputs: record.firstLeadInputs }));
    scoredOnFirstLead.push(...(await scoreAll(model, onFirstLead, executor)));
    onDetectedBeats.push(await countOnDetectedBeats(model, own, executor));
  }
  const { temperature } = folds[0].model;
  if (folds.some(({ model }) => model.temperature !== temperature))
    throw new RangeError('folds give their probabilities at different temperatures');
  return {
    folds: folds.map(({ leftOut }) => leftOut),
    ...{ scored, scoredOnFirstLead },
    onDetectedBeats: sumCounts(onDetectedBeats),
    temperature: fitTemperature(scored, temperature),
  };
}

/** The file of a fold, from 1; what it has not learned from stands in its metadata. */
export const foldFile = (name: string, fold: number): string => join('folds', `${name}.fold${fold}.safetensors`);

export const foldBytes = ({ leftOut, model }: Fold): Uint8Array =>
  writeSafetensors(modelToWeights(model), { ...recordMetadata, leftOut: leftOut.join(' ') });

/** @throws {RangeError} where a model's folds are not in the folder. */
export async function readFolds(modelsFolder: string, name: string): Promise<Fold[]> {
  const files = (await readdir(join(modelsFolder, 'folds')).catch(() => []))
    .filter((file) => file.startsWith(`${name}.fold`))
    .sort();
  if (files.length === 0) throw new RangeError(`${modelsFolder} holds no folds of ${name}`);
  return Promise.all(
    files.map(async (file) => {
      const bytes = new Uint8Array(await readFile(join(modelsFolder, 'folds', file)));
      const { weights, metadata } = readSafetensors(bytes, file);
      return { leftOut: metadata.leftOut.split(' '), model: modelFromWeights(weights) };
    }),
  );
}

const countOf = (labels: Uint8Array, beatClass: 'S' | 'V' | 'F'): number =>
  labels.reduce((count, label) => count + (label === beatClasses.indexOf(beatClass) ? 1 : 0), 0);
