import { beatClasses } from '../../domain/beat-class.ts';
import type { Executor } from '../../engine/executors/executor.ts';
import { recordTrainingDefaults, trainRecordModel, type RecordTrainingOptions } from '../../engine/record/train.ts';
import { patientFolds } from '../../evaluate/patient-split.ts';
import { sumCounts, type BeatCounts } from '../../evaluate/ec57/beats/beat-counts.ts';
import { countOnDetectedBeats } from './detector-positions.ts';
import { scoreAll, type MeasuredRecord } from './measured-record.ts';
import { fitTemperature, type ScoredRecord } from './record-figures.ts';

export interface MakingOptions {
  readonly training: Partial<RecordTrainingOptions>;
  readonly folds: number;
  readonly executor: Executor;
  readonly onProgress: (sentence: string) => void;
  readonly signal?: AbortSignal;
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

/** Cross-validation by patient; folds share the ectopic classes and the recordings with atrial fibrillation. */
export async function crossValidate(
  records: readonly MeasuredRecord[],
  { training, folds, executor, onProgress, signal }: MakingOptions,
): Promise<CrossValidation> {
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
  const given = { ...recordTrainingDefaults, ...training };
  const scored: ScoredRecord[] = [];
  const scoredOnFirstLead: ScoredRecord[] = [];
  const onDetectedBeats: BeatCounts[] = [];
  for (const [fold, names] of parts.entries()) {
    const isLeftOut = ({ name }: MeasuredRecord) => names.includes(name);
    const model = await trainRecordModel(
      records.filter((record) => !isLeftOut(record)),
      given,
      {
        executor,
        onProgress: (p) => onProgress(`fold ${fold + 1} of ${folds}, ${Math.round(100 * p.fraction)} %`),
        ...(signal ? { signal } : {}),
      },
    );
    const leftOut = records.filter(isLeftOut);
    scored.push(...(await scoreAll(model, leftOut, executor)));
    const onFirstLead = leftOut.map((record) => ({ ...record, inputs: record.firstLeadInputs }));
    scoredOnFirstLead.push(...(await scoreAll(model, onFirstLead, executor)));
    onDetectedBeats.push(await countOnDetectedBeats(model, leftOut, executor));
  }
  return {
    ...{ folds: parts, scored, scoredOnFirstLead },
    onDetectedBeats: sumCounts(onDetectedBeats),
    temperature: fitTemperature(scored, given.temperature),
  };
}

const countOf = (labels: Uint8Array, beatClass: 'S' | 'V' | 'F'): number =>
  labels.reduce((count, label) => count + (label === beatClasses.indexOf(beatClass) ? 1 : 0), 0);
