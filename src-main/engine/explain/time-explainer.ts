import type { ExplanationMethod } from '../../domain/explanation.ts';
import { readAll, type CompiledFunction, type Executor } from '../executors/executor.ts';
import { tokenPlace } from '../network/network.ts';
import type { Weights } from '../weights/weights.ts';
import {
  compileTimeFunction,
  explanationBatch,
  opinionBatch,
  patchesOf,
  type TimeFunctionName,
  type TimeNetwork,
} from './time-functions.ts';
import {
  attentionOverSamples,
  gradCam,
  gradientWeightedAttention,
  layersAmong,
  meanAttention,
  rolledOut,
  spreadOverSamples,
  type HeadAttention,
} from './token-attention.ts';

/** A window to explain, what it is compared with, and the class that is explained. */
export interface ExplainedWindow {
  readonly window: Float32Array;
  /** Of the same shape: what a window would look like if there were nothing to explain. */
  readonly baseline: Float32Array;
  readonly chosen: number;
}

/**
 * Explains one trained network on the time axis of its input. Opinions are probabilities; every method gives one value
 * a sample, the larger the more the sample matters to the chosen class:
 * - occlusion: fall of the probability when patches become the baseline, mean over the patches that cover a sample;
 * - integrated gradients of the log-odds from the baseline (Sundararajan 2017); they may be negative;
 * - Grad-CAM on the last residual block (Selvaraju 2017), of the log-odds;
 * - gradient-weighted attention relevance (Chefer 2021) of the log-odds, mean over queries;
 * - attention rollout (Abnar and Zuidema 2020) and raw attention, mean over queries and heads: where it looked.
 */
export class TimeExplainer {
  readonly #executor: Executor;
  readonly #subject: TimeNetwork;
  readonly #weights: Weights;
  readonly #compiled = new Map<TimeFunctionName, Promise<CompiledFunction>>();
  readonly samples: number;

  constructor(executor: Executor, subject: TimeNetwork, weights: Weights) {
    this.#executor = executor;
    this.#subject = subject;
    this.#weights = weights;
    [[this.samples]] = Object.values(subject.network.inputs);
  }

  /** (window, class) probabilities, row-major; of all classes that count as one with each. */
  async opinions(windows: readonly Float32Array[]): Promise<Float32Array> {
    const { network, sameAs } = this.#subject;
    const { classes } = network;
    const raw = await this.#softmax(windows);
    if (!sameAs) return raw;
    return raw.map((_, i) => sameAs[i % classes].reduce((sum, of) => sum + raw[i - (i % classes) + of], 0));
  }

