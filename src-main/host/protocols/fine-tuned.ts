import { beatClasses, classOfSymbol } from '../../domain/beat-class.ts';
import { noLabel } from '../../domain/beat.ts';
import { blend } from '../../engine/blend/blend.ts';
import { prepareBlend } from '../../engine/blend/neighbourhood.ts';
import { recordInputs } from '../../detect/features/record-inputs.ts';
import { standardFeatures } from '../../engine/record/beat-inputs.ts';
import { fineTuneRecordModel } from '../../engine/record/fine-tune.ts';
import type { RecordModel } from '../../engine/record/model.ts';
import { compileRecordScorer } from '../../engine/record/score.ts';
import type { LabelledRecord } from '../../engine/record/training-beats.ts';
import { ds1 } from '../record-model/databases.ts';
import { callsOf, type CalledRecording, confusionOf, namedFigures } from './calls.ts';
import { budgets } from './label-budgets.ts';
import type { MeasuredOnce } from './measured.ts';
import { fiveMinutesS, type Protocol } from './protocols.ts';
import type { ProtocolParts } from './run-protocol.ts';

/** The second speed: models fine-tuned from labels of the first five minutes, the label blend on top. */
export interface FineTunedFigures {
  readonly labels: number;
  readonly source: 'first-5-min';
  /** Whether each patient has a model of their own or all share one. */
  readonly patients: 'one' | 'all';
  readonly macroF1: number | undefined;
  readonly macroF1WithoutBlend: number | undefined;
  /** Macro-F1 on the retention set before and after; the worst of the models where there are several. */
  readonly retention: { readonly before: number; readonly after: number; readonly worst: number };
}

/** Minutes 10 to 15 of every DS1 recording: known to the model, not replayed while fine-tuning. */
const retentionS = [600, 900] as const;
const labelsGiven = 50;

type Measured = Omit<MeasuredOnce, 'inputs'>;

/**
 * Fine-tunes with DS1 replayed at its natural mix of classes, averages with the parent, and measures three things:
 * the patients' later beats without and with the blend, and what was forgotten of DS1.
 */
export async function fineTunedFigures(
  measured: readonly Measured[],
  patients: 'one' | 'all',
  { macro }: Protocol,
  parent: RecordModel,
  parts: ProtocolParts,
): Promise<FineTunedFigures> {
  const { recordings, executor, onProgress, signal } = parts;
  const replay: (LabelledRecord & { readonly held: CalledRecording })[] = [];
  for (const name of ds1) {
    signal.throwIfAborted();
    onProgress(0, `measuring beats of ${name} to replay`);
    const { signals, beatSamples, symbols } = await recordings.read(name);
    const isHeld = (beat: number) =>
      beatSamples[beat] >= retentionS[0] * signals.samplingHz && beatSamples[beat] < retentionS[1] * signals.samplingHz;
    const inputs = recordInputs(signals, beatSamples);
    replay.push({
      ...{ name, inputs },
      // A beat of class Q is not replayed.
      labels: Uint8Array.from(symbols, (symbol, beat) =>
        beatClasses.indexOf(isHeld(beat) ? 'Q' : classOfSymbol(symbol, 'literature')!),
      ),
      held: {
        ...{ name, samplingHz: signals.samplingHz, lengthSamples: signals.leads[0].physical.length },
        reference: symbols.map((symbol, beat) => ({
          atSample: beatSamples[beat],
          symbol: isHeld(beat) ? symbol : 'Q',
        })),
        called: new Uint8Array(beatSamples.length),
      },
    });
  }
  const index = budgets.findIndex(
    ({ labels, source, queue }) => labels === labelsGiven && source === 'first-5-min' && queue,
  );
  const corrected: (LabelledRecord & { readonly one: Measured })[] = [];
  for (const one of measured) {
    const { name } = one.recording;
    signal.throwIfAborted();
    onProgress(0, `measuring beats of ${name} to learn from`);
    const { signals, beatSamples } = await recordings.read(name);
    const labels = new Uint8Array(beatSamples.length).fill(noLabel);
    for (const { beat, label } of one.outcomes[index].labelled) labels[beat] = label;
    corrected.push({ name, inputs: recordInputs(signals, beatSamples), labels, one });
  }
  const retentionOf = async (model: RecordModel) => {
    const scorer = await compileRecordScorer(model, executor);
    try {
      const matrices = [];
      for (const { inputs, held } of replay) {
        signal.throwIfAborted();
        const called = callsOf((await scorer.score(inputs)).probabilities);
        matrices.push(confusionOf({ ...held, called }, 'literature', 0));
      }
      return namedFigures(matrices, 'literature', macro).macroF1 ?? 0;
    } finally {
      await scorer.dispose();
    }
  };
  const before = await retentionOf(parent);
  const kept: number[] = [];
  const plain: CalledRecording[] = [];
  const blended: CalledRecording[] = [];
  const groups = patients === 'all' ? [corrected] : corrected.map((record) => [record]);
  for (const [place, group] of groups.entries()) {
    const { model } = await fineTuneRecordModel(
      parent,
      group,
      replay,
      {},
      {
        ...{ executor, signal },
        onProgress: ({ step, steps }) =>
          onProgress((place + step / steps) / groups.length, `fine-tuning ${place + 1} of ${groups.length}`),
      },
    );
    kept.push(await retentionOf(model));
    const scorer = await compileRecordScorer(model, executor);
    try {
      for (const { inputs, one } of group) {
        const { probabilities } = await scorer.score(inputs);
        const neighbourhood = prepareBlend(inputs, standardFeatures(inputs, model.standard));
        plain.push({ ...one.recording, called: callsOf(probabilities) });
        const { labelled } = one.outcomes[index];
        blended.push({ ...one.recording, called: callsOf(blend(neighbourhood, probabilities, labelled)) });
      }
    } finally {
      await scorer.dispose();
    }
  }
  const macroOf = (calls: readonly CalledRecording[]) =>
    namedFigures(
      calls.map((recording) => confusionOf(recording, 'literature', fiveMinutesS)),
      'literature',
      macro,
    ).macroF1;
  return {
    ...{ labels: labelsGiven, source: 'first-5-min', patients },
    ...{ macroF1: macroOf(blended), macroF1WithoutBlend: macroOf(plain) },
    retention: { before, after: kept.reduce((sum, value) => sum + value, 0) / kept.length, worst: Math.min(...kept) },
  };
}
