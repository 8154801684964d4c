import { describe, expect, test } from 'vitest';
import { readAll } from '../../../../src-main/engine/executors/executor.ts';
import type { TensorFunction } from '../../../../src-main/engine/executors/executor.ts';
import { findExecutors, plainExecutor } from '../../../../src-main/engine/executors/present.ts';
import { tf } from '../../../../src-main/engine/executors/tensorflow.ts';

const { present, absent } = await findExecutors(1);
const inputs = { x: { shape: [2], dtype: 'float32' } } as const;
const scale: TensorFunction = ({ x }, { gain }) => ({ x: tf.mul(x, gain) });
const gain = { gain: { shape: [2], data: Float32Array.of(2, 10) } };

test('the plain and the ONNX executor are always present', () => {
  expect(present.map(({ name }) => name.split(' ')[0])).toEqual(expect.arrayContaining(['onnxruntime', 'tfjs-cpu']));
  expect(present[0].device).toBe('cpu');
});

test('every absent executor says why', () => {
  for (const { reason } of absent) expect(reason.length).toBeGreaterThan(10);
  const listed = [...present, ...absent].map(({ name }) => name.split(' ')[0]);
  expect(listed).toContain('tfjs-node-gpu');
});

describe.each(present)('$name on $device', (executor) => {
  test('feeds a result back as the next input', async () => {
    const compiled = await executor.compile(scale, inputs, gain);
    const first = await compiled.run({ x: Float32Array.of(1, 1) });
    const second = await compiled.run(first);
    expect([...(await second.x.read())]).toEqual([4, 100]);
    expect([...(await first.x.read())]).toEqual([2, 10]); // the feed was left alone
  });

  test('leaves the arrays it was given to their owner', async () => {
    const compiled = await executor.compile(scale, inputs, gain);
    const x = Float32Array.of(1, 1);
    const result = await compiled.run({ x });
    x.fill(7);
    expect([...(await result.x.read())]).toEqual([2, 10]);
    expect([...(await (await compiled.run({ x })).x.read())]).toEqual([14, 70]);
  });

  test('refuses inputs that are missing, unknown or of another size', async () => {
    const compiled = await executor.compile(scale, inputs, gain);
    await expect(compiled.run({})).rejects.toThrow('input x is missing');
    await expect(compiled.run({ x: Float32Array.of(1, 1), y: Float32Array.of(1) })).rejects.toThrow('unknown input y');
    await expect(compiled.run({ x: Float32Array.of(1) })).rejects.toThrow('input x has 1 values, its shape says 2');
  });

  test('refuses a tensor of another executor', async () => {
    const other = executor.name === plainExecutor().name ? present[0] : plainExecutor();
    const foreign = await (await other.compile(scale, inputs, gain)).run({ x: Float32Array.of(1, 1) });
    const compiled = await executor.compile(scale, inputs, gain);
    await expect(compiled.run({ x: foreign.x })).rejects.toThrow('belongs to another executor');
  });

  test('gives an input passed on unchanged, an unused input, and whole numbers as floats', async () => {
    const compiled = await executor.compile(({ x, index }) => ({ same: x, index: tf.add(index, 1) }), {
      x: { shape: [2], dtype: 'float32' },
      unused: { shape: [1], dtype: 'float32' },
      index: { shape: [2], dtype: 'int32' },
    });
    const feeds = { x: Float32Array.of(3, 4), unused: Float32Array.of(0), index: Int32Array.of(5, 6) };
    expect(await readAll(await compiled.run(feeds))).toEqual({
      same: Float32Array.of(3, 4),
      index: Float32Array.of(6, 7),
    });
  });

  test('holds no tensor after its results are disposed of', async () => {
    const before = tf.memory().numTensors;
    const compiled = await executor.compile(scale, inputs, gain);
    for (let i = 0; i < 3; i++) await readAll(await compiled.run({ x: Float32Array.of(1, i) }));
    await compiled.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
