import { beatClasses } from '../../domain/beat-class.ts';
import { modelHz, windowBefore } from '../../domain/record-inputs.ts';
import { compileRecordExplainer, type RecordExplainer } from '../../engine/record/explain.ts';
import type { LabelledBeats, ReviewJobs } from '../../review/jobs.ts';
import { executorOf, inputsOf, modelOf, Recent } from './engine-models.ts';
import type { EngineJob } from '../supervision/messages.ts';
import { samplingHzOf } from './record-signals.ts';

const explainers = new Recent<RecordExplainer>(2, (explainer) => void explainer.dispose());

/** Where the network looked at some beats, and whether that bears examination. */
export const explain: EngineJob<
  LabelledBeats & { readonly index: Int32Array },
  never,
  Awaited<ReturnType<ReviewJobs['explain']>>
> = async ({ signalHash, modelHash, atSamples, index }, { workspaceFolder, device }) => {
  const inputs = await inputsOf(workspaceFolder, signalHash, atSamples);
  const explainer = await explainers.get(`${modelHash} ${device}`, async () =>
    compileRecordExplainer(await modelOf(workspaceFolder, modelHash), executorOf(device)),
  );
  const samplesPerBar = samplingHzOf(workspaceFolder, signalHash) / modelHz;
  const reasons = await explainer.explain(inputs, Array.from(index));
  return reasons.map(({ label, relevance, attention, rhythmAttention, fallTop, fallRandom, isFaithful }) => ({
    label: beatClasses[label],
    fromOffset: -windowBefore * samplesPerBar,
    samplesPerBar,
    relevance: scaled(relevance),
    attention: [attention.map(({ samples }) => scaled(samples))],
    rhythmAttention,
    ...{ fallTop, fallRandom, isFaithful },
  }));
};

/** In [0, 1] of the largest value; all zero where nothing speaks. */
function scaled(values: Float32Array): Float32Array {
  const largest = values.reduce((most, value) => Math.max(most, value), 0);
  return largest > 0 ? values.map((value) => value / largest) : values;
}
