import type { Random } from '../../domain/random.ts';
import { readAll } from '../executors/executor.ts';
import type { CompiledFunction, Executor, Feed, Outputs, TensorFunction, TensorSpec } from '../executors/executor.ts';
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
 * A training step as two compiled functions: the gradient of a batch, or of each of its equal parts, at the same time
 * where the executor has more than one copy of the function; then one move of the weights by the mean of all parts.
 */
export class TrainingStep {
  readonly layout: WeightLayout;
  readonly #network: Network;
  readonly #hyper: HyperParameters;
  /** Copies of one function. */
  readonly #gradients: readonly CompiledFunction[];
  readonly #move: CompiledFunction;

  private constructor(
    { network, hyper, layout }: Stepping,
    gradients: readonly CompiledFunction[],
    move: CompiledFunction,
  ) {
    this.#network = network;
    this.#hyper = hyper;
    this.layout = layout;
    this.#gradients = gradients;
    this.#move = move;
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
    const stepping = { network, hyper, layout };
    const gradient = gradientFunction(stepping, objective ?? lossNamed(hyper), executor.compilesGraphs);
    const gradientInputs = gradientInputsOf(stepping);
    const gradients =
      hyper.microBatches > 1 && executor.compileCopies
        ? await executor.compileCopies(hyper.microBatches, gradient, gradientInputs)
        : [await executor.compile(gradient, gradientInputs)];
    // gains, shifts and biases hold no scale of their own to be kept small
    const decayed = new Float32Array(layout.trainableSize);
    for (const { shape, offset, size } of layout.trainable)
      if (shape.length > 1) decayed.fill(1, offset, offset + size);
    const move = await executor.compile(moveFunction(stepping), moveInputsOf(stepping), {
      decayed: { shape: [layout.trainableSize], data: decayed },
    });
    return new TrainingStep({ network: network as Network, hyper, layout }, gradients, move);
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
    const { weights } = state;
    const rows = {
      ...prefixed('input', batch.inputs),
      ...prefixed('mask', drawMasks(this.#network, beats, random)),
      targets: batch.targets,
      beatWeights: batch.beatWeights,
    };
    const calls = Array.from({ length: microBatches }, (_, part) =>
      this.#gradients[part % this.#gradients.length].run({
        ...{ weights, ...mapNamed(rows, (values) => partOf(values, part, microBatches)) },
      }),
    );
    await Promise.allSettled(calls); // one that fails must not leave the others at work
    const parts = await Promise.all(calls);
    const moments = {
      firstMoment: state.firstMoment,
      secondMoment: state.secondMoment,
      ...(averageDecay ? { average: state.average ?? weights } : {}),
    };
    const ofParts = parts.map(({ gradient, statistics }, part) => ({
      [`gradient ${part}`]: gradient,
      ...(statistics ? { [`statistics ${part}`]: statistics } : {}),
    }));
    const outputs = await this.#move.run({
      ...{ ...moments, weights },
      ...(Object.assign({}, ...ofParts) as Outputs),
      rates: Float32Array.of(learningRate, 1 - beta1 ** t, 1 - beta2 ** t, averageDecayAt(averageDecay, state.steps)),
    });
    release(new Set([...Object.values(moments), weights, ...ofParts.flatMap((each) => Object.values<Feed>(each))]));
    const { weights: moved, firstMoment, secondMoment, average, ...reported } = outputs;
    const { gradientNorm, penalty } = await readAll(reported);
    let loss = penalty[0];
    const beatLosses = new Float32Array(beats);
    for (const [part, { loss: partLoss, beatLosses: partLosses }] of parts.entries()) {
      const read = await readAll({ partLoss, partLosses });
      loss += read.partLoss[0] / microBatches;
      beatLosses.set(read.partLosses, (part * beats) / microBatches);
    }
    return {
      state: { weights: moved, firstMoment, secondMoment, average, steps: t },
      ...{ loss, gradientNorm: gradientNorm[0], learningRate, beatLosses },
    };
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#move, ...this.#gradients].map((compiled) => compiled.dispose()));
  }
}

const release = (feeds: Iterable<Feed>): void => {
  for (const feed of feeds) if ('dispose' in feed) feed.dispose();
};

/** One of so many equal parts of some rows. */
const partOf = (rows: Float32Array, part: number, parts: number): Float32Array =>
  rows.subarray((part * rows.length) / parts, ((part + 1) * rows.length) / parts);

