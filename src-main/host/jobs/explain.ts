import { beatClasses } from '../../domain/beat-class.ts';
import type { ExplanationFigures } from '../../domain/explanation.ts';
import { modelHz, windowBefore } from '../../domain/record-inputs.ts';
import { ExplanationCache } from '../../engine/explain/explanation-cache.ts';
import { checkExplanations as check, type CandidateBeats } from '../../engine/record/check-explanations.ts';
import { compileRecordExplainer, type BeatReasons, type RecordExplainer } from '../../engine/record/explain.ts';
import { changedCall } from '../../engine/record/second-look.ts';
import type { ExplainRequest, ExplanationCheckRequest, ReviewJobs } from '../../review/jobs.ts';
import { executorOf, inputsOf, modelOf, Recent, recordingKey } from './engine-models.ts';
import type { EngineJob } from '../supervision/messages.ts';
import { samplingHzOf } from './record-signals.ts';

const classes = beatClasses.length;
const explainers = new Recent<RecordExplainer>(2, (explainer) => void explainer.dispose());
/** About 8 kB a beat at most. */
const explained = new ExplanationCache<BeatReasons>(5000);

/** How much each moment of some beats matters by one method, and whether that bears examination. */
export const explain: EngineJob<ExplainRequest, never, Awaited<ReturnType<ReviewJobs['explain']>>> = async (
  { signalHash, modelHash, atSamples, base, index, method },
  { workspaceFolder, device, signal },
) => {
  const recording = recordingKey(signalHash, atSamples);
  const reasons = await explained.get({ modelHash, recording, method }, Array.from(index), async (missing) => {
    const inputs = await inputsOf(workspaceFolder, signalHash, atSamples);
    signal.throwIfAborted();
    const explainer = await explainers.get(`${modelHash} ${device}`, async () =>
      compileRecordExplainer(await modelOf(workspaceFolder, modelHash), executorOf(device)),
    );
    return explainer.explain(inputs, missing, method, { signal });
  });
  const samplesPerBar = samplingHzOf(workspaceFolder, signalHash) / modelHz;
  return reasons.map(({ label, relevance, attention, beat, byNetworks, ...figures }) => ({
    ...{ label: beatClasses[label], method, fromOffset: -windowBefore * samplesPerBar, samplesPerBar },
    relevance: scaled(relevance),
    attention: attention.map(({ network, layer, head, samples }) => ({
      ...{ network, layer, head },
      weights: scaled(samples),
    })),
    secondLook: changedCall(byNetworks, base.subarray(beat * classes, (beat + 1) * classes)),
    ...figures,
  }));
};

/** How far each method can be relied on for a model; null where no beat has anything to explain. */
export const checkExplanations: EngineJob<ExplanationCheckRequest, never, ExplanationFigures | null> = async (
  { modelHash, records },
  { workspaceFolder, device, progress, signal },
) => {
  const tell = (fraction: number | null, doing: string) => progress({ fraction, doing, rate: null, secondsLeft: null });
  const candidates: CandidateBeats[] = [];
  for (const { name, signalHash, atSamples, index } of records) {
    tell(null, `measuring beats of ${name}`);
    const inputs = await inputsOf(workspaceFolder, signalHash, atSamples);
    signal.throwIfAborted();
    candidates.push({ name, inputs, beats: Array.from(index) });
  }
  const figures = await check(await modelOf(workspaceFolder, modelHash), candidates, {
    executor: executorOf(device),
    signal,
    onProgress: (share) => tell(share, 'removing, putting back, randomizing'),
  });
  return (
    figures && {
      ...figures,
      source: `beats of ${records.map(({ name }) => name).join(', ')} in this workspace whose shape the model calls V or F`,
    }
  );
};

/** In [0, 1] of the largest value; all zero where nothing speaks. */
function scaled(values: Float32Array): Float32Array {
  const largest = values.reduce((most, value) => Math.max(most, value), 0);
  return largest > 0 ? values.map((value) => value / largest) : values;
}
