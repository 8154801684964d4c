import type { Random } from '../../domain/random.ts';
import { readAll } from '../executors/executor.ts';
import type { CompiledFunction, Executor, Feed, Outputs, TensorFunction, TensorSpec } from '../executors/executor.ts';
import { mapNamed, prefixed } from '../executors/named.ts';
import { tf } from '../executors/tensorflow.ts';
import type { Network, NetworkOutputs } from '../network/network.ts';
import { inputSpecs, unflattenTensor } from '../network/predictor.ts';
import { layoutOf } from '../weights/weights.ts';
import type { WeightLayout, Weights } from '../weights/weights.ts';
import { DropoutMasks } from './dropout-masks.ts';
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
 * A training step: the gradient of a batch, or of each of its equal parts, then one move of the weights by the mean of
 * all parts. Parts are computed in shares, each share in one graph, in which what depends on the weights alone is worked
 * out once. A single share and the move are one function, so that no gradient leaves the executor; more shares go to as
 * many copies of their function as the executor computes at the same time. Results are the same to the last bit.
 */
export class TrainingStep {
  readonly layout: WeightLayout;
  readonly #stepping: Stepping;
  /** Copies of the function of a share; empty where the move is part of it. */
  readonly #shares: readonly CompiledFunction[];
  readonly #move: CompiledFunction;
  readonly #masks: DropoutMasks;

  private constructor(stepping: Stepping, shares: readonly CompiledFunction[], move: CompiledFunction) {
    const { network, hyper, layout } = stepping;
    this.layout = layout;
    this.#stepping = stepping;
    this.#shares = shares;
    this.#move = move;
    this.#masks = new DropoutMasks(network.dropouts, hyper.batch);
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
    const parts = partsOfShare(hyper.microBatches, executor.callsAtOnce);
    const stepping = { network, hyper, layout, parts };
    const gradient = shareFunction(stepping, objective ?? lossNamed(hyper), executor.compilesGraphs);
    const move = moveFunction(stepping);
    const [shareInputs, moveInputs] = [shareInputsOf(stepping), moveInputsOf(stepping)];
    // gains, shifts and biases hold no scale of their own to be kept small
    const decayed = new Float32Array(layout.trainableSize);
    for (const { shape, offset, size } of layout.trainable)
      if (shape.length > 1) decayed.fill(1, offset, offset + size);
    const constants = { decayed: { shape: [layout.trainableSize], data: decayed } };
    const made = { network: network as Network, hyper, layout, parts };
    const shares = hyper.microBatches / parts;
    if (shares === 1) {
      const whole: TensorFunction = (given, held) => {
        const { losses, beatLosses, ...sums } = gradient(given, {});
        return { losses, beatLosses, ...move({ ...given, ...numbered(sums, 0) }, held) };
      };
      return new TrainingStep(made, [], await executor.compile(whole, { ...shareInputs, ...moveInputs }, constants));
    }
    const copies = Math.min(shares, executor.callsAtOnce);
    return new TrainingStep(
      made,
      copies > 1
        ? await executor.compileCopies!(copies, gradient, shareInputs)
        : [await executor.compile(gradient, shareInputs)],
      await executor.compile(move, moveInputs, constants),
    );
  }

  /**
   * Takes one step. The state given is used up: its executor tensors are disposed of.
   * Whoever calls looks at the loss: where it is no number, neither are the weights.
   * @param random     draws the dropout masks.
   * @param steps      of the whole training, for the schedule.
   * @param rateShare  of the schedule's learning rate.
   */
  async run(state: TrainingState, batch: Batch, random: Random, steps: number, rateShare = 1): Promise<StepResult> {
    const { hyper, parts } = this.#stepping;
    const { beta1, beta2, averageDecay, batch: beats, microBatches } = hyper;
    const learningRate = rateShare * learningRateAt(hyper, state.steps, steps);
    const t = state.steps + 1;
    const { weights } = state;
    const rows = {
      ...prefixed('input', batch.inputs),
      ...prefixed('mask', this.#masks.draw(random)),
      targets: batch.targets,
      beatWeights: batch.beatWeights,
    };
    const rowsOf = (share: number): Record<string, Float32Array> =>
      eachNumbered(parts, (part) => mapNamed(rows, (values) => partOf(values, share * parts + part, microBatches)));
    const moments = {
      firstMoment: state.firstMoment,
      secondMoment: state.secondMoment,
      ...(averageDecay ? { average: state.average ?? weights } : {}),
    };
    const calls = Array.from({ length: this.#shares.length && microBatches / parts }, (_, share) =>
      this.#shares[share % this.#shares.length].run({ weights, ...rowsOf(share) }),
    );
    await Promise.allSettled(calls); // one that fails must not leave the others at work
    const shares = await Promise.all(calls);
    const sums: Outputs = Object.assign(
      {},
      ...shares.map(({ losses: _, beatLosses: __, ...ofShare }, share) => numbered(ofShare, share)),
    );
    const outputs = await this.#move.run({
      ...{ ...moments, weights, ...(shares.length ? sums : rowsOf(0)) },
      rates: Float32Array.of(learningRate, 1 - beta1 ** t, 1 - beta2 ** t, averageDecayAt(averageDecay, state.steps)),
    });
    release(new Set<Feed>([weights, ...Object.values(moments), ...Object.values(sums)]));
    const { weights: moved, firstMoment, secondMoment, average, gradientNorm, penalty, ...ofWhole } = outputs;
    const told = await readAll({ gradientNorm, penalty });
    let loss = told.penalty[0];
    const beatLosses = new Float32Array(beats);
    for (const [share, each] of (shares.length ? shares : [ofWhole]).entries()) {
      const read = await readAll({ losses: each.losses, beatLosses: each.beatLosses });
      for (const ofPart of read.losses) loss += ofPart / microBatches;
      beatLosses.set(read.beatLosses, share * read.beatLosses.length);
    }
    return {
      state: { weights: moved, firstMoment, secondMoment, average, steps: t },
      ...{ loss, gradientNorm: told.gradientNorm[0], learningRate, beatLosses },
    };
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#move, ...this.#shares].map((compiled) => compiled.dispose()));
  }
}

