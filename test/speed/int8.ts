/**
 * Whether products of 8 bits change what the benchmark's network says: `npm run bench -- int8 --rows DIR [--steps N]`.
 * Trains on the training rows of `rhythm rows --split patient`, then compares both precisions on every row of patients
 * that training never saw. They may be used where the top class agrees on 99.9 % and macro-F1 moves by less than .002.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { onnxExecutor } from '../../src-main/engine/executors/onnx/executor.ts';
import { compilePredictor, predictionBatch } from '../../src-main/engine/network/predictor.ts';
import { rhythmAttention } from '../../src-main/engine/network/rhythm-attention.ts';
import { hyperParameters } from '../../src-main/engine/train/hyper-parameters.ts';
import { train } from '../../src-main/engine/train/loop.ts';
import { confusionOf, scoreOf } from '../../src-main/engine/train/score.ts';
import { readAllRows } from '../../src-main/formats/rows/read-rows.ts';
import { rowsFile, type RowPart } from '../../src-main/formats/rows/row-files.ts';
import { benchmarkSizes } from './engine/network.ts';

const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string' },
    share: { type: 'string', default: '1' }, // of the training rows
    epochs: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
});
if (!flags.rows) {
  console.error(
    'Usage: npm run bench -- int8 --rows DIR [--share 0.5] [--epochs 2]; DIR from `rhythm rows --split patient`',
  );
  process.exit(2);
}
const folder = flags.rows;
const read = async (part: RowPart) => {
  const { values, classIndex } = await readAllRows(join(folder, rowsFile(part)));
  return { values, labels: classIndex };
};
const [all, test] = [await read('train'), await read('test')];
const every = Math.round(1 / Number(flags.share));
const rows = [...all.labels.keys()].filter((row) => row % every === 0);
const width = benchmarkSizes.samples;
const signal = new Float32Array(rows.length * width);
rows.forEach((row, i) => signal.set(all.values.subarray(row * width, (row + 1) * width), i * width));

const network = rhythmAttention(benchmarkSizes);
const executor = onnxExecutor({ threads: 2 });
let said = 0;
const { weights } = await train({
  network,
  executor,
  training: { inputs: { signal }, labels: Uint8Array.from(rows, (row) => all.labels[row]) },
  hyper: hyperParameters({ epochs: Number(flags.epochs), warmUpSteps: 50 }),
  onProgress: ({ step, steps, loss, beatsPerSecond }) => {
    if (step < said + 100) return;
    said = step;
    console.log(`step ${step} of ${steps}, loss ${loss.toFixed(4)}, ${Math.round(beatsPerSecond)} beats/s`);
  },
});

async function predict(int8Products: boolean) {
  const predictor = await compilePredictor(executor, network, weights, predictionBatch, { int8Products });
  const probabilities = await predictor.predict({ signal: test.values });
  await predictor.dispose();
  const { classes } = network;
  const top = Uint8Array.from(test.labels, (_, beat) => {
    const row = probabilities.subarray(beat * classes, (beat + 1) * classes);
    return row.indexOf(Math.max(...row));
  });
  return { top, score: scoreOf(confusionOf(test.labels, probabilities, classes)) };
}
const [exact, rounded] = [await predict(false), await predict(true)];
const agreement = exact.top.filter((top, beat) => top === rounded.top[beat]).length / exact.top.length;
const result = {
  beats: test.labels.length,
  agreement,
  macroF1: exact.score.macroF1,
  macroF1Int8: rounded.score.macroF1,
  accuracy: exact.score.accuracy,
  mayBeUsed: agreement >= 0.999 && Math.abs(exact.score.macroF1 - rounded.score.macroF1) < 0.002,
};
console.log(result);
if (flags.json) console.log(JSON.stringify(result));
