/**
 * The benchmark's network in this project's engine; a worker for `test/speed/engine.ts` that answers as `worker.py` does:
 * `node worker.ts <threads> <onnx | int8 | libtensorflow | plain>`.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { featureNames, windowChannels, windowSamples } from '../../../src-main/domain/record-inputs.ts';
import { seededRandom } from '../../../src-main/domain/random.ts';
import { libtensorflowExecutor } from '../../../src-main/engine/executors/libtensorflow.ts';
import { onnxExecutor } from '../../../src-main/engine/executors/onnx/executor.ts';
import { plainExecutor } from '../../../src-main/engine/executors/present.ts';
import { compilePredictor, predictionBatch } from '../../../src-main/engine/network/predictor.ts';
import { rhythmAttention } from '../../../src-main/engine/network/rhythm-attention.ts';
import { modelFromWeights } from '../../../src-main/engine/record/model.ts';
import { compileRecordScorer } from '../../../src-main/engine/record/score.ts';
import { hyperParameters } from '../../../src-main/engine/train/hyper-parameters.ts';
import { TrainingStep } from '../../../src-main/engine/train/step.ts';
import type { TrainingState } from '../../../src-main/engine/train/step.ts';
import { readSafetensors } from '../../../src-main/engine/weights/safetensors.ts';
import { flatten, layoutOf } from '../../../src-main/engine/weights/weights.ts';
import { benchmarkSizes as sizes } from './network.ts';
import type { Request } from './workers.ts';

const shippedModel = join(import.meta.dirname, '../../../resources/models/record-ds1.safetensors');
const threads = Number(process.argv[2]);
const kind = process.argv[3] ?? 'onnx';
if (kind === 'libtensorflow') process.env.TF_NUM_INTRAOP_THREADS = String(threads);
const executor =
  kind === 'libtensorflow' ? libtensorflowExecutor() : kind === 'plain' ? plainExecutor() : onnxExecutor({ threads });
const network = rhythmAttention(sizes);
const random = seededRandom(1);
const weights = network.initialWeights(random);
const layout = layoutOf(weights);
const rows = (count: number) => Float32Array.from({ length: count * sizes.samples }, () => random.uniform());

async function train(batch: number): Promise<() => Promise<unknown>> {
  const parts = threads === 1 ? 4 : threads; // that fit the cache, or one for each thread
  const microBatches = batch % parts === 0 ? parts : 1;
  const hyper = hyperParameters({ batch, schedule: 'constant', clipNorm: 0, microBatches });
  const step = await TrainingStep.compile(executor, network, weights, hyper);
  let state: TrainingState = {
    weights: flatten(weights, layout),
    firstMoment: new Float32Array(layout.trainableSize),
    secondMoment: new Float32Array(layout.trainableSize),
    steps: 0,
  };
  const targets = new Float32Array(batch * sizes.classes);
  for (let beat = 0; beat < batch; beat++) targets[beat * sizes.classes + random.integer(sizes.classes)] = 1;
  const given = { inputs: { signal: rows(batch) }, targets, beatWeights: new Float32Array(batch).fill(1) };
  return async () => {
    ({ state } = await step.run(state, given, random, 1000));
  };
}

async function infer(batch: number): Promise<() => Promise<unknown>> {
  const predictor = await compilePredictor(executor, network, weights, Math.min(batch, predictionBatch), {
    int8Products: kind === 'int8',
  });
  const given = { signal: rows(batch) };
  return () => predictor.predict(given);
}

/** The shipped record model on a day's beats; what is measured of a beat beforehand is not its part. */
async function record(beats: number): Promise<() => Promise<unknown>> {
  const bytes = new Uint8Array(await readFile(shippedModel));
  const model = modelFromWeights(readSafetensors(bytes, shippedModel).weights);
  const scorer = await compileRecordScorer(model, executor);
  const values = (count: number) => Float32Array.from({ length: count }, () => random.normal());
  const inputs = {
    beats,
    features: values(beats * featureNames.length),
    turned: values(beats * featureNames.length),
    windows: values(beats * windowSamples * windowChannels),
    shifts: new Int8Array(beats),
    shapeOf: Int32Array.from({ length: beats }, (_, beat) => beat % 32),
    resembles: Uint32Array.from({ length: beats }, () => 0xffffffff), // every beat like the others of 32 shapes
    gapShare: new Float32Array(beats),
    leadNames: ['MLII', 'V1'],
  };
  return () => scorer.score(inputs);
}

const acts = { train, infer, record };
const made = new Map<string, () => Promise<unknown>>();
const answer = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
answer({ name: `${executor.name} (${executor.device})`, trainableWeights: layout.trainableSize });
for await (const line of createInterface({ input: process.stdin })) {
  const { act, batch, times } = JSON.parse(line) as Request;
  const key = `${act} ${batch}`;
  if (!made.has(key)) made.set(key, await acts[act](batch));
  const wallMs: number[] = [];
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) {
    const from = performance.now();
    await made.get(key)!();
    wallMs.push(performance.now() - from);
  }
  const { user, system } = process.cpuUsage(before);
  const peakMemoryMb = process.resourceUsage().maxRSS / 1024;
  const memoryMb = process.memoryUsage.rss() / 2 ** 20;
  answer({ wallMs, cpuMs: (user + system) / 1000, peakMemoryMb, memoryMb });
}
