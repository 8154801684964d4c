import { recordInputs } from '../../detect/features/record-inputs.ts';
import { detectBeats } from '../../detect/qrs/detect-beats.ts';
import type { RecordSignals } from '../../detect/templates/prepared-record.ts';
import { beatClasses, classOfSymbol } from '../../domain/beat-class.ts';
import type { RecordInputs } from '../../domain/record-inputs.ts';
import type { Executor } from '../../engine/executors/executor.ts';
import type { RecordModel } from '../../engine/record/model.ts';
import { compileRecordScorer } from '../../engine/record/score.ts';
import type { ScoredRecord } from './card/record-figures.ts';

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
  readonly reference: readonly { readonly atSample: number; readonly symbol: string }[];
  readonly samplingHz: number;
  readonly lengthSamples: number;
  /** What is measured at the beats that the program's own detector finds. */
  readonly detected: { readonly inputs: RecordInputs; readonly beatSamples: Int32Array };
}

/** How an import finds beats. */
export const asImported = { otherLeads: 'fuse' } as const;

export function measureRecord(record: AnnotatedRecord): MeasuredRecord {
  const { name, patient, signals, beatSamples, symbols, hasAtrialFibrillation } = record;
  const inputs = recordInputs(signals, beatSamples);
  const firstLead = signals.leads.filter((lead) => lead.name === inputs.leadNames[0]);
  const { samplingHz } = signals;
  const detected = detectBeats({ samplingHz, leads: signals.leads.map(({ physical }) => physical) }, asImported);
  return {
    ...{ name, patient, hasAtrialFibrillation, inputs, samplingHz },
    lengthSamples: signals.leads[0].physical.length,
    reference: symbols.map((symbol, beat) => ({ atSample: beatSamples[beat], symbol })),
    detected: { inputs: recordInputs(signals, detected), beatSamples: detected },
    firstLeadInputs: recordInputs({ ...signals, leads: firstLead }, beatSamples),
    labels: labelsOf(record),
  };
}

/** Class of each beat by the literature class map, as an index into `beatClasses`. */
export const labelsOf = ({ name, symbols }: Pick<AnnotatedRecord, 'name' | 'symbols'>): Uint8Array =>
  Uint8Array.from(symbols, (symbol) => {
    const beatClass = classOfSymbol(symbol, 'literature');
    if (!beatClass) throw new RangeError(`record ${name}: ${symbol} marks no beat`);
    return beatClasses.indexOf(beatClass);
  });

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
