import type { Random } from '../../domain/random.ts';
import { readAll } from '../executors/executor.ts';
import type { CompiledFunction, Executor, Feed, TensorFunction, TensorSpec } from '../executors/executor.ts';
import { mapNamed, prefixed } from '../executors/named.ts';
import { tf } from '../executors/tensorflow.ts';
import type { Network, NetworkOutputs } from '../network/network.ts';
import { inputSpecs, unflattenTensor } from '../network/predictor.ts';
import { layoutOf, sizeOf } from '../weights/weights.ts';
import type { WeightLayout, Weights } from '../weights/weights.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import { lossNamed, type Objective } from './loss.ts';
import { adamStep, clipByGlobalNorm } from './optimizer.ts';
import { averageDecayAt, learningRateAt } from './schedule.ts';

/** What training moves: flat vectors in the order of the step's layout, on the host or in the executor. */
export interface TrainingState {
  readonly weights: Feed;
  readonly firstMoment: Feed;
  readonly secondMoment: Feed;
  /** Running average of the weights; absent where `averageDecay` is 0. */
  readonly average?: Feed;
  /** Steps done. */
  readonly steps: number;
}

/** One batch: rows of every input, target probabilities (batch, classes), and the weight of each beat (mean 1). */
export interface Batch {
  readonly inputs: Readonly<Record<string, Float32Array>>;
  readonly targets: Float32Array;
  readonly beatWeights: Float32Array;
}

export interface StepResult {
  readonly state: TrainingState;
  /** Of the batch, L2 included. */
  readonly loss: number;
  /** Euclidean norm of all gradients before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** Of each beat, unweighted. */
  readonly beatLosses: Float32Array;
}

/**
 * The whole training step (forward pass, loss, gradients, clipping, optimizer) as one compiled function. With
 * micro-batches it is called once for each part of the batch and hands the gradient gathered so far from call to call;
 * all but the last call move the weights at a rate of zero, which leaves them as they are.
 */
export class TrainingStep {
  readonly layout: WeightLayout;
  readonly #network: Network;
  readonly #hyper: HyperParameters;
  readonly #compiled: CompiledFunction;

  private constructor(network: Network, hyper: HyperParameters, layout: WeightLayout, compiled: CompiledFunction) {
    this.#network = network;
    this.#hyper = hyper;
    this.layout = layout;
    this.#compiled = compiled;
  }

  /** @param objective  the loss that the hyper-parameters name, on the logits, where left out. */
  static async compile<Outputs extends NetworkOutputs>(
    executor: Executor,
    network: Network<Outputs>,
    weights: Weights,
    hyper: HyperParameters,
    objective?: Objective<Outputs>,
  ): Promise<TrainingStep> {
    const layout = layoutOf(weights);
    const compute = stepFunction(network, layout, hyper, objective ?? lossNamed(hyper), executor.compilesGraphs);
    // gains, shifts and biases hold no scale of their own to be kept small
    const decayed = new Float32Array(layout.trainableSize);
    for (const { shape, offset, size } of layout.trainable)
      if (shape.length > 1) decayed.fill(1, offset, offset + size);
    const compiled = await executor.compile(compute, stepInputs(network, layout, hyper), {
      decayed: { shape: [layout.trainableSize], data: decayed },
    });
    return new TrainingStep(network, hyper, layout, compiled);
  }

  /**
   * Takes one step. The state given is used up: its executor tensors are disposed of.
   * Whoever calls looks at the loss: where it is no number, neither are the weights.
   * @param random     draws the dropout masks.
   * @param steps      of the whole training, for the schedule.
   * @param rateShare  of the schedule's learning rate.
   */
  async run(state: TrainingState, batch: Batch, random: Random, steps: number, rateShare = 1): Promise<StepResult> {
    const { beta1, beta2, averageDecay, batch: beats, microBatches } = this.#hyper;
    const learningRate = rateShare * learningRateAt(this.#hyper, state.steps, steps);
    const t = state.steps + 1;
    const corrections = [1 - beta1 ** t, 1 - beta2 ** t, averageDecayAt(averageDecay, state.steps)];
    const rows = {
      ...prefixed('input', batch.inputs),
      ...prefixed('mask', drawMasks(this.#network, beats, random)),
      targets: batch.targets,
      beatWeights: batch.beatWeights,
    };
    const moments = {
      firstMoment: state.firstMoment,
      secondMoment: state.secondMoment,
      ...(averageDecay ? { average: state.average ?? state.weights } : {}),
    };
    let weights = state.weights;
    let gathered: Feed = new Float32Array(microBatches > 1 ? this.layout.trainableSize : 0);
    let loss = 0;
    const beatLosses = new Float32Array(beats);
    for (let part = 0; part < microBatches - 1; part++) {
      const outputs = await this.#compiled.run({
        ...{ ...moments, weights, gathered },
        ...mapNamed(rows, (values) => partOf(values, part, microBatches)),
        rates: Float32Array.of(0, ...corrections),
      });
      const { weights: followed, gathered: sum, loss: partLoss, beatLosses: partLosses, ...unused } = outputs;
      release(Object.values(unused));
      release([gathered, ...(weights === state.weights ? [] : [weights])]);
      [weights, gathered] = [followed, sum];
      const read = await readAll({ partLoss, partLosses });
      loss += read.partLoss[0] / microBatches;
      beatLosses.set(read.partLosses, (part * beats) / microBatches);
    }
    const outputs = await this.#compiled.run({
      ...{ ...moments, weights },
      ...(microBatches > 1 ? { gathered } : {}),
      ...mapNamed(rows, (values) => partOf(values, microBatches - 1, microBatches)),
      rates: Float32Array.of(learningRate, ...corrections),
    });
    release(new Set([...Object.values(moments), state.weights, weights, gathered]));
    const { weights: moved, firstMoment, secondMoment, average, gathered: unused, ...reported } = outputs;
    if (unused) release([unused]);
    const read = await readAll(reported);
    beatLosses.set(read.beatLosses, beats - beats / microBatches);
    return {
      state: { weights: moved, firstMoment, secondMoment, average, steps: t },
      loss: loss + read.loss[0] / microBatches,
      gradientNorm: read.gradientNorm[0],
      learningRate,
      beatLosses,
    };
  }

  dispose = (): Promise<void> => this.#compiled.dispose();
}

