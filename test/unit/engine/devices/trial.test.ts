import { describe, expect, it } from 'vitest';
import { chooseDevices } from '../../../../src-main/domain/device.ts';
import { tryDevice } from '../../../../src-main/engine/devices/trial.ts';
import type { Executor, ExecutorTensor } from '../../../../src-main/engine/executors/executor.ts';
import { mapNamed } from '../../../../src-main/engine/executors/named.ts';
import { onnxExecutor } from '../../../../src-main/engine/executors/onnx/executor.ts';

const cpu = onnxExecutor({ threads: 1 });
const shortly = 0.01;

/** The CPU's executor with a fault in what is read from it. */
const faulty = (spoil: (values: Float32Array) => Float32Array): Executor => ({
  ...cpu,
  compile: async (...given) => {
    const compiled = await cpu.compile(...given);
    const spoiled = (tensor: ExecutorTensor): ExecutorTensor =>
      // weights and moments go back into the executor, which knows only its own tensors
      Object.create(tensor, { read: { value: async () => spoil(await tensor.read()) } }) as ExecutorTensor;
    return {
      ...compiled,
      dispose: compiled.dispose,
      run: async (feeds) => mapNamed(await compiled.run(feeds), spoiled),
    };
  },
});

describe('the trial of a device', () => {
  it('finds no difference from the CPU in the CPU, and measures both kinds of work', async () => {
    const trial = await tryDevice('webgpu', cpu, cpu, shortly);
    expect([trial.outputError, trial.gradientError]).toEqual([0, 0]);
    expect(Math.min(trial.predictPerS, trial.trainPerS)).toBeGreaterThan(0);
  });

  it('finds results that are off, which are then set aside', async () => {
    const off = faulty((values) => values.map((value) => 1.01 * value));
    const trial = await tryDevice('webgpu', off, cpu, shortly);
    expect(trial.outputError).toBeCloseTo(0.01, 4);
    expect(trial.gradientError).toBeCloseTo(0.01, 4);
    const own = await tryDevice('cpu', cpu, undefined, shortly);
    expect(chooseDevices([{ ...trial, predictPerS: 1e9, trainPerS: 1e9 }, own])).toMatchObject({
      ...{ predict: 'cpu', train: 'cpu' },
    });
  });

  it('refuses results that are no numbers', async () => {
    const blank = faulty((values) => values.fill(NaN));
    await expect(tryDevice('webgpu', blank, cpu, shortly)).rejects.toThrow(/no number|diverged/);
  });
});
