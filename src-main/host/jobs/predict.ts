import { beatClasses, mostProbable } from '../../domain/beat-class.ts';
import { noLabel } from '../../domain/beat.ts';
import type { BeatsOfRecord } from '../../review/jobs.ts';
import type { ClassedBeats, RecordConfusion } from '../../training/jobs.ts';
import { inputsOf, scorerOf } from './engine-models.ts';
import type { EngineJob, JobContext } from '../supervision/messages.ts';

/** Beats in one message: main writes them as one transaction of a few milliseconds. */
const batchBeats = 1000;

async function scoresOf(request: BeatsOfRecord, context: JobContext<never>, share: (fraction: number) => void) {
  const { workspaceFolder, device, signal } = context;
  const { signalHash, modelHash, atSamples } = request;
  if (atSamples.length === 0) return new Float32Array(0);
  const inputs = await inputsOf(workspaceFolder, signalHash, atSamples);
  signal.throwIfAborted();
  const scorer = await scorerOf(workspaceFolder, modelHash, device);
  const { probabilities } = await scorer.score(inputs, {
    signal,
    onProgress: (beatsDone) => share(beatsDone / atSamples.length),
  });
  return probabilities;
}

/** Classifies all beats of a record; posts probabilities in batches from the first beat on. */
export const predict: EngineJob<BeatsOfRecord, Float32Array, void> = async (request, context) => {
  const startedMs = performance.now();
  const beats = request.atSamples.length;
  context.progress({ fraction: null, doing: 'measuring beats', rate: null, secondsLeft: null });
  const probabilities = await scoresOf(request, context as unknown as JobContext<never>, (fraction) => {
    const perS = (fraction * beats) / ((performance.now() - startedMs) / 1000);
    context.progress({
      fraction,
      doing: 'classifying beats',
      rate: `${Math.round(perS).toLocaleString('en')} beats/s`,
      secondsLeft: ((1 - fraction) * beats) / perS,
    });
  });
  const size = batchBeats * beatClasses.length;
  for (let from = 0; from < probabilities.length; from += size) context.post(probabilities.slice(from, from + size));
};

/** Counts a model's classes against known ones, record by record; the label blend has no part in it. */
export const evaluate: EngineJob<
  { readonly modelHash: string; readonly records: readonly ClassedBeats[] },
  never,
  RecordConfusion[]
> = async ({ modelHash, records }, context) => {
  const confusions: RecordConfusion[] = [];
  for (const [index, { recordName, signalHash, atSamples, labels }] of records.entries()) {
    const progress = (fraction: number) =>
      context.progress({
        fraction: (index + fraction) / records.length,
        doing: `measuring on ${recordName}`,
        rate: null,
        secondsLeft: null,
      });
    progress(0);
    const probabilities = await scoresOf({ signalHash, modelHash, atSamples }, context, progress);
    const counts = new Float64Array(beatClasses.length ** 2);
    labels.forEach((label, i) => {
      if (label !== noLabel) counts[label * beatClasses.length + mostProbable(probabilities, i * beatClasses.length)]++;
    });
    confusions.push({ recordName, counts });
  }
  return confusions;
};
