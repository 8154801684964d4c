/**
 * How long the beats on screen take to be explained by each method with the bundled model, its check for each beat
 * included: `node test/speed/explain.ts [--json]`. Beside it two peers that answer the same question: occlusion as a
 * plain loop, one window after the other through the same executor, and every method on TensorFlow.js's own CPU backend.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { explanationMethods, type ExplanationMethod } from '../../src-main/domain/explanation.ts';
import { readAll, type Executor } from '../../src-main/engine/executors/executor.ts';
import { onnxExecutor } from '../../src-main/engine/executors/onnx/executor.ts';
import { plainExecutor } from '../../src-main/engine/executors/present.ts';
import { tf } from '../../src-main/engine/executors/tensorflow.ts';
import { patchesOf } from '../../src-main/engine/explain/time-functions.ts';
import { morphologyBranch } from '../../src-main/engine/network/record-branches.ts';
import {
  compileRecordExplainer,
  explainedWindow,
  shapeNetworks,
  type RecordExplainer,
} from '../../src-main/engine/record/explain.ts';
import { modelFromWeights, type RecordModel } from '../../src-main/engine/record/model.ts';
import { readSafetensors } from '../../src-main/engine/weights/safetensors.ts';
import { windowSamples } from '../../src-main/domain/record-inputs.ts';
import { machineWords, quantile, thisMachine } from '../support/machine.ts';
import { projectRoot } from '../support/shared-data.ts';
import { simulatedRecord } from '../unit/engine/record/simulated-inputs.ts';

const { values: flags } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const beatsOnScreen = 12;
const repeats = 15;

const weights = await readFile(join(projectRoot, 'resources', 'models', 'record-ds1.safetensors'));
const model: RecordModel = modelFromWeights(readSafetensors(new Uint8Array(weights), 'model').weights);
const { inputs } = simulatedRecord('bench', 200, 1);
const beats = Array.from({ length: beatsOnScreen }, (_, i) => 20 + i);

const onnx = await compileRecordExplainer(model, onnxExecutor());
const plain = await compileRecordExplainer(model, plainExecutor());
const loop = await plainLoop(onnxExecutor());
const figures = [];
for (const method of explanationMethods) {
  const first = await taken(onnx, method, 1);
  const warm = await taken(onnx, method, repeats);
  const peer = await taken(plain, method, 1);
  figures.push({
    method,
    ...{ firstMs: round(first.wallMs), ms: round(warm.wallMs), cpuMs: round(warm.cpuMs) },
    ...{ tfjsCpuMs: round(peer.wallMs), ratio: round(peer.cpuMs / warm.cpuMs) },
  });
}
await onnx.dispose();
await plain.dispose();

const occlusion = figures.find(({ method }) => method === 'occlusion')!;
const loopRatio = round(loop.cpuMs / occlusion.cpuMs);
console.log(machineWords(thisMachine));
console.log(`${beatsOnScreen} beats, bundled model; cpuMs is of all threads and holds on a busy machine too.`);
console.log(`firstMs compiles too; ratio: times the speed of tfjs-cpu ${tf.version.tfjs}, in processor time`);
console.table(figures);
console.log(
  `occlusion as a plain loop of single windows: ${round(loop.wallMs)} ms, ${round(loop.cpuMs)} ms of processor;`,
);
console.log(`the program's is ${loopRatio} times as fast, its check for each beat included`);
if (flags.json)
  console.log(JSON.stringify({ machine: thisMachine, beatsOnScreen, figures, loop, ratios: { loopRatio } }));

/** Wall and processor time of one call: the lower quartile of several, as others may want the processor too. */
async function taken(explainer: RecordExplainer, method: ExplanationMethod, count: number) {
  const wall: number[] = [];
  const processor: number[] = [];
  for (let i = 0; i < count; i++) {
    const { wallMs, cpuMs } = await timed(() => explainer.explain(inputs, beats, method));
    wall.push(wallMs);
    processor.push(cpuMs);
  }
  return { wallMs: quantile(wall, 0.25), cpuMs: quantile(processor, 0.25) };
}

async function timed(act: () => Promise<unknown>): Promise<{ wallMs: number; cpuMs: number }> {
  const before = process.cpuUsage();
  const from = performance.now();
  await act();
  const wallMs = performance.now() - from;
  const { user, system } = process.cpuUsage(before);
  return { wallMs, cpuMs: (user + system) / 1000 };
}

/** Every patch of every beat through every network, one window at a time. */
async function plainLoop(executor: Executor): Promise<{ wallMs: number; cpuMs: number }> {
  const shape = morphologyBranch.inputs.window;
  const networks = await Promise.all(
    shapeNetworks(model).map((ofNetwork) =>
      executor.compile(
        ({ window }, constants) => ({
          p: tf.softmax(morphologyBranch.forward({ weights: constants, inputs: { window } }).logits),
        }),
        { window: { shape: [1, ...shape], dtype: 'float32' } },
        ofNetwork,
      ),
    ),
  );
  const width = shape[1];
  const found = await timed(async () => {
    for (const beat of beats) {
      const { window, baseline } = explainedWindow(inputs, beat, 2);
      for (const { fromSample, toSample } of patchesOf(windowSamples)) {
        const changed = window.slice();
        changed.set(baseline.subarray(fromSample * width, toSample * width), fromSample * width);
        for (const network of networks) await readAll(await network.run({ window: changed }));
      }
    }
  });
  for (const network of networks) await network.dispose();
  return found;
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
