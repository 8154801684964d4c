/**
 * Speed of the engine on the published network: `node test/speed/engine.ts [--json]`.
 * Wall time on whatever machine this is; compare figures only with others of the same hour and machine.
 */
import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { seededRandom } from '../../src-main/domain/random.ts';
import type { Executor } from '../../src-main/engine/executors/executor.ts';
import { onnxDefaults, onnxExecutor } from '../../src-main/engine/executors/onnx/executor.ts';
import { traceFunction } from '../../src-main/engine/executors/onnx/trace.ts';
import { findExecutors, plainExecutor } from '../../src-main/engine/executors/present.ts';
import { tf } from '../../src-main/engine/executors/tensorflow.ts';
import { compilePredictor, inputSpecs } from '../../src-main/engine/network/predictor.ts';
import { compactSizes, publishedSizes, rhythmAttention } from '../../src-main/engine/network/rhythm-attention.ts';
import type { RhythmAttentionSizes } from '../../src-main/engine/network/rhythm-attention.ts';
import { hyperParameters, recipes } from '../../src-main/engine/train/hyper-parameters.ts';
import { TrainingStep } from '../../src-main/engine/train/step.ts';
import type { TrainingState } from '../../src-main/engine/train/step.ts';
import { flatten, layoutOf } from '../../src-main/engine/weights/weights.ts';

const { values: flags } = parseArgs({ options: { json: { type: 'boolean', default: false } } });

/** How often each thing is repeated; the median counts. */
interface Repetitions {
  readonly trainingBatch: number;
  readonly training: number;
  readonly inferenceBatch: number;
  readonly inference: number;
  readonly oneBeat: number;
}
const thorough: Repetitions = { trainingBatch: 128, training: 10, inferenceBatch: 256, inference: 10, oneBeat: 100 };
/** Plain JavaScript takes seconds for a beat's training. */
const scant: Repetitions = { trainingBatch: 2, training: 1, inferenceBatch: 4, inference: 1, oneBeat: 2 };

interface Figures {
  readonly executor: string;
  readonly device: string;
  readonly network: string;
  readonly trainableWeights: number;
  readonly trainingBatch: number;
  readonly compileStepMs: number;
  readonly trainingBeatsPerS: number;
  /** Of all threads together; steadier than wall time on a busy machine. */
  readonly trainingBeatsPerCpuS: number;
  readonly inferenceBatch: number;
  readonly inferenceBeatsPerS: number;
  readonly inferenceBeatsPerCpuS: number;
  readonly oneBeatMs: number;
  readonly peakMemoryMb: number;
}

async function repeat(times: number, act: () => Promise<unknown>): Promise<{ ms: number; cpuMs: number }> {
  const wall: number[] = [];
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) {
    const from = performance.now();
    await act();
    wall.push(performance.now() - from);
  }
  const { user, system } = process.cpuUsage(before);
  return { ms: wall.sort((a, b) => a - b)[wall.length >> 1], cpuMs: (user + system) / 1000 / times };
}

async function measure(
  executor: Executor,
  name: string,
  sizes: RhythmAttentionSizes,
  times: Repetitions,
): Promise<Figures> {
  const network = rhythmAttention(sizes);
  const random = seededRandom(1);
  const weights = network.initialWeights(random);
  const layout = layoutOf(weights);
  const rows = (count: number) => Float32Array.from({ length: count * sizes.samples }, () => random.uniform());
  const rate = (batch: number, ms: number) => Math.round((batch * 10_000) / ms) / 10;

  const hyper = hyperParameters({ ...recipes.plain, batch: times.trainingBatch });
  const compileFrom = performance.now();
  const step = await TrainingStep.compile(executor, network, weights, hyper);
  const compileStepMs = performance.now() - compileFrom;
  let state: TrainingState = {
    weights: flatten(weights, layout),
    firstMoment: new Float32Array(layout.trainableSize),
    secondMoment: new Float32Array(layout.trainableSize),
    steps: 0,
  };
  const targets = new Float32Array(times.trainingBatch * sizes.classes);
  for (let beat = 0; beat < times.trainingBatch; beat++)
    targets[beat * sizes.classes + random.integer(sizes.classes)] = 1;
  const batch = {
    inputs: { signal: rows(times.trainingBatch) },
    targets,
    beatWeights: new Float32Array(times.trainingBatch).fill(1),
  };
  const oneStep = async () => {
    ({ state } = await step.run(state, batch, random, 1000));
  };
  if (times.training > 1) await repeat(2, oneStep); // the first runs allocate
  const training = await repeat(times.training, oneStep);
  await step.dispose();

  const predictor = await compilePredictor(executor, network, weights, times.inferenceBatch);
  const many = { signal: rows(times.inferenceBatch) };
  await predictor.predict(many);
  const inference = await repeat(times.inference, () => predictor.predict(many));
  await predictor.dispose();
  const single = await compilePredictor(executor, network, weights, 1);
  const one = { signal: rows(1) };
  await single.predict(one);
  const latency = await repeat(times.oneBeat, () => single.predict(one));
  await single.dispose();

  return {
    executor: executor.name,
    device: executor.device,
    network: name,
    trainableWeights: layout.trainableSize,
    trainingBatch: times.trainingBatch,
    compileStepMs: Math.round(compileStepMs),
    trainingBeatsPerS: rate(times.trainingBatch, training.ms),
    trainingBeatsPerCpuS: rate(times.trainingBatch, training.cpuMs),
    inferenceBatch: times.inferenceBatch,
    inferenceBeatsPerS: rate(times.inferenceBatch, inference.ms),
    inferenceBeatsPerCpuS: rate(times.inferenceBatch, inference.cpuMs),
    oneBeatMs: Math.round(latency.ms * 100) / 100,
    peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

/** How long recording the inference graph takes, apart from making its session. */
function traceMs(sizes: RhythmAttentionSizes): { ms: number; nodes: number } {
  const network = rhythmAttention(sizes);
  const weights = network.initialWeights(seededRandom(1));
  const from = performance.now();
  const { graph } = traceFunction(
    (given, constants) => ({
      logits: network.forward({ weights: constants, inputs: { signal: given['input signal'] } }).logits,
    }),
    inputSpecs(network, 1),
    weights,
    { input: (n) => `in ${n}`, output: (n) => `out ${n}` },
  );
  return { ms: Math.round(performance.now() - from), nodes: graph.nodeCount };
}

const machine = {
  processor: cpus()[0].model,
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 2 ** 30),
  system: `${process.platform} ${process.arch}`,
  node: process.version,
  tfjs: tf.version.tfjs,
  onnxRuntime: onnxExecutor().name,
  threads: onnxDefaults.threads,
};
console.log(
  Object.entries(machine)
    .map(([key, value]) => `${key} ${value}`)
    .join(', '),
);

const figures: Figures[] = [];
const { present, absent } = await findExecutors();
for (const { name, device, reason } of absent) console.log(`absent: ${name} on ${device}: ${reason}`);
const networks = { published: publishedSizes, compact: compactSizes };
for (const [name, sizes] of Object.entries(networks))
  for (const executor of present)
    figures.push(await measure(executor, name, sizes, executor.name === plainExecutor().name ? scant : thorough));
const tracing = traceMs(publishedSizes);
console.log(`recording the published network's inference graph: ${tracing.ms} ms, ${tracing.nodes} nodes`);
console.table(figures);
if (flags.json) console.log(JSON.stringify({ machine, tracing, figures, absent }));