/** What both functions of a step are made for. */
interface Stepping<Outputs extends NetworkOutputs = NetworkOutputs> {
  readonly network: Network<Outputs>;
  readonly hyper: HyperParameters;
  readonly layout: WeightLayout;
}
const float = (...shape: number[]): TensorSpec => ({ shape, dtype: 'float32' });
const numbered = <Value>(kind: string, count: number, value: Value): Record<string, Value> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${kind} ${i}`, value]));

function gradientInputsOf<Outputs extends NetworkOutputs>({ network, hyper, layout }: Stepping<Outputs>) {
  const beats = hyper.batch / hyper.microBatches;
  return {
    ...inputSpecs(network, beats),
    ...prefixed(
      'mask',
      mapNamed(network.dropouts, ({ shape }) => float(beats, ...shape)),
    ),
    targets: float(beats, network.classes),
    beatWeights: float(beats),
    weights: float(layout.size),
  };
}

/** Of a part of the batch: its loss and that of each beat, the flat gradient, and the running statistics after it. */
function gradientFunction<Outputs extends NetworkOutputs>(
  { network, layout }: Stepping<Outputs>,
  objective: Objective<Outputs>,
  isCompiled: boolean,
): TensorFunction {
  return (given) => {
    const inputs = mapNamed(network.inputs, (_, name) => given[`input ${name}`]);
    const masks = mapNamed(network.dropouts, (_, name) => given[`mask ${name}`]);
    const [trainable, running] = apart(given.weights, layout);
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
    const flat = (tensors: readonly tf.Tensor[]) => tf.concat(tensors.map((tensor) => tf.reshape(tensor, [-1])));
    return {
      ...{ loss: value, beatLosses, gradient: flat(grads) },
      ...(running ? { statistics: flat(layout.statistics.map(({ name }) => followed[name] ?? statistics[name])) } : {}),
    };
  };
}

function moveInputsOf({ hyper, layout }: Stepping) {
  return {
    ...numbered('gradient', hyper.microBatches, float(layout.trainableSize)),
    ...(layout.statistics.length
      ? numbered('statistics', hyper.microBatches, float(layout.size - layout.trainableSize))
      : {}),
    rates: float(4),
    weights: float(layout.size),
    firstMoment: float(layout.trainableSize),
    secondMoment: float(layout.trainableSize),
    ...(hyper.averageDecay ? { average: float(layout.size) } : {}),
  };
}

/** L2, clipping and the optimizer, by the mean of the parts' gradients; statistics become the mean of theirs. */
function moveFunction({ hyper, layout }: Stepping): TensorFunction {
  return (given, { decayed }) => {
    const mean = (kind: string) => {
      const parts = Array.from({ length: hyper.microBatches }, (_, part) => given[`${kind} ${part}`]);
      return parts.length > 1 ? tf.div(tf.addN(parts), parts.length) : parts[0];
    };
    const [trainable, running] = apart(given.weights, layout);
    const decaying = tf.mul(trainable, decayed);
    const gradient = hyper.l2 ? tf.add(mean('gradient'), tf.mul(decaying, hyper.l2)) : mean('gradient');
    const clipped = clipByGlobalNorm(gradient, hyper.clipNorm);
    const [learningRate, firstCorrection, secondCorrection, decay] = tf.split(given.rates, 4);
    const moved = adamStep(
      { weights: trainable, first: given.firstMoment, second: given.secondMoment },
      clipped.gradient,
      decayed,
      { learningRate, firstCorrection, secondCorrection },
      hyper,
    );
    const weights = running ? tf.concat([moved.weights, mean('statistics')]) : moved.weights;
    return {
      penalty: hyper.l2 ? tf.mul(tf.sum(tf.square(decaying)), hyper.l2 / 2) : tf.scalar(0),
      gradientNorm: clipped.norm,
      weights,
      firstMoment: moved.first,
      secondMoment: moved.second,
      ...(hyper.averageDecay ? { average: tf.add(weights, tf.mul(tf.sub(given.average, weights), decay)) } : {}),
    };
  };
}

/** The weights that learn, and the running statistics where there are any. */
const apart = (weights: tf.Tensor, { trainableSize, size, statistics }: WeightLayout): [tf.Tensor, tf.Tensor?] =>
  statistics.length ? (tf.split(weights, [trainableSize, size - trainableSize]) as [tf.Tensor, tf.Tensor]) : [weights];

function drawMasks({ dropouts }: Network, batch: number, random: Random): Record<string, Float32Array> {
  return mapNamed(dropouts, ({ shape, rate }) => {
    const mask = new Float32Array(batch * sizeOf(shape)).fill(1 / (1 - rate));
    // from one dropped value to the next: one draw for each that is dropped instead of one for each value
    const gaps = gapsAt(rate);
    const gap = () => gaps[random.integer(gaps.length)];
    for (let i = gap(); i < mask.length; i += 1 + gap()) mask[i] = 0;
    return mask;
  });
}

const gapsOfRates = new Map<number, Uint32Array>();
/** So many equally likely gaps between values dropped at that rate: a draw without a logarithm. */
function gapsAt(rate: number): Uint32Array {
  let gaps = gapsOfRates.get(rate);
  if (!gaps) {
    const count = 2 ** 16;
    gaps = Uint32Array.from({ length: count }, (_, i) => Math.log((i + 0.5) / count) / Math.log(1 - rate));
    gapsOfRates.set(rate, gaps);
  }
  return gaps;
}
