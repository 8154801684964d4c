import { expect, test } from 'vitest';
import { onnxExecutor } from '../../../../src-main/engine/executors/onnx/executor.ts';
import { holdOut, holdOutPatients, rowTask, trainRows } from '../../../../src-main/engine/train/rows.ts';
import { hyperParameters, recipes } from '../../../../src-main/engine/train/hyper-parameters.ts';
import type { RowRequest } from '../../../../src-main/engine/train/rows.ts';
import { bumps, tinyCompact, tinyPublished } from '../tiny-network.ts';

const rows = (beats: number, seed: number) => {
  const { inputs, labels } = bumps(beats, tinyCompact, seed);
  return { values: inputs.signal, labels };
};
const request: RowRequest = { train: rows(160, 1), executor: onnxExecutor({ threads: 1 }) };
const short = { epochs: 8, batch: 16, evaluationBatch: 32, warmUpSteps: 5, averageDecay: 0.9, shiftSamples: 1 };

test.each([
  ['plain', tinyCompact, { learningRate: 1e-2 }],
  ['published', tinyPublished, { learningRate: 1e-2, averageDecay: 0 }],
] as const)('the %s recipe learns rows it has not seen', async (recipe, sizes, hyper) => {
  const result = await trainRows({
    ...request,
    train: rows(480, 1),
    options: { recipe, sizes, validationShare: 0.2, hyper: { ...short, epochs: 12, ...hyper } },
  });
  expect(result.validation!.score.accuracy).toBeGreaterThan(0.85);
  expect(result.curves).toHaveLength(12);
  expect(result.validation!.confusion.flat().reduce((a, b) => a + b)).toBe(96);
});

test('kinds of rows are told apart where they are known, and scored as the classes that they are of', async () => {
  const { values, labels } = rows(480, 1);
  const kinds = Array.from(labels, (_, row) => `of ${row % 2}`);
  const hyper = { ...short, epochs: 12, learningRate: 1e-2 };
  const options = { sizes: tinyCompact, validationShare: 0.2, hyper };
  const result = await trainRows({ ...request, train: { values, labels, kinds }, options });
  expect(result.classOf).toEqual(Array.from({ length: tinyCompact.classes }, (_, c) => [c, c]).flat());
  expect(result.sizes.classes).toBe(2 * tinyCompact.classes);
  expect(result.weights['classes.matrix'].shape[1]).toBe(2 * tinyCompact.classes);
  const { confusion, score } = result.validation!;
  expect([confusion.length, confusion.flat().reduce((a, b) => a + b)]).toEqual([tinyCompact.classes, 96]);
  expect(score.accuracy).toBeGreaterThan(0.85);
});

test.each([
  ['the published recipe', 'published', {}, ['a', 'b']],
  ['classes that are evened out', 'plain', { sampler: 'balanced' }, ['a', 'b']],
  ['more kinds than a label holds', 'plain', {}, Array.from({ length: 300 }, (_, i) => String(i))],
  ['no kinds', 'plain', {}, undefined],
] as const)('%s: classes are told apart', (_, recipe, hyper, kinds) => {
  const labels = Uint8Array.from(kinds ?? ['a', 'b'], (__, row) => row % 2);
  const given = { labels, ...(kinds ? { kinds } : {}) };
  const task = rowTask(recipe, hyperParameters({ ...recipes[recipe], ...hyper }), given, tinyCompact);
  expect(task).toEqual({ sizes: tinyCompact, labels });
});

test('rows of another length are refused', async () => {
  const cut = { ...request.train, values: request.train.values.subarray(1) };
  await expect(trainRows({ ...request, train: cut, options: { sizes: tinyCompact } })).rejects.toThrow(
    'equally many whole beats',
  );
});

test('the best weights cannot be chosen where nothing is held out', async () => {
  const options = { recipe: 'published', sizes: tinyPublished, validationShare: 0 } as const;
  await expect(trainRows({ ...request, options })).rejects.toThrow('hold some out');
});

test('held-out beats have the class mix of all, and are not trained on', () => {
  const labels = Uint8Array.from({ length: 100 }, (_, beat) => (beat < 80 ? 0 : 3));
  const { kept, heldOut } = holdOut(labels, 0.1, 1);
  expect([...kept, ...heldOut].sort((a, b) => a - b)).toEqual([...labels.keys()]);
  expect(heldOut.map((beat) => labels[beat])).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 3, 3]);
  expect(holdOut(labels, 0.1, 1)).toEqual({ kept, heldOut });
  expect(() => holdOut(labels, 0.001, 1)).toThrow('holds out 0 of them');
});

test('held-out patients are whole, and hold about the share of each class that was asked for', () => {
  const patients = Array.from({ length: 400 }, (_, row) => `p${row % 20}`);
  const labels = Uint8Array.from({ length: 400 }, (_, row) => (row % 20 < 10 && row >= 200 ? 2 : 0));
  const { kept, heldOut } = holdOutPatients(labels, patients, 0.2);
  const of = (rows: number[]) => new Set(rows.map((row) => patients[row]));
  expect(of(kept).intersection(of(heldOut)).size).toBe(0);
  expect([...kept, ...heldOut].sort((a, b) => a - b)).toEqual([...labels.keys()]);
  for (const label of [0, 2]) {
    const share = (rows: number[]) => rows.filter((row) => labels[row] === label).length;
    expect(share(heldOut) / (share(heldOut) + share(kept))).toBeCloseTo(0.2, 1);
  }
  expect(() => holdOutPatients(labels, Array<string>(400).fill('one'), 0.2)).toThrow('1 patient cannot be both');
});

test('patients choose the weights where they are known, and a parent of another shape is refused', async () => {
  const patients = Array.from({ length: 160 }, (_, row) => `p${row % 8}`);
  const options = { sizes: tinyCompact, hyper: { ...short, epochs: 1 } };
  const byPatient = await trainRows({ ...request, train: { ...request.train, patients }, options });
  const held = byPatient.validation!.confusion.flat().reduce((a, b) => a + b);
  expect(held % 20).toBe(0);
  await expect(
    trainRows({ ...request, options, parent: { 'stem.filter': { shape: [1], data: new Float32Array(1) } } }),
  ).rejects.toThrow(/^the parent's .* is of shape/);
});
