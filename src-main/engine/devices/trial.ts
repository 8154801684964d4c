import type { DeviceName, MeasuredDevice } from '../../domain/device.ts';
import { seededRandom } from '../../domain/random.ts';
import type { Executor } from '../executors/executor.ts';
import { readAll } from '../executors/executor.ts';
import { tf } from '../executors/tensorflow.ts';
import { compilePredictor, type BeatInputs } from '../network/predictor.ts';
import { recordFusion } from '../network/record-fusion.ts';
import type { Network } from '../network/network.ts';
import { hyperParameters } from '../train/hyper-parameters.ts';
import { TrainingStep, type TrainingState } from '../train/step.ts';
import { flatten, layoutOf, sizeOf } from '../weights/weights.ts';
import { toleranceOf } from './tolerance.ts';

/** One network of each branch: the record model's operations in a fifth of its time. */
const network: Network = recordFusion({
  seeds: { features: 1, rhythm: 1, morphology: 1 },
  thinning: 0,
  temperature: 1,
});
/** The sizes of real work: a call of the scorer, and about a third of a fine-tuning step. */
const predictedBeats = 256;
const trainedBeats = 128;
const hyper = hyperParameters({ batch: trainedBeats, schedule: 'constant', clipNorm: 0 });

/**
 * A device slower than this at one small product of matrices would take minutes for a trial that it cannot win. A real
 * one is held up by the way there and back, by at most a few milliseconds: less than ten times the CPU's time.
 */
const mostTimesSlower = 50;

/** Thrown where a device is out of the question after a first look. */
export class TooSlow extends Error {}

/**
 * Runs a device for about twice the given time, half of it predicting, half of it training, and compares what it gives
 * with another executor on the same beats.
 * @param reference  the CPU's executor; undefined for the CPU itself.
 * @throws {TooSlow} after a second, for an adapter that is only simulated by the processor.
 * @throws {Error} whatever the device's driver refuses.
 */
export async function tryDevice(
  device: DeviceName,
  executor: Executor,
  reference: Executor | undefined,
  secondsEach: number,
): Promise<MeasuredDevice> {
  const timesSlower = reference ? (await productMs(executor)) / (await productMs(reference)) : 1;
  if (timesSlower > mostTimesSlower)
    throw new TooSlow(`Slower: a product of matrices takes ${Math.round(timesSlower)} times as long as on the CPU.`);
  const predicted = await predict(executor, secondsEach);
  const trained = await train(executor, secondsEach);
  const outputError = reference ? difference(predicted.values, (await predict(reference, 0)).values) : 0;
  const gradientError = reference ? difference(trained.values, (await train(reference, 0)).values) : 0;
  if (!Number.isFinite(outputError + gradientError)) throw new Error('Its results are no numbers.');
  return {
    ...{ device, name: executor.name, predictPerS: predicted.perS, trainPerS: trained.perS },
    ...{ outputError, gradientError, tolerance: toleranceOf(device, executor.device) },
  };
}

/** Time of one product of two square matrices, after a first one that is not timed. */
async function productMs(executor: Executor): Promise<number> {
  const side = 256;
  const shape = [side, side];
  const product = await executor.compile(({ x }) => ({ sum: tf.sum(tf.matMul(x, x), 0) }), {
    x: { shape, dtype: 'float32' },
  });
  const x = new Float32Array(side * side).fill(1 / side);
  await readAll(await product.run({ x }));
  const startedMs = performance.now();
  await readAll(await product.run({ x }));
  const elapsedMs = performance.now() - startedMs;
  await product.dispose();
  return elapsedMs;
}

interface Timed {
  /** Of the first call, which is not timed: drivers make their programs in it. */
  readonly values: Float32Array;
  readonly perS: number;
}

async function predict(executor: Executor, seconds: number): Promise<Timed> {
  const weights = network.initialWeights(seededRandom(1));
  const predictor = await compilePredictor(executor, network, weights, predictedBeats);
  try {
    const inputs = beats(predictedBeats);
    const values = await predictor.predict(inputs);
    return { values, perS: await rate(predictedBeats, seconds, async () => void (await predictor.predict(inputs))) };
  } finally {
    await predictor.dispose();
  }
}

async function train(executor: Executor, seconds: number): Promise<Timed> {
  const random = seededRandom(1);
  const weights = network.initialWeights(random);
  const layout = layoutOf(weights);
  const step = await TrainingStep.compile(executor, network, weights, hyper);
  const targets = new Float32Array(trainedBeats * network.classes);
  for (let beat = 0; beat < trainedBeats; beat++) targets[beat * network.classes + (beat % network.classes)] = 1;
  const batch = { inputs: beats(trainedBeats), targets, beatWeights: new Float32Array(trainedBeats).fill(1) };
  let state: TrainingState = {
    weights: flatten(weights, layout),
    firstMoment: new Float32Array(layout.trainableSize),
    secondMoment: new Float32Array(layout.trainableSize),
    steps: 0,
  };
  const next = async () => {
    state = (await step.run(state, batch, random, 1000)).state;
  };
  try {
    await next();
    const moment = state.firstMoment; // after one step from zero: the gradient times 1 - beta1
    const values = 'read' in moment ? await moment.read() : Float32Array.from(moment);
    return { values, perS: await rate(trainedBeats, seconds, next) };
  } finally {
    for (const feed of [state.weights, state.firstMoment, state.secondMoment]) if ('read' in feed) feed.dispose();
    await step.dispose();
  }
}

/** Beats per second over as many calls as fit into the time, at least one; 0 where no time is given. */
async function rate(beatsPerCall: number, seconds: number, call: () => Promise<void>): Promise<number> {
  if (seconds === 0) return 0;
  const startedMs = performance.now();
  for (let calls = 1; ; calls++) {
    await call();
    const elapsedS = (performance.now() - startedMs) / 1000;
    if (elapsedS >= seconds) return (calls * beatsPerCall) / elapsedS;
  }
}

const beats = (count: number): BeatInputs => {
  const random = seededRandom(2);
  return Object.fromEntries(
    Object.entries(network.inputs).map(([name, shape]) => [
      name,
      Float32Array.from({ length: count * sizeOf(shape) }, () => random.normal()),
    ]),
  );
};

function difference(actual: Float32Array, expected: Float32Array): number {
  const lengthOf = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return lengthOf(actual.map((value, i) => value - expected[i])) / lengthOf(expected);
}
