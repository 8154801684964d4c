import { seededRandom } from '../../domain/random.ts';
import { modelHz, windowBefore, windowSamples, type RecordInputs } from '../../domain/record-inputs.ts';
import type { CompiledFunction, Executor } from '../executors/executor.ts';
import { readAll } from '../executors/executor.ts';
import { tf } from '../executors/tensorflow.ts';
import { attentionOverSamples, type HeadAttention, type TokenSpan } from '../explain/token-attention.ts';
import { inputSpecs } from '../network/predictor.ts';
import {
  contextBeats,
  contextReach,
  morphologyTokens,
  sampleOfToken,
  taughtClasses,
} from '../network/record-branches.ts';
import { withoutRhythm } from '../network/record-fusion.ts';
import { checkInputs, contextOf, standardFeatures, windowsOf } from './beat-inputs.ts';
import { networkOf, type RecordModel } from './model.ts';
import { samplesByRelevance, windowRelevance, withTemplateAt } from './window-relevance.ts';

/** Why the model calls one beat what it calls it. Window samples are at 120 Hz; `offsetS` places them. */
export interface BeatReasons {
  readonly beat: number;
  /** The class explained, index into `beatClasses`. */
  readonly label: number;
  /**
   * By window sample, both leads together, 0 or more: how much of ln p of the class, in the branch that sees the
   * window, is owed to the sample's difference from the patient's template (integrated gradients, Sundararajan 2017,
   * from the template to the beat). Near zero all over where the beat is the template.
   */
  readonly relevance: Float32Array;
  /** By feature: gradient of ln p of the class times the standardised feature of the beat itself; signed. */
  readonly featureRelevance: Float32Array;
  /** Every head of the morphology branch's attention layer, seed after seed, over the window's samples. */
  readonly attention: readonly HeadAttention[];
  /** Every head of the rhythm branch over the beats -4 ... +4; NaN beyond the recording. */
  readonly rhythmAttention: readonly Float32Array[];
  /** Fall of the class's p in the morphology branch (N and S as one) when the most relevant fifth of the samples becomes the template's. */
  readonly fallTop: number;
  /** The same for a random fifth, mean of a few draws. */
  readonly fallRandom: number;
  /** Whether the first is clearly larger; if not, the relevance explains nothing and must not be relied on. */
  readonly isFaithful: boolean;
}

/** Seconds from the R peak as given to a window sample. */
export const offsetS = (sample: number): number => (sample - windowBefore) / modelHz;

const randomDraws = 4;
const replacedShare = 0.2;
/** A fall that a reader would notice, above what replacing anything at all does. */
const clearFall = 0.05;
const spans: readonly TokenSpan[] = Array.from({ length: morphologyTokens }, (_, token) => ({
  fromSample: Math.max(0, sampleOfToken(token) - 4),
  toSample: Math.min(windowSamples, sampleOfToken(token) + 4),
}));

export interface RecordExplainer {
  /**
   * @param beats    of the recording, in any order.
   * @param labels   class to explain of each (N, S, V or F); what the model calls it where left out.
   * @throws {RangeError} for a beat that is not there or a class that the model was not taught.
   */
  explain(inputs: RecordInputs, beats: readonly number[], labels?: readonly number[]): Promise<BeatReasons[]>;
  dispose(): Promise<void>;
}

/** @param batch  beats of one call; about as many as a screen shows. */
export async function compileRecordExplainer(
  model: RecordModel,
  executor: Executor,
  batch = 16,
): Promise<RecordExplainer> {
  const compiled = await compileReasons(model, executor, batch);
  return {
    explain: async (inputs, beats, labels) => {
      checkInputs(inputs);
      for (const [i, beat] of beats.entries()) {
        if (!(beat >= 0 && beat < inputs.beats)) throw new RangeError(`beat ${beat} is not one of ${inputs.beats}`);
        if (labels && !(labels[i] >= 0 && labels[i] < taughtClasses))
          throw new RangeError(`class ${labels[i]} of beat ${beat} was not taught and cannot be explained`);
      }
      const standard = standardFeatures(inputs, model.standard);
      const reasons: BeatReasons[] = [];
      for (let from = 0; from < beats.length; from += batch) {
        const part = beats.slice(from, from + batch);
        // The last batch is filled up with its last beat.
        const places = Int32Array.from({ length: batch }, (_, i) => Math.min(i, part.length - 1));
        const chosenBeats = places.map((i) => part[i]);
        const found = await explainBatch(compiled, {
          beats: chosenBeats,
          context: contextOf(standard, chosenBeats),
          window: windowsOf(inputs, chosenBeats),
          labels: labels && places.map((i) => labels[from + i]),
          beatsOfRecord: inputs.beats,
        });
        reasons.push(...found.slice(0, part.length));
      }
      return reasons;
    },
    dispose: () => compiled.dispose(),
  };
}

/** The reasons for some beats of one recording; see `compileRecordExplainer` for many calls. */
export async function explainBeats(
  model: RecordModel,
  inputs: RecordInputs,
  beats: readonly number[],
  executor: Executor,
  labels?: readonly number[],
): Promise<BeatReasons[]> {
  const explainer = await compileRecordExplainer(model, executor);
  try {
    return await explainer.explain(inputs, beats, labels);
  } finally {
    await explainer.dispose();
  }
}

