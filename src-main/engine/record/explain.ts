import type { ExplanationMethod } from '../../domain/explanation.ts';
import { seededRandom } from '../../domain/random.ts';
import { modelHz, windowBefore, windowChannels, windowSamples, type RecordInputs } from '../../domain/record-inputs.ts';
import type { CompiledFunction, Executor } from '../executors/executor.ts';
import { readAll } from '../executors/executor.ts';
import { tf } from '../executors/tensorflow.ts';
import { mapNamed, prefixed } from '../executors/named.ts';
import { unitOrder, withUnitsOf } from '../explain/removal.ts';
import { meanOver, TimeExplainer, type ExplainedWindow } from '../explain/time-explainer.ts';
import { explanationBatch, type TimeNetwork } from '../explain/time-functions.ts';
import type { HeadAttention } from '../explain/token-attention.ts';
import { inputSpecs } from '../network/predictor.ts';
import {
  contextBeats,
  contextReach,
  morphologyBranch,
  morphologyTokens,
  sampleOfToken,
  taughtClasses,
} from '../network/record-branches.ts';
import { networksOf } from '../network/record-fusion.ts';
import type { Weights } from '../weights/weights.ts';
import { networkRows, windowsOf } from './beat-inputs.ts';
import { networkOf, type RecordModel } from './model.ts';

/**
 * Explanation of the record model. Only its morphology branch sees the signal in time, so every method on the time axis
 * explains that branch: the mean probability of its networks, N and S as one, since the fusion takes it so. The features
 * and rhythm branches are told of by the attention that the rhythm branch pays to neighbouring beats alone.
 */
export const shapeOfBeat: TimeNetwork = {
  network: morphologyBranch,
  spans: Array.from({ length: morphologyTokens }, (_, token) => ({
    fromSample: Math.max(0, sampleOfToken(token) - 4),
    toSample: Math.min(windowSamples, sampleOfToken(token) + 4),
  })),
  // N and S, which the fusion takes as one of what the branch says
  sameAs: [[0, 1], [0, 1], [2], [3]],
};

/** The networks of the branch that sees the window. */
export const shapeNetworks = (model: RecordModel): Weights[] =>
  networksOf(model, 'morphology').map((prefix) =>
    Object.fromEntries(
      Object.entries(model.networks).flatMap(([name, weight]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), weight]] : [],
      ),
    ),
  );

/** Why the model calls one beat what it calls it. Window samples are at 120 Hz; `offsetS` places them. */
export interface BeatReasons {
  readonly beat: number;
  /** The class explained, index into `beatClasses`: what the networks call the beat, unless one was asked for. */
  readonly label: number;
  /** By window sample, 0 or more: how much it matters to the class. */
  readonly relevance: Float32Array;
  /** Every layer and head of every network of the morphology branch over the window's samples; of raw attention alone. */
  readonly attention: readonly (HeadAttention & { readonly network: number })[];
  /** Every head of the rhythm branch over the beats -4 ... +4; NaN beyond the recording. */
  readonly rhythmAttention: readonly Float32Array[];
  /** Probabilities of N, S, V and F by the networks together, before any second look at the whole recording. */
  readonly byNetworks: Float32Array;
  /** Probability of the class in the morphology branch, N and S as one. */
  readonly byShape: number;
  /** Its fall when the whole beat becomes the patient's own template: what there is to explain. */
  readonly fallWhole: number;
  /** Its fall when the most relevant fifth of the beat becomes the template's. */
  readonly fallTop: number;
  /** The same for a random fifth, mean of a few draws. */
  readonly fallRandom: number;
  /** Whether the fall is clearly larger for the most relevant; if not, the relevance must not be relied on. */
  readonly isFaithful: boolean;
}

/** Seconds from the R peak as given to a window sample. */
export const offsetS = (sample: number): number => (sample - windowBefore) / modelHz;

const randomDraws = 3;
const replacedShare = 0.2;
/** A fall that a reader would notice, above what replacing anything at all does. */
export const clearFall = 0.05;

export interface RecordExplainer {
  /**
   * @param beats    of the recording, in any order.
   * @param options  `labels`: class to explain of each (N, S, V or F); what the model calls it where left out.
   *                 `signal`: nothing more is computed once it aborts.
   * @throws {RangeError} for a beat that is not there or a class that the model was not taught.
   */
  explain(
    inputs: RecordInputs,
    beats: readonly number[],
    method: ExplanationMethod,
    options?: { readonly labels?: readonly number[]; readonly signal?: AbortSignal },
  ): Promise<BeatReasons[]>;
  dispose(): Promise<void>;
}

export async function compileRecordExplainer(model: RecordModel, executor: Executor): Promise<RecordExplainer> {
  const whole = await compileWhole(model, executor);
  const explainers = shapeNetworks(model).map((weights) => new TimeExplainer(executor, shapeOfBeat, weights));
  return {
    explain: async (inputs, beats, method, { labels, signal } = {}) => {
      for (const [i, beat] of beats.entries()) {
        if (!(beat >= 0 && beat < inputs.beats)) throw new RangeError(`beat ${beat} is not one of ${inputs.beats}`);
        if (labels && !(labels[i] >= 0 && labels[i] < taughtClasses))
          throw new RangeError(`class ${labels[i]} of beat ${beat} was not taught and cannot be explained`);
      }
      const seen = await lookAt(whole, model, inputs, beats);
      const cases = beats.map((beat, i) => explainedWindow(inputs, beat, labels?.[i] ?? seen[i].label));
      const relevance = await meanOver(explainers, (explainer) => {
        signal?.throwIfAborted();
        return explainer.relevance(method, cases);
      });
      signal?.throwIfAborted();
      const falls = await fallsOf(explainers, cases, relevance);
      const heads: HeadAttention[][][] = [];
      if (method === 'attention') for (const explainer of explainers) heads.push(await explainer.attention(cases));
      return beats.map((beat, i) => ({
        beat,
        label: cases[i].chosen,
        relevance: relevance[i].map((value) => Math.max(0, value)),
        attention: heads.flatMap((ofNetwork, network) => ofNetwork[i].map((head) => ({ ...head, network }))),
        ...{ rhythmAttention: seen[i].rhythmAttention, byNetworks: seen[i].byNetworks },
        ...falls[i],
      }));
    },
    dispose: async () => {
      await whole.dispose();
      for (const explainer of explainers) await explainer.dispose();
    },
  };
}

