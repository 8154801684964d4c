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
import { crossEntropy, focalLoss } from './loss.ts';
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
  /** Of each beat, unweighted. */
  readonly beatLosses: Float32Array;
}

/** Loss of each beat, (batch), from what the network gives; for networks with more to score than their logits. */
export type Objective<Outputs extends NetworkOutputs> = (outputs: Outputs, targets: tf.Tensor) => tf.Tensor;

/** The whole training step (forward pass, loss, gradients, clipping, optimizer) as one compiled function. */
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
    const compute = stepFunction(network, layout, hyper, objective ?? defaultObjective(hyper), executor.compilesGraphs);
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
   * @param random  draws the dropout masks.
   * @param steps   of the whole training, for the schedule.
   * @throws {Error} when the loss is no number.
   */
  async run(state: TrainingState, batch: Batch, random: Random, steps: number): Promise<StepResult> {
    const { beta1, beta2, averageDecay } = this.#hyper;
    const learningRate = learningRateAt(this.#hyper, state.steps, steps);
    const t = state.steps + 1;
    const held = {
      weights: state.weights,
      firstMoment: state.firstMoment,
      secondMoment: state.secondMoment,
      ...(averageDecay ? { average: state.average ?? state.weights } : {}),
    };
    const outputs = await this.#compiled.run({
      ...held,
      ...prefixed('input', batch.inputs),
      ...prefixed('mask', drawMasks(this.#network, this.#hyper.batch, random)),
      targets: batch.targets,
      beatWeights: batch.beatWeights,
      rates: Float32Array.of(learningRate, 1 - beta1 ** t, 1 - beta2 ** t, averageDecayAt(averageDecay, state.steps)),
    });
    for (const feed of new Set(Object.values(held))) if ('dispose' in feed) feed.dispose();
    const { weights, firstMoment, secondMoment, average, ...reported } = outputs;
    const {
      loss: [loss],
      gradientNorm: [gradientNorm],
      beatLosses,
    } = await readAll(reported);
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm))
      throw new Error(
        `training diverged at step ${t}: loss ${loss}, gradient norm ${gradientNorm}, learning rate ${learningRate}; ` +
          'check the inputs for values that are not numbers, or lower the learning rate',
      );
    return { state: { weights, firstMoment, secondMoment, average, steps: t }, loss, gradientNorm, beatLosses };
  }

  dispose = (): Promise<void> => this.#compiled.dispose();
}

const defaultObjective =
  ({ loss, focalGamma }: HyperParameters): Objective<NetworkOutputs> =>
  ({ logits }, targets) =>
    (loss === 'focal' ? focalLoss(focalGamma) : crossEntropy)(logits, targets);

function stepInputs(network: Network, layout: WeightLayout, { batch, averageDecay }: HyperParameters) {
  const float = (...shape: number[]): TensorSpec => ({ shape, dtype: 'float32' });
  const masks = mapNamed(network.dropouts, ({ shape }) => float(batch, ...shape));
  return {
    ...inputSpecs(network, batch),
    ...prefixed('mask', masks),
    targets: float(batch, network.classes),
    beatWeights: float(batch),
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
    const release = (tensor: tf.Tensor) => {
      const copy = tf.clone(tensor);
      tensor.dispose();
      return copy;
    };
    const beatLosses = release(kept.beatLosses!);
    const followed = mapNamed(kept.statistics, release);

    const flat = tf.concat(grads.map((gradient) => tf.reshape(gradient, [-1])));
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
      ...(hyper.averageDecay ? { average: tf.add(weights, tf.mul(tf.sub(given.average, weights), decay)) } : {}),
    };
  };
}

function drawMasks({ dropouts }: Network, batch: number, random: Random): Record<string, Float32Array> {
  return mapNamed(dropouts, ({ shape, rate }) => {
    const mask = new Float32Array(batch * sizeOf(shape));
    for (let i = 0; i < mask.length; i++) if (random.uniform() >= rate) mask[i] = 1 / (1 - rate);
    return mask;
  });
}
