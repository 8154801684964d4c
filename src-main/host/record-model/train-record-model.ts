import { recordInputs } from '../../detect/features/record-inputs.ts';
import type { RecordSignals } from '../../detect/templates/prepared-record.ts';
import { beatClasses, classOfSymbol } from '../../domain/beat-class.ts';
import type { RecordInputs } from '../../domain/record-inputs.ts';
import type { Executor } from '../../engine/executors/executor.ts';
import type { RecordModel } from '../../engine/record/model.ts';
import { compileRecordScorer } from '../../engine/record/score.ts';
import { recordTrainingDefaults, trainRecordModel, type RecordTrainingOptions } from '../../engine/record/train.ts';
import { patientFolds } from '../../evaluate/patient-split.ts';
import { fitTemperature, type ScoredRecord } from './record-figures.ts';

/** A recording with reference annotations, as plain values. */
export interface AnnotatedRecord {
  readonly name: string;
  /** Whose it is; recordings of one patient never stand on both sides of a fold. */
  readonly patient: string;
  readonly signals: RecordSignals;
  /** Samples of the beats at the recording's rate, strictly rising. */
  readonly beatSamples: Int32Array;
  /** Symbol of each beat. */
  readonly symbols: readonly string[];
  /** A trait that the folds should share evenly. */
  readonly hasAtrialFibrillation: boolean;
}

/** What was measured of a recording, with its labels by the literature class map. */
export interface MeasuredRecord {
  readonly name: string;
  readonly patient: string;
  readonly hasAtrialFibrillation: boolean;
  readonly inputs: RecordInputs;
  /** As if the recording had its first lead alone. */
  readonly firstLeadInputs: RecordInputs;
  readonly labels: Uint8Array;
}

export function measureRecord(record: AnnotatedRecord): MeasuredRecord {
  const { name, patient, signals, beatSamples, symbols, hasAtrialFibrillation } = record;
  const inputs = recordInputs(signals, beatSamples);
  const firstLead = signals.leads.filter((lead) => lead.name === inputs.leadNames[0]);
  return {
    ...{ name, patient, hasAtrialFibrillation, inputs },
    firstLeadInputs: recordInputs({ ...signals, leads: firstLead }, beatSamples),
    labels: Uint8Array.from(symbols, (symbol) => {
      const beatClass = classOfSymbol(symbol, 'literature');
      if (!beatClass) throw new RangeError(`record ${name}: ${symbol} marks no beat`);
      return beatClasses.indexOf(beatClass);
    }),
  };
}

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
  }
  return { folds: parts, scored, scoredOnFirstLead, temperature: fitTemperature(scored, given.temperature) };
}

/** Scores recordings with one model, compiled once. */
export async function scoreAll(
  model: RecordModel,
  records: readonly Pick<MeasuredRecord, 'name' | 'inputs' | 'labels'>[],
  executor: Executor,
): Promise<ScoredRecord[]> {
  const scorer = await compileRecordScorer(model, executor);
  try {
    const scored: ScoredRecord[] = [];
    for (const { name, inputs, labels } of records)
      scored.push({ name, labels, probabilities: (await scorer.score(inputs)).probabilities });
    return scored;
  } finally {
    await scorer.dispose();
  }
}

const countOf = (labels: Uint8Array, beatClass: 'S' | 'V' | 'F'): number =>
  labels.reduce((count, label) => count + (label === beatClasses.indexOf(beatClass) ? 1 : 0), 0);
