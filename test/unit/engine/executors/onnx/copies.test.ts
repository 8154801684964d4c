import { describe, expect, test } from 'vitest';
import { readAll } from '../../../../../src-main/engine/executors/executor.ts';
import { onnxExecutor } from '../../../../../src-main/engine/executors/onnx/executor.ts';
import { tf } from '../../../../../src-main/engine/executors/tensorflow.ts';
import { numbers } from '../../numbers.ts';

const side = 400; // large enough that a product takes longer than handing it over
const inputs = { x: { shape: [side, side], dtype: 'float32' }, unused: { shape: [1], dtype: 'float32' } } as const;
const compute = ({ x }: Readonly<Record<string, tf.Tensor>>) => ({ y: tf.matMul(x, x), sum: tf.sum(x) });
const feeds = (seed: number) => ({ x: numbers(side * side, seed), unused: new Float32Array(1) });
const copiesOf = (threads: number, count: number) => onnxExecutor({ threads }).compileCopies!(count, compute, inputs);

test('there are as many copies as asked for, and no more calls at once than threads', async () => {
  expect(onnxExecutor({ threads: 3 }).callsAtOnce).toBe(3);
  const copies = await copiesOf(3, 2);
  expect(copies).toHaveLength(2);
  await Promise.all(copies.map((copy) => copy.dispose()));
  await expect(copiesOf(2, 3)).rejects.toThrow('3 calls at once on 2 threads');
});

describe('a function on two threads', () => {
  test('answers all calls at once, each with its own result, to the last bit alike', async () => {
    const [here, aside] = await copiesOf(2, 2);
    const seeds = [1, 2, 3];
    const results = (copy: typeof here) => Promise.all(seeds.map(async (seed) => readAll(await copy.run(feeds(seed)))));
    const [own, others] = await Promise.all([results(here), results(aside)]);
    expect(others).toEqual(own);
    expect(own[0].sum).not.toEqual(own[1].sum);
    await Promise.all([here.dispose(), aside.dispose()]);
  });

  test('takes what the other gave, and leaves its feeds alone', async () => {
    const [here, aside] = await copiesOf(2, 2);
    const given = feeds(1);
    const first = await here.run(given);
    const [there, again] = [await aside.run({ ...given, x: first.y }), await here.run({ ...given, x: first.y })];
    expect((await there.y.read()).slice(0, 9)).toEqual((await again.y.read()).slice(0, 9));
    expect(given).toEqual(feeds(1));
    for (const tensor of [first, there, again].flatMap((outputs) => Object.values(outputs))) tensor.dispose();
    await Promise.all([here.dispose(), aside.dispose()]);
  });

  test('refuses wrong feeds by name, and every call after its end, which waits for the one before', async () => {
    const [here, aside] = await copiesOf(2, 2);
    await expect(aside.run({ x: new Float32Array(3) })).rejects.toThrow('input x has 3 values');
    const last = aside.run(feeds(1));
    await Promise.all([aside.dispose(), aside.dispose(), here.dispose()]);
    expect((await (await last).y.read()).length).toBe(side * side);
    await expect(aside.run(feeds(1))).rejects.toThrow('was disposed of');
  });

  test('tells what the session says of a graph that it cannot compute', async () => {
    const gather = ({ x, at }: Readonly<Record<string, tf.Tensor>>) => ({ y: tf.gather(x, at as tf.Tensor1D) });
    const specs = { x: { shape: [2], dtype: 'float32' }, at: { shape: [1], dtype: 'int32' } } as const;
    const [here, aside] = await onnxExecutor({ threads: 2 }).compileCopies!(2, gather, specs);
    const beyond = { x: Float32Array.of(1, 2), at: Int32Array.of(7) };
    const [first, second] = [aside.run(beyond), aside.run(beyond)];
    await expect(first).rejects.toThrow('indices element out of data bounds');
    await expect(second).rejects.toThrow('indices element out of data bounds');
    await Promise.all([here.dispose(), aside.dispose()]);
  });
});
