import type { CompiledFunction, CompileOptions, Executor, Feed, TensorSpec } from '../executors/executor.ts';
import { readAll } from '../executors/executor.ts';
import { mapNamed, prefixed } from '../executors/named.ts';
import { tf } from '../executors/tensorflow.ts';
import { sizeOf } from '../weights/weights.ts';
import type { WeightLayout, WeightSlot, Weights } from '../weights/weights.ts';
import type { Network } from './network.ts';

/** Gives class probabilities of any number of beats, a batch at a time. */
export interface Predictor {
  readonly batch: number;
  /**
   * @param inputs  rows of every input of the network, row-major, of equally many beats.
   * @returns       (beat, class) row-major, each row summing to 1.
   * @throws {RangeError} when an input's length is no whole number of beats, or inputs differ in theirs.
   */
  predict(inputs: BeatInputs, signal?: AbortSignal): Promise<Float32Array>;
  dispose(): Promise<void>;
}
export type BeatInputs = Readonly<Record<string, Float32Array>>;

/** Beats of one call: with more, what a layer hands to the next falls out of the processor's cache. */
export const predictionBatch = 64;

/** A predictor with its weights built in, for use; its graph is simplified around them. */
export async function compilePredictor(
  executor: Executor,
  network: Network,
  weights: Weights,
  batch: number,
  options?: CompileOptions,
): Promise<Predictor> {
  const compiled = await executor.compile(
    (given, constants) => ({
      probabilities: tf.softmax(
        network.forward({ weights: constants, inputs: mapNamed(network.inputs, (_, name) => given[`input ${name}`]) })
          .logits,
      ),
    }),
    inputSpecs(network, batch),
    weights,
    options,
  );
  return new BatchPredictor(network, compiled, batch, {});
}

/** Predicts with whatever weights it is given, as a flat vector. */
export interface FlatPredictor {
  withWeights(flat: Feed): Pick<Predictor, 'predict'>;
  dispose(): Promise<void>;
}

/** A predictor for training, where the weights change from call to call. */
export async function compileFlatPredictor(
  executor: Executor,
  network: Network,
  layout: WeightLayout,
  batch: number,
): Promise<FlatPredictor> {
  const compiled = await executor.compile(
    (given) => ({
      probabilities: tf.softmax(
        network.forward({
          weights: unflattenTensor(given.weights, [...layout.trainable, ...layout.statistics]),
          inputs: mapNamed(network.inputs, (_, name) => given[`input ${name}`]),
        }).logits,
      ),
    }),
    { ...inputSpecs(network, batch), weights: { shape: [layout.size], dtype: 'float32' } },
  );
  return {
    withWeights: (flat) => new BatchPredictor(network, compiled, batch, { weights: flat }),
    dispose: () => compiled.dispose(),
  };
}

/** A flat vector's parts as tensors of their shapes. */
export function unflattenTensor(flat: tf.Tensor, slots: readonly WeightSlot[]): Record<string, tf.Tensor> {
  const parts = tf.split(
    flat,
    slots.map(({ size }) => size),
  );
  return Object.fromEntries(slots.map(({ name, shape }, i) => [name, tf.reshape(parts[i], [...shape])]));
}

/** What a compiled function of that network takes: `input <name>`, (batch, ...). */
export const inputSpecs = (network: Network, batch: number): Record<string, TensorSpec> =>
  prefixed(
    'input',
    mapNamed(network.inputs, (shape) => ({ shape: [batch, ...shape], dtype: 'float32' as const })),
  );

/** Beats in a set of inputs. @throws {RangeError} where they are no whole number or differ. */
export function countBeats(network: Network, inputs: BeatInputs): number {
  const counts = mapNamed(network.inputs, (shape, name) => {
    if (!inputs[name]) throw new RangeError(`input ${name} is missing`);
    return inputs[name].length / sizeOf(shape);
  });
  const [first = 0, ...others] = Object.values(counts);
  if (!Number.isInteger(first) || others.some((count) => count !== first))
    throw new RangeError(`inputs must hold equally many whole beats, but hold ${JSON.stringify(counts)}`);
  return first;
}

class BatchPredictor implements Predictor {
  readonly batch: number;
  readonly #network: Network;
  readonly #compiled: CompiledFunction;
  readonly #feeds: Readonly<Record<string, Feed>>;

  constructor(network: Network, compiled: CompiledFunction, batch: number, feeds: Readonly<Record<string, Feed>>) {
    this.batch = batch;
    this.#network = network;
    this.#compiled = compiled;
    this.#feeds = feeds;
  }

  predict = async (inputs: BeatInputs, signal?: AbortSignal): Promise<Float32Array> => {
    const beats = countBeats(this.#network, inputs);
    const { classes } = this.#network;
    const probabilities = new Float32Array(beats * classes);
    for (let from = 0; from < beats; from += this.batch) {
      signal?.throwIfAborted();
      const part = mapNamed(this.#network.inputs, (shape, name) => {
        const width = sizeOf(shape);
        const rows = inputs[name].subarray(from * width, (from + this.batch) * width);
        if (rows.length === this.batch * width) return rows;
        const padded = new Float32Array(this.batch * width); // the last batch is filled up with zeros
        padded.set(rows);
        return padded;
      });
      const outputs = await readAll(await this.#compiled.run({ ...prefixed('input', part), ...this.#feeds }));
      const wanted = Math.min(this.batch, beats - from) * classes;
      probabilities.set(outputs.probabilities.subarray(0, wanted), from * classes);
    }
    return probabilities;
  };

  dispose = (): Promise<void> => this.#compiled.dispose();
}
