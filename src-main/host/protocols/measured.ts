import { recordInputs } from '../../detect/features/record-inputs.ts';
import { detectBeats } from '../../detect/qrs/detect-beats.ts';
import { beatClasses, classOfSymbol } from '../../domain/beat-class.ts';
import { noLabel } from '../../domain/beat.ts';
import type { RecordInputs } from '../../domain/record-inputs.ts';
import { prepareBlend } from '../../engine/blend/neighbourhood.ts';
import { standardFeatures } from '../../engine/record/beat-inputs.ts';
import type { RecordModel } from '../../engine/record/model.ts';
import type { RecordScorer } from '../../engine/record/score.ts';
import { type AnnotatedRecord, asImported } from '../record-model/measured-record.ts';
import { type Budget, type BudgetOutcome, budgets, spendBudgets } from './label-budgets.ts';
import { type CalledRecording, callsOf, type DetectedCalls } from './calls.ts';
import { fiveMinutesS } from './protocols.ts';

/** All that a protocol counts of one recording. */
export interface MeasuredOnce {
  readonly recording: CalledRecording;
  readonly detected: DetectedCalls;
  /** In the order of `budgets`; empty where no labels are given. */
  readonly outcomes: readonly BudgetOutcome[];
  /** At the detector's beats, in the order of `budgetsAtDetected`. */
  readonly outcomesAtDetected: readonly BudgetOutcome[];
  readonly inputs: RecordInputs;
  readonly labels: Uint8Array;
}

/** Labels given at beats that the program found itself. */
export const budgetsAtDetected: readonly Budget[] = budgets.filter(
  ({ source, queue, wrongShare }) => source === 'whole-record' && queue && wrongShare === 0,
);

/** Reads, measures and calls one recording at its reference beats and at detected ones. */
export async function measureOnce(
  record: AnnotatedRecord,
  model: RecordModel,
  scorer: RecordScorer,
  withLabels: boolean,
): Promise<MeasuredOnce> {
  const { name, signals, beatSamples, symbols } = record;
  const { samplingHz } = signals;
  const at = async (samples: Int32Array, labels: Uint8Array, wanted: readonly Budget[]) => {
    const inputs = recordInputs(signals, samples);
    const { probabilities, novelty } = await scorer.score(inputs);
    const asked = withLabels && {
      neighbourhood: prepareBlend(inputs, standardFeatures(inputs, model.standard)),
      ...{ base: probabilities, labels, name },
      ...(novelty.some((each) => each > 0) ? { distance: novelty } : {}), // NaN where the model does not tell
    };
    const isInFirstMinutes = (beat: number) => samples[beat] < fiveMinutesS * samplingHz;
    return {
      ...{ inputs, called: callsOf(probabilities) },
      outcomes: asked ? spendBudgets(asked, wanted, isInFirstMinutes) : [],
    };
  };
  const labels = Uint8Array.from(symbols, (symbol) => beatClasses.indexOf(classOfSymbol(symbol, 'literature')!));
  const { inputs, called, outcomes } = await at(beatSamples, labels, budgets);
  const found = detectBeats({ samplingHz, leads: signals.leads.map(({ physical }) => physical) }, asImported);
  const atFound = await at(found, nearestLabels(found, beatSamples, labels, samplingHz), budgetsAtDetected);
  return {
    recording: {
      ...{ name, samplingHz, lengthSamples: signals.leads[0].physical.length, called },
      reference: symbols.map((symbol, beat) => ({ atSample: beatSamples[beat], symbol })),
    },
    detected: { beatSamples: found, called: atFound.called },
    ...{ outcomes, outcomesAtDetected: atFound.outcomes, inputs, labels },
  };
}

/** The class that the reference gives each detected beat within 0.15 s; 255 where it has none. */
function nearestLabels(found: Int32Array, reference: Int32Array, labels: Uint8Array, samplingHz: number): Uint8Array {
  let next = 0;
  return Uint8Array.from(found, (atSample) => {
    while (
      next + 1 < reference.length &&
      Math.abs(reference[next + 1] - atSample) <= Math.abs(reference[next] - atSample)
    )
      next++;
    return Math.abs(reference[next] - atSample) <= 0.15 * samplingHz ? labels[next] : noLabel;
  });
}