  async #softmax(windows: readonly Float32Array[]): Promise<Float32Array> {
    const { classes } = this.#subject.network;
    const opinions = new Float32Array(windows.length * classes);
    for (let from = 0; from < windows.length; from += opinionBatch) {
      const part = windows.slice(from, from + opinionBatch);
      const found = await this.#run('opinions', { windows: joined(part, opinionBatch) });
      opinions.set(found.opinions.subarray(0, part.length * classes), from * classes);
    }
    return opinions;
  }

  /** The same as log-odds, without the loss of certainty that a probability near 1 has. */
  async logOdds(windows: readonly Float32Array[]): Promise<Float32Array> {
    const { classes } = this.#subject.network;
    const same = this.#subject.sameAs ?? Array.from({ length: classes }, (_, c) => [c]);
    const raw = await this.#softmax(windows);
    return raw.map((_, i) => {
      const row = raw.subarray(i - (i % classes), i - (i % classes) + classes);
      let [own, others] = [1e-30, 1e-30];
      row.forEach((p, c) => (same[i % classes].includes(c) ? (own += p) : (others += p)));
      return Math.log(own / others);
    });
  }

  async relevance(method: ExplanationMethod, cases: readonly ExplainedWindow[]): Promise<Float32Array[]> {
    if (method === 'occlusion') return this.#occlusion(cases);
    if (method === 'integrated-gradients')
      return this.#inBatches(cases, 'integrated', ({ values }, i) =>
        values.slice(i * this.samples, (i + 1) * this.samples),
      );
    const { spans } = this.#subject;
    return this.#inBatches(cases, 'local', (outputs, i) => {
      const layers = () => layersAmong(outputs, explanationBatch, spans.length);
      const tokens = {
        'grad-cam': () =>
          gradCam(outputs[`value ${tokenPlace}`], outputs[`slope ${tokenPlace}`], explanationBatch, spans.length, i),
        'attention-relevance': () => gradientWeightedAttention(layers(), i),
        'attention-rollout': () => rolledOut(layers(), i),
        attention: () => meanAttention(layers(), i),
      }[method]();
      return spreadOverSamples(tokens, spans, this.samples);
    });
  }

  /** Attention of every layer and head of each window. */
  attention(cases: readonly ExplainedWindow[]): Promise<HeadAttention[][]> {
    const { spans } = this.#subject;
    return this.#inBatches(cases, 'local', (outputs, i) =>
      attentionOverSamples(layersAmong(outputs, explanationBatch, spans.length), i, spans, this.samples),
    );
  }

  async dispose(): Promise<void> {
    for (const compiled of this.#compiled.values()) await (await compiled).dispose();
    this.#compiled.clear();
  }

  async #occlusion(cases: readonly ExplainedWindow[]): Promise<Float32Array[]> {
    const { classes } = this.#subject.network;
    const patches = patchesOf(this.samples);
    const covers = new Float32Array(this.samples);
    for (const { fromSample, toSample } of patches) for (let s = fromSample; s < toSample; s++) covers[s]++;
    const whole = await this.opinions(cases.map(({ window }) => window));
    return this.#inBatches(cases, 'occluded', ({ probabilities }, i, place) => {
      const before = whole[place * classes + cases[place].chosen];
      const falls = new Float32Array(this.samples);
      patches.forEach(({ fromSample, toSample }, patch) => {
        const fall = before - probabilities[patch * explanationBatch + i];
        for (let s = fromSample; s < toSample; s++) falls[s] += fall / covers[s];
      });
      return falls;
    });
  }

  /** Runs a function over all cases; `give` reads the answer of the i-th row of a batch, a place among all cases. */
  async #inBatches<Answer>(
    cases: readonly ExplainedWindow[],
    name: Exclude<TimeFunctionName, 'opinions'>,
    give: (outputs: Readonly<Record<string, Float32Array>>, i: number, place: number) => Answer,
  ): Promise<Answer[]> {
    const { classes } = this.#subject.network;
    const answers: Answer[] = [];
    for (let from = 0; from < cases.length; from += explanationBatch) {
      const part = cases.slice(from, from + explanationBatch);
      const chosen = new Float32Array(explanationBatch * classes);
      part.forEach((one, i) => {
        for (const same of this.#subject.sameAs?.[one.chosen] ?? [one.chosen]) chosen[i * classes + same] = 1;
      });
      const window = joined(
        part.map((one) => one.window),
        explanationBatch,
      );
      const baseline = joined(
        part.map((one) => one.baseline),
        explanationBatch,
      );
      const outputs = await this.#run(name, { window, chosen, ...(name === 'local' ? {} : { baseline }) });
      part.forEach((_, i) => answers.push(give(outputs, i, from + i)));
    }
    return answers;
  }

  async #run(name: TimeFunctionName, feeds: Readonly<Record<string, Float32Array>>) {
    let compiled = this.#compiled.get(name);
    if (!compiled) {
      compiled = compileTimeFunction(this.#executor, this.#subject, this.#weights, name);
      this.#compiled.set(name, compiled);
    }
    return readAll(await (await compiled).run(feeds));
  }
}

/** Rows one after the other, zeros where there are fewer than a batch. */
function joined(rows: readonly Float32Array[], batch: number): Float32Array {
  const all = new Float32Array(batch * (rows[0]?.length ?? 0));
  rows.forEach((row, i) => all.set(row, i * row.length));
  return all;
}

/**
 * The mean over networks of what each says of every window: of occlusion the fall of their mean probability, of
 * integrated gradients the change of their mean log-odds.
 */
export async function meanOver<Value extends Float32Array>(
  explainers: readonly TimeExplainer[],
  ask: (explainer: TimeExplainer) => Promise<readonly Value[]>,
): Promise<Float32Array[]> {
  const all: (readonly Value[])[] = [];
  for (const explainer of explainers) all.push(await ask(explainer));
  return all[0].map((first, i) => first.map((_, k) => all.reduce((sum, rows) => sum + rows[i][k], 0) / all.length));
}