const release = (feeds: Iterable<Feed>): void => {
  for (const feed of feeds) if ('dispose' in feed) feed.dispose();
};

/** One of so many equal parts of some rows. */
const partOf = (rows: Float32Array, part: number, parts: number): Float32Array =>
  rows.subarray((part * rows.length) / parts, ((part + 1) * rows.length) / parts);

function stepInputs(network: Network, layout: WeightLayout, { batch, microBatches, averageDecay }: HyperParameters) {
  const float = (...shape: number[]): TensorSpec => ({ shape, dtype: 'float32' });
  const beats = batch / microBatches;
  const masks = mapNamed(network.dropouts, ({ shape }) => float(beats, ...shape));
  return {
    ...inputSpecs(network, beats),
    ...prefixed('mask', masks),
    targets: float(beats, network.classes),
    beatWeights: float(beats),
    ...(microBatches > 1 ? { gathered: float(layout.trainableSize) } : {}),
    rates: float(4),
    weights: float(layout.size),
    firstMoment: float(layout.trainableSize),
    secondMoment: float(layout.trainableSize),
    ...(averageDecay ? { average: float(layout.size) } : {}),
  };
}

function stepFunction<Outputs extends NetworkOutputs>(
  network: Network<Outputs>,
  layout: WeightLayout,
  hyper: HyperParameters,
  objective: Objective<Outputs>,
  isCompiled: boolean,
): TensorFunction {
  return (given, { decayed }) => {
    const inputs = mapNamed(network.inputs, (_, name) => given[`input ${name}`]);
    const masks = mapNamed(network.dropouts, (_, name) => given[`mask ${name}`]);
    const [trainable, running] = layout.statistics.length
      ? tf.split(given.weights, [layout.trainableSize, layout.size - layout.trainableSize])
      : [given.weights, undefined];
    const statistics = running ? unflattenTensor(running, layout.statistics) : {};

    const kept: { beatLosses?: tf.Tensor; statistics: Record<string, tf.Tensor> } = { statistics: {} };
    const lossOf = (...parts: tf.Tensor[]): tf.Scalar => {
      const weights = { ...statistics, ...Object.fromEntries(layout.trainable.map(({ name }, i) => [name, parts[i]])) };
      const after: Record<string, tf.Tensor> = {};
      const outputs = network.forward({ weights, inputs, training: { masks, statistics: after, isCompiled } });
      const beatLosses = objective(outputs, given.targets);
      // what leaves the differentiated function beside its value must be kept by hand
      kept.beatLosses = tf.keep(beatLosses);
      kept.statistics = mapNamed(after, (value) => tf.keep(value));
      return tf.mean(tf.mul(beatLosses, given.beatWeights));
    };
    const parts = unflattenTensor(trainable, layout.trainable);
    const { value, grads } = tf.valueAndGrads(lossOf)(layout.trainable.map(({ name }) => parts[name]));
    const takeOut = (tensor: tf.Tensor) => {
      const copy = tf.clone(tensor);
      tensor.dispose();
      return copy;
    };
    const beatLosses = takeOut(kept.beatLosses!);
    const followed = mapNamed(kept.statistics, takeOut);

    const own = tf.concat(grads.map((gradient) => tf.reshape(gradient, [-1])));
    const flat = given.gathered ? tf.add(given.gathered, tf.div(own, hyper.microBatches)) : own;
    const decaying = tf.mul(trainable, decayed);
    const loss = hyper.l2 ? tf.add(value, tf.mul(tf.sum(tf.square(decaying)), hyper.l2 / 2)) : value;
    const clipped = clipByGlobalNorm(hyper.l2 ? tf.add(flat, tf.mul(decaying, hyper.l2)) : flat, hyper.clipNorm);
    const [learningRate, firstCorrection, secondCorrection, decay] = tf.split(given.rates, 4);
    const moved = adamStep(
      { weights: trainable, first: given.firstMoment, second: given.secondMoment },
      clipped.gradient,
      decayed,
      { learningRate, firstCorrection, secondCorrection },
      hyper,
    );
    const newStatistics = layout.statistics.map(({ name }) => tf.reshape(followed[name] ?? statistics[name], [-1]));
    const weights = newStatistics.length ? tf.concat([moved.weights, ...newStatistics]) : moved.weights;
    return {
      loss,
      beatLosses,
      gradientNorm: clipped.norm,
      weights,
      firstMoment: moved.first,
      secondMoment: moved.second,
      ...(given.gathered ? { gathered: flat } : {}),
      ...(hyper.averageDecay ? { average: tf.add(weights, tf.mul(tf.sub(given.average, weights), decay)) } : {}),
    };
  };
}

function drawMasks({ dropouts }: Network, batch: number, random: Random): Record<string, Float32Array> {
  return mapNamed(dropouts, ({ shape, rate }) => {
    const mask = new Float32Array(batch * sizeOf(shape)).fill(1 / (1 - rate));
    // from one dropped value to the next: one draw for each that is dropped instead of one for each value
    const gap = () => Math.floor(Math.log(1 - random.uniform()) / Math.log(1 - rate));
    for (let i = gap(); i < mask.length; i += 1 + gap()) mask[i] = 0;
    return mask;
  });
}
