import { deviceNames, type DeviceName } from '../../domain/device.ts';
import type { Executor } from '../executors/executor.ts';
import { libtensorflowExecutor } from '../executors/libtensorflow.ts';
import { onnxDevices, onnxExecutor } from '../executors/onnx/executor.ts';

/** Devices that this build can ask for, the CPU last; whether the machine has one shows only when it is tried. */
export const knownDevices = (): DeviceName[] => {
  const known = [...onnxDevices(), 'tfjs-node-gpu'];
  return deviceNames.filter((device) => known.includes(device));
};

/**
 * The executor of a device.
 * @param threads  for ONNX Runtime.
 * @throws {Error} where its library is missing, or this build does not know it: ONNX Runtime would silently take the CPU.
 */
export function executorFor(device: DeviceName, threads?: number): Executor {
  if (device === 'tfjs-node-gpu') return libtensorflowExecutor();
  if (!onnxDevices().includes(device)) throw new Error('ONNX Runtime has no part for it on this system.');
  return onnxExecutor({ device, ...(threads ? { threads } : {}) });
}

/** What drivers and loaders say, as one sentence for people; other words are passed on without their places in files. */
export function absenceOf(error: unknown): string {
  const line = String(error instanceof Error ? error.message : error)
    .split('\n')[0]
    .trim();
  for (const [pattern, sentence] of sentences) if (pattern.test(line)) return sentence;
  const words = line.replace(/^\S*\.(cc|cpp|h):\d+\s.*?(?=[A-Z][a-z]+ )/, '').replace(/ ; GPU=.*/, ''); // CUDA's: the machine's name and a place in a file
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

const sentences: readonly (readonly [RegExp, string])[] = [
  [/out of memory|failed to allocate|not enough memory|ALLOC_FAILED/i, 'Its memory was full.'],
  [
    /device (was |is )?(lost|removed|hung)|DEVICE_(REMOVED|HUNG|RESET)|887A000[567]/i,
    'It was lost: its driver gave up.',
  ],
  [/ExecutionProvider_Cuda.*(shared library|not enabled)/i, 'ONNX Runtime’s CUDA libraries are not installed here.'],
  [/WebGPU adapter|WebGPU device/i, 'No graphics adapter that WebGPU can use was found.'],
  [
    /tfjs_binding\.node|Cannot find module '@tensorflow/,
    'TensorFlow’s library is not built here; `npm run libtensorflow` builds it.',
  ],
  [/libtensorflow|libcud/, 'A library that TensorFlow needs is missing here.'],
];
