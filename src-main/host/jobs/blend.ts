import { beatClasses } from '../../domain/beat-class.ts';
import { noLabel } from '../../domain/beat.ts';
import { blend as blendLabels, type LabelledBeat } from '../../engine/blend/blend.ts';
import { type Neighbourhood, prepareBlend } from '../../engine/blend/neighbourhood.ts';
import { reviewQueue } from '../../engine/blend/review-queue.ts';
import { standardFeatures } from '../../engine/record/beat-inputs.ts';
import type { LabelledBeats, QueueColumns, QueuedBeats } from '../../review/jobs.ts';
import { inputsOf, modelOf, Recent, recordingKey } from './engine-models.ts';
import type { EngineJob } from '../supervision/messages.ts';

const neighbourhoods = new Recent<Neighbourhood>(4);

/** The recording's beats as points, made once for a model and a set of positions. */
const neighbourhoodOf = (workspaceFolder: string, { signalHash, modelHash, atSamples }: LabelledBeats) =>
  neighbourhoods.get(`${recordingKey(signalHash, atSamples)} ${modelHash}`, async () => {
    const inputs = await inputsOf(workspaceFolder, signalHash, atSamples);
    const { standard } = await modelOf(workspaceFolder, modelHash);
    return prepareBlend(inputs, standardFeatures(inputs, standard));
  });

export const labelledOf = (personLabels: Uint8Array): LabelledBeat[] =>
  Array.from(personLabels, (label, beat) => ({ beat, label })).filter(({ label }) => label !== noLabel);

/** A beat that the model has not seen yet, just added by a person, could be anything. */
const withoutUnseen = (base: Float32Array): Float32Array =>
  base.map((p) => (Number.isNaN(p) ? 1 / beatClasses.length : p));

export const blend: EngineJob<LabelledBeats, never, Float32Array> = async (request, { workspaceFolder }) =>
  blendLabels(
    await neighbourhoodOf(workspaceFolder, request),
    withoutUnseen(request.base),
    labelledOf(request.personLabels),
  );

export const queue: EngineJob<QueuedBeats, never, QueueColumns> = async (request, { workspaceFolder }) => {
  const neighbourhood = await neighbourhoodOf(workspaceFolder, request);
  const base = withoutUnseen(request.base);
  const labelled = labelledOf(request.personLabels);
  const { disagreement, novelty: distance } = request;
  const blended = blendLabels(neighbourhood, base, labelled);
  const ordered = reviewQueue(neighbourhood, { base, blended, disagreement, distance }, labelled);
  const unlabelled = request.personLabels.length - labelled.length;
  const index = ordered.order.slice(0, Math.min(request.limit, unlabelled));
  const percentile = percentilesOf(ordered);
  return {
    index,
    uncertainty: Float32Array.from(index, (beat) => percentile.uncertainty[beat]),
    disagreement: Float32Array.from(index, (beat) => percentile.disagreement[beat]),
    novelty: Float32Array.from(index, (beat) => percentile.novelty[beat]),
    isForCoverage: Uint8Array.from(index, (_, place) => Number(place < ordered.forCoverage)),
  };
};

/** Each value as the share of the recording's beats that lie below it. */
function percentilesOf(ordered: Record<'uncertainty' | 'disagreement' | 'novelty', Float32Array>) {
  const percentiles = (values: Float32Array) => {
    const sorted = values.slice().sort();
    return values.map((value) => firstAtLeast(sorted, value) / Math.max(1, values.length - 1));
  };
  return {
    uncertainty: percentiles(ordered.uncertainty),
    disagreement: percentiles(ordered.disagreement),
    novelty: percentiles(ordered.novelty),
  };
}

function firstAtLeast(sorted: Float32Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