/** The reasons for some beats of one recording; see `compileRecordExplainer` for many calls. */
export async function explainBeats(
  model: RecordModel,
  inputs: RecordInputs,
  beats: readonly number[],
  method: ExplanationMethod,
  executor: Executor,
  labels?: readonly number[],
): Promise<BeatReasons[]> {
  const explainer = await compileRecordExplainer(model, executor);
  try {
    return await explainer.explain(inputs, beats, method, { labels });
  } finally {
    await explainer.dispose();
  }
}

/** One beat's window beside the patient's own template, which the window holds: a lead minus its difference. */
export function explainedWindow(inputs: RecordInputs, beat: number, chosen: number): ExplainedWindow {
  const window = windowsOf(inputs, [beat]);
  const baseline = window.slice();
  const leads = windowChannels / 2;
  for (let at = 0; at < window.length; at += windowChannels)
    for (let lead = 0; lead < leads; lead++) {
      baseline[at + lead] -= window[at + leads + lead];
      baseline[at + leads + lead] = 0;
    }
  return { window, baseline, chosen };
}

/** What the whole model calls a batch of beats, and where its rhythm branch looks. */
function compileWhole(model: RecordModel, executor: Executor): Promise<CompiledFunction> {
  const network = networkOf(model);
  return executor.compile(
    (given, weights) => {
      const inputs = mapNamed(network.inputs, (_, name) => given[`input ${name}`]);
      const { logits, rhythmAttention } = network.forward({ weights, inputs });
      return { probabilities: tf.softmax(logits), rhythmAttention };
    },
    inputSpecs(network, explanationBatch),
    model.networks,
  );
}

async function lookAt(whole: CompiledFunction, model: RecordModel, inputs: RecordInputs, beats: readonly number[]) {
  const rowsOf = networkRows(inputs, model.standard);
  const seen: Pick<BeatReasons, 'label' | 'rhythmAttention' | 'byNetworks'>[] = [];
  for (let from = 0; from < beats.length; from += explanationBatch) {
    // The last batch is filled up with its last beat.
    const places = Array.from({ length: explanationBatch }, (_, i) => beats[Math.min(from + i, beats.length - 1)]);
    const { probabilities, rhythmAttention } = await readAll(
      await whole.run(
        prefixed(
          'input',
          mapNamed(rowsOf, (rows) => rows(places)),
        ),
      ),
    );
    for (let i = 0; i < Math.min(explanationBatch, beats.length - from); i++) {
      const byNetworks = probabilities.slice(i * taughtClasses, (i + 1) * taughtClasses);
      seen.push({
        label: byNetworks.indexOf(Math.max(...byNetworks)),
        byNetworks,
        rhythmAttention: rhythmHeads(rhythmAttention, i).map((head) =>
          head.map((share, place) => (isInside(places[i] + place - contextReach, inputs.beats) ? share : NaN)),
        ),
      });
    }
  }
  return seen;
}

type Falls = Pick<BeatReasons, 'byShape' | 'fallWhole' | 'fallTop' | 'fallRandom' | 'isFaithful'>;

/** How the branch's probability falls as a fifth of the beat becomes the template: the most relevant, and any. */
async function fallsOf(
  explainers: readonly TimeExplainer[],
  cases: readonly ExplainedWindow[],
  relevance: readonly Float32Array[],
): Promise<Falls[]> {
  const random = seededRandom(1); // the same beats are always given the same figures
  const windows = cases.map(({ window, baseline }, i) => {
    const order = unitOrder(relevance[i]);
    const removed = (units: Int32Array) => withUnitsOf(baseline, window, units, replacedShare, windowSamples);
    const draws = Array.from({ length: randomDraws }, () => removed(random.shuffle(order.slice())));
    return [window, baseline, removed(order), ...draws];
  });
  const [opinions] = await meanOver(explainers, async (explainer) => [await explainer.opinions(windows.flat())]);
  return cases.map(({ chosen }, i) => {
    const [whole, none, top, ...draws] = windows[i].map(
      (_, k) => opinions[(i * windows[i].length + k) * taughtClasses + chosen],
    );
    const fallTop = whole - top;
    const fallRandom = draws.reduce((sum, p) => sum + (whole - p) / randomDraws, 0);
    const isFaithful = fallTop > clearFall && fallTop > 2 * fallRandom;
    return { byShape: whole, fallWhole: whole - none, fallTop, fallRandom, isFaithful };
  });
}

const isInside = (beat: number, beats: number): boolean => beat >= 0 && beat < beats;

/** Shares of attention that one beat of a batch pays its neighbours, one array a head. */
function rhythmHeads(attention: Float32Array, i: number): Float32Array[] {
  const heads = attention.length / explanationBatch / contextBeats;
  return Array.from({ length: heads }, (_, head) => {
    const at = (i * heads + head) * contextBeats;
    return attention.slice(at, at + contextBeats);
  });
}
