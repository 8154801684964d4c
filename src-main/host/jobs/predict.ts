import { beatClasses, mostProbable } from '../../domain/beat-class.ts';
import { noLabel } from '../../domain/beat.ts';
import { doubtfulLabels } from '../../engine/blend/doubtful-labels.ts';
import { prepareBlend } from '../../engine/blend/neighbourhood.ts';
import { standardFeatures } from '../../engine/record/beat-inputs.ts';
import { unlikenessOf } from '../../engine/record/familiarity.ts';
import type { BeatsOfRecord, PredictedBeats, PredictedRecord } from '../../review/jobs.ts';
import type { ClassedBeats, DoubtfulBeat, RecordCalls } from '../../training/jobs.ts';
import { labelledOf } from './blend.ts';
import { inputsOf, modelOf, scorerOf } from './engine-models.ts';
import type { EngineJob, JobContext } from '../supervision/messages.ts';

/** Beats in one message: main writes them as one transaction of a few milliseconds. */
const batchBeats = 1000;

async function scoresOf(request: BeatsOfRecord, context: JobContext<never>, share: (fraction: number) => void) {
  const { workspaceFolder, device, signal } = context;
  const { signalHash, modelHash, atSamples } = request;
  if (atSamples.length === 0) return undefined;
  const inputs = await inputsOf(workspaceFolder, signalHash, atSamples);
  signal.throwIfAborted();
  const scorer = await scorerOf(workspaceFolder, modelHash, device);
  const scores = await scorer.score(inputs, {
    signal,
    onProgress: (beatsDone) => share(beatsDone / atSamples.length),
  });
  return { ...scores, familiarity: scorer.familiarity };
}

/** Classifies all beats of a record; posts what is said of them in batches from the first beat on. */
export const predict: EngineJob<BeatsOfRecord, PredictedBeats, PredictedRecord> = async (request, context) => {
  const startedMs = performance.now();
  const beats = request.atSamples.length;
  context.progress({ fraction: null, doing: 'measuring beats', rate: null, secondsLeft: null });
  const scores = await scoresOf(request, context as unknown as JobContext<never>, (fraction) => {
    const perS = (fraction * beats) / ((performance.now() - startedMs) / 1000);
    context.progress({
      fraction,
      doing: 'classifying beats',
      rate: `${Math.round(perS).toLocaleString('en')} beats/s`,
      secondsLeft: ((1 - fraction) * beats) / perS,
    });
  });
  if (!scores) return { unlikeness: null };
  const { probabilities, disagreement, novelty, familiarity } = scores;
  for (let from = 0; from < beats; from += batchBeats)
    context.post({
      probabilities: probabilities.slice(from * beatClasses.length, (from + batchBeats) * beatClasses.length),
      disagreement: disagreement.slice(from, from + batchBeats),
      novelty: novelty.slice(from, from + batchBeats),
    });
  return { unlikeness: familiarity ? unlikenessOf(novelty, familiarity) : null };
};

/** What a model calls the beats that have labels, record by record; the label blend has no part in it. */
export const evaluate: EngineJob<
  { readonly modelHash: string; readonly records: readonly ClassedBeats[] },
  never,
  RecordCalls[]
> = async ({ modelHash, records }, context) => {
  const calls: RecordCalls[] = [];
  for (const [index, { recordName, signalHash, atSamples, labels }] of records.entries()) {
    const progress = (fraction: number) =>
      context.progress({
        fraction: (index + fraction) / records.length,
        doing: `measuring on ${recordName}`,
        rate: null,
        secondsLeft: null,
      });
    progress(0);
    const scores = await scoresOf({ signalHash, modelHash, atSamples }, context, progress);
    const called = labels.map((label, i) =>
      label === noLabel || !scores ? noLabel : mostProbable(scores.probabilities, i * beatClasses.length),
    );
    calls.push({ recordName, called });
  }
  return calls;
};

/** Labels that neither the model nor the other labels of their record would have given. */
export const doubtful: EngineJob<
  { readonly modelHash: string; readonly records: readonly ClassedBeats[] },
  never,
  DoubtfulBeat[][]
> = async ({ modelHash, records }, context) => {
  const { workspaceFolder } = context;
  const found: DoubtfulBeat[][] = [];
  for (const { signalHash, atSamples, labels } of records) {
    const scores = await scoresOf({ signalHash, modelHash, atSamples }, context, () => undefined);
    const base = scores?.probabilities ?? new Float32Array(0);
    const inputs = await inputsOf(workspaceFolder, signalHash, atSamples);
    const { standard } = await modelOf(workspaceFolder, modelHash);
    const neighbourhood = prepareBlend(inputs, standardFeatures(inputs, standard));
    found.push(
      doubtfulLabels(neighbourhood, base, labelledOf(labels)).map(({ beat, ...doubt }) => ({ index: beat, ...doubt })),
    );
  }
  return found;
};
