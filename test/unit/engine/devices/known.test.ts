import { describe, expect, it } from 'vitest';
import { absenceOf, executorFor, knownDevices } from '../../../../src-main/engine/devices/known.ts';

describe('the devices of this build', () => {
  it('end with the CPU', () => {
    expect(knownDevices().at(-1)).toBe('cpu');
  });

  it('refuse one that ONNX Runtime would silently replace by the CPU', () => {
    const foreign = (['dml', 'coreml'] as const).find((device) => !knownDevices().includes(device))!;
    expect(() => executorFor(foreign)).toThrow('ONNX Runtime has no part for it on this system.');
  });
});

describe('what a driver says', () => {
  it.each([
    [
      '/onnxruntime_src/core/providers/webgpu/webgpu_context.cc:136 Initialize() Failed to get a WebGPU adapter: No supported adapters',
      'No graphics adapter that WebGPU can use was found.',
    ],
    [
      'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
      'ONNX Runtime’s CUDA libraries are not installed here.',
    ],
    [
      'libtensorflow_cc.so.2: cannot open shared object file: No such file or directory',
      'A library that TensorFlow needs is missing here.',
    ],
    ['Out of memory\n  at somewhere', 'Out of memory.'],
  ])('%s', (words, sentence) => {
    expect(absenceOf(new Error(words))).toBe(sentence);
  });
});
