import type { CompiledFunction, Executor, TensorSpec } from '../executors/executor.ts';
import { tf } from '../executors/tensorflow.ts';
import type { Network } from '../network/network.ts';
import type { Weights } from '../weights/weights.ts';
import type { TokenSpan } from './token-attention.ts';

/** A network whose only input is a stretch of signal, (samples, ...), as explanation sees it. */
export interface TimeNetwork {
  readonly network: Network;
  /** Samples that each of its tokens stands for. */
  readonly spans: readonly TokenSpan[];
  /** Classes that count as one with each class, itself among them; each alone where left out. */
  readonly sameAs?: readonly (readonly number[])[];
}

/** Rows of the batches that compiled functions take. */
export const opinionBatch = 96;
export const explanationBatch = 12; // about as many beats as a screen shows

/** Points between baseline and beat at which integrated gradients take the slope: 12 add up to within a tenth. */
const integrationSteps = 12;
/** Samples that occlusion replaces together, and from one patch to the next: the best of several by deletion on DS1. */
const patchSamples = 8;
const patchStride = 4;

/** What occlusion replaces: stretches that overlap, each half-open. */
export const patchesOf = (samples: number): TokenSpan[] =>
  Array.from({ length: Math.max(1, Math.ceil((samples - patchSamples) / patchStride) + 1) }, (_, i) => ({
    fromSample: i * patchStride,
    toSample: Math.min(samples, i * patchStride + patchSamples),
  }));

/** Everything that explanation computes on the network itself; one compiled function for each, made when first asked for. */
export type TimeFunctionName = 'opinions' | 'integrated' | 'occluded' | 'local';

type Forward = (windows: tf.Tensor, watch?: (place: string, x: tf.Tensor) => tf.Tensor) => tf.Tensor;
type Given = Readonly<Record<string, tf.Tensor>>;

/** Compiles one of the functions for a network with its weights built in. */
export function compileTimeFunction(
  executor: Executor,
  { network }: TimeNetwork,
  weights: Weights,
  name: TimeFunctionName,
): Promise<CompiledFunction> {
  const [[input, shape]] = Object.entries(network.inputs);
  const functions: Readonly<Record<TimeFunctionName, (forward: Forward, given: Given) => Record<string, tf.Tensor>>> = {
    opinions: (forward, { windows }) => ({ opinions: tf.softmax(forward(windows)) }),
    integrated: (forward, { window, baseline, chosen }) => ({
      values: integrated((path, rows) => logOdds(forward(path), rows), window, baseline, chosen),
    }),
    occluded: (forward, { window, baseline, chosen }) => ({
      probabilities: occluded((changed, rows) => probabilityOf(forward(changed), rows), window, baseline, chosen),
    }),
    local: (forward, { window, chosen }) => slopesWithin(forward, (logits) => logOdds(logits, chosen), window),
  };
  const rows = (count: number, of: readonly number[] = shape): TensorSpec => ({
    shape: [count, ...of],
    dtype: 'float32',
  });
  const one = { window: rows(explanationBatch), chosen: rows(explanationBatch, [network.classes]) };
  const specs: Readonly<Record<TimeFunctionName, Record<string, TensorSpec>>> = {
    opinions: { windows: rows(opinionBatch) },
    integrated: { ...one, baseline: one.window },
    occluded: { ...one, baseline: one.window },
    local: one,
  };
  return executor.compile(
    (given, constants) =>
      functions[name](
        (windows, watch) =>
          network.forward({ weights: constants, inputs: { [input]: windows }, ...(watch ? { watch } : {}) }).logits,
        given,
      ),
    specs[name],
    weights,
  );
}

type Judge = (windows: tf.Tensor, chosen: tf.Tensor) => tf.Tensor;

/**
 * Integrated gradients (Sundararajan 2017) from baseline to window, (batch, samples), other axes added up: all samples
 * together sum to what the judgement changes by.
 */
function integrated(judge: Judge, window: tf.Tensor, baseline: tf.Tensor, chosen: tf.Tensor): tf.Tensor {
  const [batch, ...shape] = window.shape;
  const ones = shape.map(() => 1);
  const difference = tf.sub(window, baseline);
  const middles = Array.from({ length: integrationSteps }, (_, i) => (i + 0.5) / integrationSteps);
  const shares = tf.tensor(middles, [integrationSteps, 1, ...ones]);
  const path = tf.add(tf.expandDims(baseline, 0), tf.mul(shares, tf.expandDims(difference, 0)));
  const rows = tf.tile(chosen, [integrationSteps, 1]);
  const slopes = tf.grad((x) => tf.sum(judge(x, rows)))(tf.reshape(path, [integrationSteps * batch, ...shape]));
  const slope = tf.mean(tf.reshape(slopes, [integrationSteps, batch, ...shape]), 0); // (batch, samples, ...)
  const values = tf.mul(slope, difference);
  return shape.length > 1
    ? tf.sum(
        values,
        [...shape.keys()].slice(1).map((axis) => axis + 1),
      )
    : values;
}

/** The probability with each patch of the window replaced by the baseline, (patch, batch). */
function occluded(judge: Judge, window: tf.Tensor, baseline: tf.Tensor, chosen: tf.Tensor): tf.Tensor {
  const [batch, samples, ...others] = window.shape;
  const patches = patchesOf(samples);
  const masks = tf.tensor(
    patches.flatMap(({ fromSample, toSample }) =>
      Array.from({ length: samples }, (_, i) => (i >= fromSample && i < toSample ? 1 : 0)),
    ),
    [patches.length, 1, samples, ...others.map(() => 1)],
  );
  const changes = tf.mul(masks, tf.expandDims(tf.sub(baseline, window), 0)); // (patch, batch, samples, ...)
  const changed = tf.reshape(tf.add(tf.expandDims(window, 0), changes), [patches.length * batch, samples, ...others]);
  return tf.reshape(judge(changed, tf.tile(chosen, [patches.length, 1])), [patches.length, batch]);
}

/** What the watched places give, `value <place>`, and the slope of a score by each, `slope <place>`. */
function slopesWithin(
  forward: Forward,
  score: (logits: tf.Tensor) => tf.Tensor,
  window: tf.Tensor,
): Record<string, tf.Tensor> {
  const values: Record<string, tf.Tensor> = {};
  forward(window, (place, x) => (values[place] = x));
  const places = Object.keys(values);
  const slopes = tf.grads((...added: tf.Tensor[]) =>
    tf.sum(score(forward(window, (place, x) => tf.add(x, added[places.indexOf(place)])))),
  )(places.map((place) => tf.zeros(values[place].shape)));
  return Object.fromEntries(
    places.flatMap((place, i) => [
      [`value ${place}`, values[place]],
      [`slope ${place}`, slopes[i]],
    ]),
  );
}

/** Probability of the classes whose rows hold a 1, (batch). */
const probabilityOf = (logits: tf.Tensor, chosen: tf.Tensor): tf.Tensor =>
  tf.sum(tf.mul(tf.softmax(logits), chosen), 1);

/** Logarithm of the probability of these classes over that of the others: it keeps its slope where a network is certain. */
function logOdds(logits: tf.Tensor, chosen: tf.Tensor): tf.Tensor {
  const log = (classes: tf.Tensor) => tf.log(tf.add(probabilityOf(logits, classes), 1e-30));
  return tf.sub(log(chosen), log(tf.sub(1, chosen)));
}