const release = (feeds: Iterable<Feed>): void => {
  for (const feed of feeds) if ('dispose' in feed) feed.dispose();
};

/** One of so many equal parts of some rows. */
const partOf = (rows: Float32Array, part: number, parts: number): Float32Array =>
  rows.subarray((part * rows.length) / parts, ((part + 1) * rows.length) / parts);

/** A graph of more parts takes too long to make. */
const mostPartsOfShare = 4;
/**
 * Parts that are computed in one graph: as many as leave a share for each call at once. A power of two, since sums are
 * taken by pairs: so they are the same sums however parts are shared out.
 */
function partsOfShare(parts: number, callsAtOnce: number): number {
  let ofShare = 1;
  while (
    2 * ofShare <= mostPartsOfShare &&
    parts % (2 * ofShare) === 0 &&
    parts / (2 * ofShare) >= Math.min(callsAtOnce, parts)
  )
    ofShare *= 2;
  return ofShare;
}

/** By pairs, then pairs of those, and so on. */
function sumByPairs(terms: readonly tf.Tensor[]): tf.Tensor {
  if (terms.length === 1) return terms[0];
  const pairs = Array.from({ length: Math.ceil(terms.length / 2) }, (_, i) => terms.slice(2 * i, 2 * i + 2));
  return sumByPairs(pairs.map(([one, other]) => (other ? tf.add(one, other) : one)));
}

/** What the functions of a step are made for. */
interface Stepping<Outputs extends NetworkOutputs = NetworkOutputs> {
  readonly network: Network<Outputs>;
  readonly hyper: HyperParameters;
  readonly layout: WeightLayout;
  /** Of the batch that a share has; see `partsOfShare`. */
  readonly parts: number;
}
const float = (...shape: number[]): TensorSpec => ({ shape, dtype: 'float32' });
/** Every name followed by a number. */
const numbered = <Value>(record: Readonly<Record<string, Value>>, number: number): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [`${name} ${number}`, value]));
const eachNumbered = <Value>(count: number, of: (number: number) => Record<string, Value>): Record<string, Value> =>
  Object.assign({}, ...Array.from({ length: count }, (_, number) => numbered(of(number), number)));

function rowSpecsOf<Outputs extends NetworkOutputs>({ network, hyper }: Stepping<Outputs>): Record<string, TensorSpec> {
  const beats = hyper.batch / hyper.microBatches;
  return {
    ...inputSpecs(network as Network, beats),
    ...prefixed(
      'mask',
      mapNamed(network.dropouts, ({ shape }) => float(beats, ...shape)),
    ),
    targets: float(beats, network.classes),
    beatWeights: float(beats),
  };
}
const shareInputsOf = <Outputs extends NetworkOutputs>(stepping: Stepping<Outputs>) => ({
  ...eachNumbered(stepping.parts, () => rowSpecsOf(stepping)),
  weights: float(stepping.layout.size),
});

/**
 * Of a share of the batch's parts: the loss of each and that of each beat, the sum of the flat gradients, and that of the
 * running statistics after them.
 */
function shareFunction<Outputs extends NetworkOutputs>(
  stepping: Stepping<Outputs>,
  objective: Objective<Outputs>,
  isCompiled: boolean,
): TensorFunction {
  const gradient = gradientFunction(stepping, objective, isCompiled);
  const names = Object.keys(rowSpecsOf(stepping));
  return (given) => {
    const each = Array.from({ length: stepping.parts }, (_, part) =>
      gradient(
        { weights: given.weights, ...Object.fromEntries(names.map((name) => [name, given[`${name} ${part}`]])) },
        {},
      ),
    );
    const all = (name: string) => each.map((ofPart) => ofPart[name]);
    return {
      losses: tf.stack(all('loss')),
      beatLosses: tf.concat(all('beatLosses')),
      gradient: sumByPairs(all('gradient')),
      ...('statistics' in each[0] ? { statistics: sumByPairs(all('statistics')) } : {}),
    };
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

function moveInputsOf<Outputs extends NetworkOutputs>({ hyper, layout, parts }: Stepping<Outputs>) {
  const shares = hyper.microBatches / parts;
  const sums = {
    gradient: float(layout.trainableSize),
    ...(layout.statistics.length ? { statistics: float(layout.size - layout.trainableSize) } : {}),
  };
  return {
    ...(shares > 1 ? eachNumbered(shares, () => sums) : {}),
    rates: float(4),
    weights: float(layout.size),
    firstMoment: float(layout.trainableSize),
    secondMoment: float(layout.trainableSize),
    ...(hyper.averageDecay ? { average: float(layout.size) } : {}),
  };
}

/** L2, clipping and the optimizer, by the mean of the parts' gradients; statistics become the mean of theirs. */
function moveFunction<Outputs extends NetworkOutputs>({ hyper, layout, parts }: Stepping<Outputs>): TensorFunction {
  const shares = hyper.microBatches / parts;
  return (given, { decayed }) => {
    const mean = (kind: string) => {
      const sum = sumByPairs(Array.from({ length: shares }, (_, share) => given[`${kind} ${share}`]));
      return hyper.microBatches > 1 ? tf.div(sum, hyper.microBatches) : sum;
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
