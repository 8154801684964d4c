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
    ['Something else\n  at somewhere', 'Something else.'],
    [
      "Non-zero status code returned while running MatMul node. Name:'node 7' Status Message: bfc_arena.cc:376 Failed to allocate memory for requested buffer of size 1073741824",
      'Its memory was full.',
    ],
    ['CUDA failure 2: out of memory ; GPU=0 ; hostname=ward-3 ; file=cuda_call.cc ; line=52', 'Its memory was full.'],
    [
      'CUDA failure 719: unspecified launch failure ; GPU=0 ; hostname=ward-3 ; file=cuda_call.cc ; line=52',
      'CUDA failure 719: unspecified launch failure.',
    ],
    ['WebGPU device lost (2): Device was destroyed.', 'It was lost: its driver gave up.'],
    ['80004005 887A0006 The GPU will not respond to more commands', 'It was lost: its driver gave up.'],
  ])('%s', (words, sentence) => {
    expect(absenceOf(new Error(words))).toBe(sentence);
  });
});
