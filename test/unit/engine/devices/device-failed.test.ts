import { describe, expect, it } from 'vitest';
import { DeviceFailed, tellingFailures } from '../../../../src-main/engine/devices/device-failed.ts';
import type { Executor, ExecutorTensor } from '../../../../src-main/engine/executors/executor.ts';
import { mapNamed } from '../../../../src-main/engine/executors/named.ts';
import { onnxExecutor } from '../../../../src-main/engine/executors/onnx/executor.ts';
import { tf } from '../../../../src-main/engine/executors/tensorflow.ts';

const cpu = onnxExecutor({ threads: 1 });
const x = { shape: [2], dtype: 'float32' } as const;
const doubled = (executor: Executor) => executor.compile(({ x }) => ({ y: tf.add(x, x) }), { x });
const gone = () => Promise.reject(new Error('WebGPU device lost (2): gone'));

/** The CPU's executor with functions that are changed. */
const changed = (change: (compiled: Awaited<ReturnType<typeof doubled>>) => object): Executor => ({
  ...cpu,
  compile: async (...given) => {
    const compiled = await cpu.compile(...given);
    return Object.create(
      compiled,
      mapNamed(change(compiled) as Record<string, unknown>, (value) => ({ value })),
    ) as never;
  },
});

describe('an executor whose failures are told', () => {
  it('computes, and takes its own results', async () => {
    const double = await doubled(tellingFailures('webgpu', cpu));
    const { y } = await double.run({ x: Float32Array.of(1, 2) });
    const again = await double.run({ x: y });
    expect([...(await again.y.read())]).toEqual([4, 8]);
    await double.dispose();
  });

  it.each([
    ['compile', { ...cpu, compile: gone }],
    ['run', changed(() => ({ run: gone }))],
    [
      'give its results',
      changed(({ run }) => ({
        run: async (feeds: never) =>
          mapNamed(await run(feeds), (tensor) => Object.create(tensor, { read: { value: gone } }) as ExecutorTensor),
      })),
    ],
  ])('is at fault where it cannot %s', async (_what, executor) => {
    const work = async () => {
      const double = await doubled(tellingFailures('webgpu', executor));
      return (await double.run({ x: Float32Array.of(1, 2) })).y.read();
    };
    const error: unknown = await work().catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(DeviceFailed);
    expect((error as DeviceFailed).reason).toBe('It was lost: its driver gave up.');
  });

  it('is not at fault for what it was wrongly given', async () => {
    const double = await doubled(tellingFailures('webgpu', cpu));
    await expect(double.run({ x: Float32Array.of(1, 2, 3) })).rejects.toBeInstanceOf(RangeError);
    await double.dispose();
  });
});
