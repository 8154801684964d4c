import {
  explanationMethods,
  type ExplanationFigures,
  type ExplanationMethod,
  type MethodFigures,
  type RemovalCurves,
} from '../../domain/explanation.ts';
import type { Random } from '../../domain/random.ts';
import type { Executor } from '../executors/executor.ts';
import type { Weights } from '../weights/weights.ts';
import { rankCorrelation } from './rank-correlation.ts';
import { curvesOf, meanCurves, removalWindows, removedShares, unitOrder, unitSums } from './removal.ts';
import { meanOver, TimeExplainer, type ExplainedWindow } from './time-explainer.ts';
import type { TimeNetwork } from './time-functions.ts';

export interface CheckRun {
  readonly executor: Executor;
  readonly random: Random;
  /** @param share  of the whole check that is done. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/** Random orders whose mean is the measure of doing no better than chance. */
const randomOrders = 3;

/**
 * Checks every method on networks that differ by their seed alone and whose mean probability is the answer:
 * - deletion and insertion (Petsiuk 2018) of the mean explanation, beside random order and plain sizes of the signal;
 * - the cascade of Adebayo 2018 on the first network: its parts drawn anew from the last to the first;
 * - agreement of the networks with each other;
 * - completeness of integrated gradients.
 * @throws {RangeError} without a case or a network.
 */
export async function checkMethods(
  subject: TimeNetwork,
  networks: readonly Weights[],
  cases: readonly ExplainedWindow[],
  { executor, random, onProgress, signal }: CheckRun,
): Promise<Omit<ExplanationFigures, 'source' | 'beats' | 'byClass'>> {
  if (cases.length === 0 || networks.length === 0)
    throw new RangeError(`nothing to check: ${cases.length} windows, ${networks.length} networks`);
  const explainers = networks.map((weights) => new TimeExplainer(executor, subject, weights));
  const { samples } = explainers[0];
  const { classes } = subject.network;
  const drawn = subject.network.initialWeights(random);
  const layers = partsFromLast(drawn);
  const steps = explanationMethods.length * (2 + layers.length) + randomOrders + 2;
  let done = 0;
  const step = () => {
    signal?.throwIfAborted();
    onProgress?.(++done / steps);
  };

  const curvesIn = async (orderOf: (one: ExplainedWindow, i: number) => Int32Array): Promise<RemovalCurves> => {
    const windows = cases.map((one, i) => removalWindows(one, orderOf(one, i), samples));
    const [opinions] = await meanOver(explainers, async (explainer) => [await explainer.opinions(windows.flat())]);
    const points = windows[0].length;
    step();
    return curvesOf(
      cases.map(({ chosen }, i) =>
        Float32Array.from({ length: points }, (_, k) => opinions[(i * points + k) * classes + chosen]),
      ),
    );
  };

  try {
    const ofEach: Record<string, Float32Array[][]> = {};
    for (const method of explanationMethods) {
      ofEach[method] = [];
      for (const explainer of explainers) ofEach[method].push(await explainer.relevance(method, cases));
      step();
    }
    const randomCurves: RemovalCurves[] = [];
    for (let i = 0; i < randomOrders; i++)
      randomCurves.push(await curvesIn(({ window }) => random.shuffle(unitOrder(sizes(window, samples)))));
    const signalCurves = await curvesIn(({ window }) => unitOrder(sizes(window, samples)));
    const distance = await curvesIn(({ window, baseline }) =>
      unitOrder(
        sizes(
          window.map((value, i) => value - baseline[i]),
          samples,
        ),
      ),
    );

    const randomized = await cascade(executor, subject, networks[0], drawn, cases, step);
    const methods: Partial<Record<ExplanationMethod, MethodFigures>> = {};
    for (const method of explanationMethods) {
      const each = ofEach[method];
      const mean = cases.map((_, i) => each[0][i].map((_v, s) => each.reduce((sum, of) => sum + of[i][s], 0)));
      methods[method] = {
        ...(await curvesIn((_, i) => unitOrder(mean[i]))),
        randomized: randomized.map((of) => correlationOf(ofEach[method][0], of[method])),
        agreement: each.length > 1 ? agreementOf(each) : null,
        completenessError:
          method === 'integrated-gradients' ? await completenessError(explainers, cases, classes, each) : null,
      };
    }
    return {
      shares: removedShares,
      ...{ random: meanCurves(randomCurves), signal: signalCurves, distance, layers },
      methods: methods as Record<ExplanationMethod, MethodFigures>,
    };
  } finally {
    for (const explainer of explainers) await explainer.dispose();
  }
}

/** Explanations by every method after each part of a network, from the last to the first, was drawn anew. */
async function cascade(
  executor: Executor,
  subject: TimeNetwork,
  trained: Weights,
  drawn: Weights,
  cases: readonly ExplainedWindow[],
  step: () => void,
): Promise<Record<ExplanationMethod, Float32Array[]>[]> {
  const all: Record<ExplanationMethod, Float32Array[]>[] = [];
  let weights = trained;
  for (const part of partsFromLast(drawn)) {
    const anew = Object.entries(drawn).filter(([name]) => partOf(name) === part);
    weights = { ...weights, ...Object.fromEntries(anew) };
    const explainer = new TimeExplainer(executor, subject, weights);
    try {
      const found: Partial<Record<ExplanationMethod, Float32Array[]>> = {};
      for (const method of explanationMethods) {
        found[method] = await explainer.relevance(method, cases);
        step();
      }
      all.push(found as Record<ExplanationMethod, Float32Array[]>);
    } finally {
      await explainer.dispose();
    }
  }
  return all;
}

const partOf = (weight: string): string => weight.split('.')[0];
/** Weights are drawn in the order in which a network runs. */
const partsFromLast = (weights: Weights): string[] => [...new Set(Object.keys(weights).map(partOf))].reverse();

/** Size of each sample, other axes added up. */
function sizes(window: Float32Array, samples: number): Float32Array {
  const width = window.length / samples;
  const found = new Float32Array(samples);
  window.forEach((value, i) => (found[Math.floor(i / width)] += Math.abs(value)));
  return found;
}

const correlationOf = (a: readonly Float32Array[], b: readonly Float32Array[]): number =>
  a.reduce((total, one, i) => total + rankCorrelation(unitSums(one), unitSums(b[i])), 0) / a.length;

/** Mean correlation over pairs of networks. */
function agreementOf(each: readonly (readonly Float32Array[])[]): number {
  const pairs = each.flatMap((a, i) => each.slice(i + 1).map((b) => correlationOf(a, b)));
  return sum(pairs) / pairs.length;
}

/** Mean distance of each network's integrated gradients from the change of its log-odds, in parts of the mean change. */
async function completenessError(
  explainers: readonly TimeExplainer[],
  cases: readonly ExplainedWindow[],
  classes: number,
  ofEach: readonly (readonly Float32Array[])[],
): Promise<number> {
  const windows = cases.flatMap(({ window, baseline }) => [window, baseline]);
  let [apart, change] = [0, 0];
  for (const [network, explainer] of explainers.entries()) {
    const logOdds = await explainer.logOdds(windows);
    cases.forEach(({ chosen }, i) => {
      const moved = logOdds[2 * i * classes + chosen] - logOdds[(2 * i + 1) * classes + chosen];
      apart += Math.abs(sum(ofEach[network][i]) - moved);
      change += Math.abs(moved);
    });
  }
  return change === 0 ? 0 : apart / change;
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0);
