import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { recordInputs } from '../../detect/features/record-inputs.ts';
import { beatClasses, classOfSymbol } from '../../domain/beat-class.ts';
import { modelFromWeights, modelToWeights, type RecordModel } from '../../engine/record/model.ts';
import { recordTrainingDefaults, trainRecordModel } from '../../engine/record/train.ts';
import type { LabelledRecord } from '../../engine/record/training-beats.ts';
import { readSafetensors, writeSafetensors } from '../../engine/weights/safetensors.ts';
import { patientFolds } from '../../evaluate/patient-split.ts';
import { recordMetadata } from '../jobs/training/train-records.ts';
import type { ProtocolParts } from './run-protocol.ts';

/** One model a fold, and which recordings it has not learned from. */
export interface FoldModels {
  readonly folds: readonly (readonly string[])[];
  modelOf(name: string): RecordModel;
}

/**
 * Trains a model for each fold on the recordings of all other folds; no patient is in two. Models of the same
 * recordings, folds and recipe are kept in the folder, so that an interrupted command goes on where it was.
 */
export async function trainFolds(
  names: readonly string[],
  foldCount: number,
  folder: string,
  { recordings, executor, onProgress, signal }: ProtocolParts,
): Promise<FoldModels> {
  const records: LabelledRecord[] = [];
  const split = [];
  for (const [index, name] of names.entries()) {
    signal.throwIfAborted();
    onProgress((0.1 * index) / names.length, `measuring beats of ${name}`);
    const { signals, beatSamples, symbols, patient, hasAtrialFibrillation } = await recordings.read(name);
    const labels = Uint8Array.from(symbols, (symbol) => beatClasses.indexOf(classOfSymbol(symbol, 'literature')!));
    records.push({ name, inputs: recordInputs(signals, beatSamples), labels });
    const countOf = (label: number) => labels.filter((each) => each === label).length;
    const balance = { S: countOf(1), V: countOf(2), F: countOf(3), AF: +hasAtrialFibrillation };
    split.push({ recordId: name, patientId: patient, balance });
  }
  const folds = patientFolds(split, foldCount);
  await mkdir(folder, { recursive: true });
  const recipe = JSON.stringify([names, records.map(({ labels }) => [...labels]), recordTrainingDefaults, folds]);
  const key = createHash('sha256').update(recipe).digest('hex').slice(0, 12);
  const models: RecordModel[] = [];
  for (const [fold, leftOut] of folds.entries()) {
    const file = join(folder, `${key}-fold-${fold + 1}-of-${foldCount}.safetensors`);
    const kept = await readFile(file).catch(() => undefined);
    if (kept) {
      models.push(modelFromWeights(readSafetensors(new Uint8Array(kept), file).weights));
      continue;
    }
    const model = await trainRecordModel(
      records.filter(({ name }) => !leftOut.includes(name)),
      recordTrainingDefaults,
      {
        ...{ executor, signal },
        onProgress: ({ fraction }) =>
          onProgress(0.1 + (0.9 * (fold + fraction)) / foldCount, `training fold ${fold + 1} of ${foldCount}`),
      },
    );
    await writeFile(file, writeSafetensors(modelToWeights(model), recordMetadata));
    models.push(model);
  }
  return {
    folds,
    modelOf: (name) => {
      const fold = folds.findIndex((leftOut) => leftOut.includes(name));
      if (fold < 0) throw new RangeError(`${name} is in no fold`);
      return models[fold];
    },
  };
}
