import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { onnxExecutor } from '../../../../../src-main/engine/executors/onnx/executor.ts';
import { toOnnx } from '../../../../../src-main/engine/executors/onnx/export.ts';
import { decodeModel } from '../../../../../src-main/engine/executors/onnx/proto.ts';
import { tf } from '../../../../../src-main/engine/executors/tensorflow.ts';

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
