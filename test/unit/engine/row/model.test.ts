import { expect, test } from 'vitest';
import { beatClasses } from '../../../../src-main/domain/beat-class.ts';
import { seededRandom } from '../../../../src-main/domain/random.ts';
import { onnxExecutor } from '../../../../src-main/engine/executors/onnx/executor.ts';
import { joinWeights } from '../../../../src-main/engine/network/averaged.ts';
import { rhythmAttention } from '../../../../src-main/engine/network/rhythm-attention.ts';
import { predictRows, readRowModel, writeRowModel } from '../../../../src-main/engine/row/model.ts';
import { bumps, tinyCompact as sizes } from '../tiny-network.ts';

const members = [1, 2, 3].map((seed) => rhythmAttention(sizes).initialWeights(seededRandom(seed)));
const average = {
  architecture: { kind: 'rhythm-attention', sizes, networks: 3 } as const,
  weights: joinWeights(members),
};
const executor = onnxExecutor({ threads: 1 });

test('an average gives the mean of its networks’ probabilities', async () => {
  const { inputs } = bumps(20, sizes, 1);
  const each: Float32Array[] = [];
  for (const weights of members) {
    const single = { architecture: { ...average.architecture, networks: 1 }, weights };
    each.push(await predictRows(single, inputs.signal, executor));
  }
  const together = await predictRows(average, inputs.signal, executor);
  const mean = each[0].map((_, i) => (each[0][i] + each[1][i] + each[2][i]) / 3);
  expect(Math.max(...together.map((p, i) => Math.abs(p - mean[i])))).toBeLessThan(1e-6);
});

test('a class is as probable as the kinds of rows that are of it', async () => {
  const wide = { ...sizes, classes: 2 * beatClasses.length };
  const weights = rhythmAttention(wide).initialWeights(seededRandom(4));
  const kinds = { kind: 'rhythm-attention', sizes: wide, networks: 1 } as const;
  const { inputs } = bumps(20, sizes, 1);
  const ofKinds = await predictRows({ architecture: kinds, weights }, inputs.signal, executor);
  const classOf = Array.from({ length: wide.classes }, (_, kind) => kind % beatClasses.length);
  const model = { architecture: { ...kinds, classOf }, weights };
  const ofClasses = await predictRows(model, inputs.signal, executor);
  const sums = Float32Array.from(ofClasses, (_, i) => {
    const [row, c] = [Math.floor(i / beatClasses.length), i % beatClasses.length];
    return ofKinds[row * wide.classes + c] + ofKinds[row * wide.classes + c + beatClasses.length];
  });
  expect(ofClasses).toHaveLength(20 * beatClasses.length);
  expect(Math.max(...ofClasses.map((p, i) => Math.abs(p - sums[i])))).toBeLessThan(1e-6);
  expect(ofClasses[1]).toBeCloseTo(ofKinds[1] + ofKinds[1 + beatClasses.length], 6);
  expect(readRowModel(writeRowModel(model).bytes, 'row.safetensors')).toEqual(model);
});

test('a row model is read as it was written, from the bytes of a Buffer too', () => {
  const { bytes } = writeRowModel(average);
  expect(readRowModel(bytes, 'row.safetensors')).toEqual(average);
  expect(readRowModel(Buffer.concat([Buffer.alloc(3), bytes]).subarray(3), 'row.safetensors')).toEqual(average);
});

test('a row model whose weights are not those of its architecture is refused', () => {
  const { bytes } = writeRowModel({ ...average, weights: members[0] });
  expect(() => readRowModel(bytes, 'row.safetensors')).toThrow('the weight is of shape');
});