/** One compiled function gives all that is asked: opinions, attentions, and the gradients of ln p of a chosen class. */
function compileReasons(model: RecordModel, executor: Executor, batch: number): Promise<CompiledFunction> {
  const network = networkOf(model);
  return executor.compile(
    ({ 'input context': context, 'input window': window, chosen }, weights) => {
      const forward = (givenContext: tf.Tensor, givenWindow: tf.Tensor) =>
        network.forward({ weights, inputs: { context: givenContext, window: givenWindow } });
      const ofWindow = (given: tf.Tensor) => withoutRhythm(forward(context, given).ofBranch.morphology);
      const outputs = forward(context, window);
      return {
        logits: outputs.logits,
        morphology: tf.sum(tf.mul(chosen, tf.exp(ofWindow(window))), 1),
        rhythmAttention: outputs.rhythmAttention,
        morphologyAttention: outputs.morphologyAttention,
        windowGradient: tf.grad((given) => tf.sum(tf.mul(chosen, ofWindow(given))))(window),
        contextGradient: tf.grad((given) => tf.sum(tf.mul(chosen, tf.logSoftmax(forward(given, window).logits))))(
          context,
        ),
      };
    },
    { ...inputSpecs(network, batch), chosen: { shape: [batch, taughtClasses], dtype: 'float32' } },
    model.networks,
  );
}

interface ExplainedBatch {
  readonly beats: Int32Array;
  readonly context: Float32Array;
  readonly window: Float32Array;
  readonly labels: Int32Array | undefined;
  readonly beatsOfRecord: number;
}

async function explainBatch(
  compiled: CompiledFunction,
  { beats, context, window, labels: given, beatsOfRecord }: ExplainedBatch,
): Promise<BeatReasons[]> {
  const batch = beats.length;
  const run = async (seenWindow: Float32Array, labels: Int32Array) => {
    const chosen = new Float32Array(batch * taughtClasses);
    for (let i = 0; i < batch; i++) chosen[i * taughtClasses + labels[i]] = 1;
    return readAll(await compiled.run({ 'input context': context, 'input window': seenWindow, chosen }));
  };
  const labels = given ?? largestOf((await run(window, new Int32Array(batch))).logits, batch);
  const seen = await run(window, labels);

  const relevance = await windowRelevance(window, batch, async (w) => (await run(w, labels)).windowGradient);
  const count = Math.round(replacedShare * windowSamples);
  const fallWithout = async (samplesOf: (i: number) => Int32Array) => {
    const { morphology } = await run(withTemplateAt(window, batch, samplesOf), labels);
    return morphology.map((p, i) => seen.morphology[i] - p);
  };
  const fallTop = await fallWithout((i) => samplesByRelevance(relevance[i]).subarray(0, count));
  const random = seededRandom(1); // the same beats are always given the same reasons
  const fallRandom = new Float32Array(batch);
  for (let draw = 0; draw < randomDraws; draw++) {
    const anySamples = () => random.shuffle(Int32Array.from({ length: windowSamples }, (_, i) => i));
    const fall = await fallWithout(() => anySamples().subarray(0, count));
    for (let i = 0; i < batch; i++) fallRandom[i] += fall[i] / randomDraws;
  }

  const features = context.length / batch / contextBeats;
  const heads = seen.morphologyAttention.length / batch / morphologyTokens ** 2;
  const layer = { shape: [batch, heads, morphologyTokens, morphologyTokens], values: seen.morphologyAttention };
  return Array.from(beats, (beat, i) => ({
    beat,
    label: labels[i],
    relevance: relevance[i],
    featureRelevance: Float32Array.from({ length: features }, (_, f) => {
      const at = (i * contextBeats + contextReach) * features + f;
      return seen.contextGradient[at] * context[at];
    }),
    attention: attentionOverSamples([layer], i, spans, windowSamples),
    rhythmAttention: rhythmHeads(seen.rhythmAttention, batch, i).map((head) =>
      head.map((share, place) => (isInside(beat + place - contextReach, beatsOfRecord) ? share : NaN)),
    ),
    fallTop: fallTop[i],
    fallRandom: fallRandom[i],
    isFaithful: fallTop[i] > clearFall && fallTop[i] > 2 * fallRandom[i],
  }));
}

const isInside = (beat: number, beats: number): boolean => beat >= 0 && beat < beats;

/** Shares of attention that one beat of a batch pays its neighbours, one array a head. */
function rhythmHeads(attention: Float32Array, batch: number, i: number): Float32Array[] {
  const heads = attention.length / batch / contextBeats;
  return Array.from({ length: heads }, (_, head) => {
    const at = (i * heads + head) * contextBeats;
    return attention.slice(at, at + contextBeats);
  });
}

const largestOf = (logits: Float32Array, batch: number): Int32Array =>
  Int32Array.from({ length: batch }, (_, i) => {
    const row = logits.subarray(i * taughtClasses, (i + 1) * taughtClasses);
    return row.indexOf(Math.max(...row));
  });
