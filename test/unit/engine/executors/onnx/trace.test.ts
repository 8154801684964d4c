import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { readAll } from '../../../../../src-main/engine/executors/executor.ts';
import type { TensorFunction } from '../../../../../src-main/engine/executors/executor.ts';
import { onnxExecutor } from '../../../../../src-main/engine/executors/onnx/executor.ts';
import { toOnnx } from '../../../../../src-main/engine/executors/onnx/export.ts';
import { OnnxGraph } from '../../../../../src-main/engine/executors/onnx/graph.ts';
import { decodeModel } from '../../../../../src-main/engine/executors/onnx/proto.ts';
import { tf } from '../../../../../src-main/engine/executors/tensorflow.ts';
import { numbers, relativeError } from '../../numbers.ts';

const inputs = { x: { shape: [1, 2], dtype: 'float32' } } as const;
const weights = { matrix: { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) } };

test('an exported file gives the same outputs in a session of its own', async () => {
  const bytes = toOnnx(({ x }, { matrix }) => ({ y: tf.relu(tf.matMul(x, matrix)) }), inputs, weights, {
    classes: 'N S V',
  });
  const session = await InferenceSession.create(bytes);
  const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(1, -1), [1, 2]) });
  expect([y.dims, [...(y.data as Float32Array)]]).toEqual([
    [1, 3],
    [0, 0, 0],
  ]);
  const positive = await session.run({ x: new Tensor('float32', Float32Array.of(1, 1), [1, 2]) });
  expect([...(positive.y.data as Float32Array)]).toEqual([5, 7, 9]);
});

test('an exported file names inputs, outputs, weights and metadata', () => {
  const model = decodeModel(
    toOnnx(({ x }, { matrix }) => ({ y: tf.matMul(x, matrix) }), inputs, weights, { hash: 'abc' }),
  );
  expect({
    inputs: model.graph.input.map(({ name }) => name),
    outputs: model.graph.output.map(({ name }) => name),
    weights: model.graph.initializer.filter(({ dims }) => dims.length === 2).map(({ name, dims }) => [name, dims]),
    metadata: model.metadataProps,
  }).toEqual({
    inputs: ['x'],
    outputs: ['y'],
    weights: [['weight matrix', [2, 3]]],
    metadata: [{ key: 'hash', value: 'abc' }],
  });
});

test('refuses to export an output named as an input', () => {
  expect(() => toOnnx(({ x }) => ({ x: tf.relu(x) }), inputs, {})).toThrow('both an input and an output x');
});

test('refuses a function that reads values or uses tensors from outside', async () => {
  const executor = onnxExecutor();
  const reads = ({ x }: Readonly<Record<string, tf.Tensor>>) => ({ y: tf.mul(x, x.dataSync()[0]) });
  await expect(executor.compile(reads, inputs)).rejects.toThrow('must not read the values');
  let kept: tf.Tensor | undefined;
  await executor.compile(({ x }) => ({ y: (kept = tf.keep(tf.relu(x))) }), inputs);
  await expect(executor.compile(({ x }) => ({ y: tf.add(x, kept!) }), inputs)).rejects.toThrow(
    'may use only its inputs',
  );
  kept!.dispose();
});

test('a failed trace leaves the executor usable', async () => {
  const executor = onnxExecutor();
  const fails = () => {
    throw new Error('as planned');
  };
  await expect(executor.compile(fails, inputs)).rejects.toThrow('as planned');
  const compiled = await executor.compile(({ x }) => ({ y: tf.neg(x) }), inputs);
  expect([...(await (await compiled.run({ x: Float32Array.of(1, 2) })).y.read())]).toEqual([-1, -2]);
});

test('products of 8 bits come near the exact ones, and only constant weights are rounded', async () => {
  const matrix = { shape: [64, 5], data: numbers(320, 1) };
  const x = numbers(4 * 64, 2);
  const given = { x: { shape: [4, 64], dtype: 'float32' } } as const;
  const product = async (int8Products: boolean, compute: TensorFunction) => {
    const compiled = await onnxExecutor().compile(compute, given, { matrix }, { int8Products });
    return (await readAll(await compiled.run({ x }))).y;
  };
  const byWeights: TensorFunction = (inputs, { matrix: m }) => ({
    y: tf.matMul(inputs.x as tf.Tensor2D, m as tf.Tensor2D),
  });
  const error = relativeError(await product(true, byWeights), await product(false, byWeights));
  expect(error).toBeLessThan(0.02);
  expect(error).toBeGreaterThan(0);
  const byItself: TensorFunction = (inputs) => ({ y: tf.matMul(inputs.x, inputs.x, false, true) });
  expect(await product(true, byItself)).toEqual(await product(false, byItself));
});

test('transpositions that cancel, and what nothing reads, leave no node and no constant', () => {
  const graph = new OnnxGraph();
  const x = graph.input('x', [1, 2, 3], 'float32');
  const there = graph.transpose(x, [0, 2, 1]);
  graph.op('Exp', [graph.slice(x, 2, 0, 1)]);
  const back = graph.transpose(graph.elementwise('Relu', [there]), [0, 2, 1]);
  graph.output('y', back, [1, 2, 3], 'float32');
  const { node, initializer } = decodeModel(graph.encode()).graph;
  expect(node.map(({ opType }) => opType)).toEqual(['Relu', 'Identity']);
  expect(initializer).toEqual([]);
});

test('of reshapes in a row only the last is left', () => {
  const graph = new OnnxGraph();
  const x = graph.input('x', [2, 6], 'float32');
  graph.output('y', graph.reshape(graph.reshape(x, [12]), [3, 4]), [3, 4], 'float32');
  const { node } = decodeModel(graph.encode()).graph;
  expect(node.map(({ opType }) => opType)).toEqual(['Reshape', 'Identity']);
  expect(node[0].input[0]).toBe(x);
});

test('what a graph has already is not added again', () => {
  const graph = new OnnxGraph();
  const x = graph.input('x', [2, 2], 'float32');
  const ones = () => graph.constant(new Float32Array(4).fill(1), [2, 2], 'float32');
  const sum = graph.op('Add', [x, ones()]);
  expect(graph.op('Add', [x, ones()])).toBe(sum);
  expect(graph.op('Add', [x, graph.constant(new Float32Array(4).fill(2), [2, 2], 'float32')])).not.toBe(sum);
  expect(graph.op('Mul', [x, ones()])).not.toBe(sum);
  expect(graph.constant(new Float32Array(4).fill(1), [4], 'float32')).not.toBe(ones());
  expect(graph.op('Softmax', [x], { axis: 0 })).not.toBe(graph.op('Softmax', [x], { axis: 1 }));
});
