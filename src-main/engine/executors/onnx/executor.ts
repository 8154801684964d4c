import { listSupportedBackends } from 'onnxruntime-node';
import onnxRuntime from 'onnxruntime-node/package.json' with { type: 'json' };
import type { Executor } from '../executor.ts';
import { SessionFunction, naming } from './session-function.ts';
import { createSession } from './session.ts';
import { traceFunction } from './trace.ts';
import { WorkerFunction } from './worker-function.ts';
import '../float32.ts';
import './kernels/convolution.ts';
import './kernels/create.ts';
import './kernels/elementwise.ts';
import './kernels/matrix-product.ts';
import './kernels/reduce.ts';
import './kernels/shape.ts';

export interface OnnxOptions {
  /** ONNX Runtime's execution provider: `cpu`, `webgpu`, `cuda`, `dml`, `coreml`. */
  readonly device: string;
  /** Threads one operation may use; results differ in their last bits between thread counts. */
  readonly threads: number;
}
export const onnxDefaults: OnnxOptions = {
  device: 'cpu', // the one every machine has
  threads: 2, // leaves a reviewer's machine room for the screen
};

/** Devices that this build of ONNX Runtime knows; whether the machine has one shows only when it is tried. */
export function onnxDevices(): string[] {
  const known = listSupportedBackends().map(({ name }) => name);
  return ['cpu', 'cuda', 'dml', 'coreml', 'webgpu'].filter((device) => known.includes(device));
}

/** Compiles each function to one ONNX graph and runs it in ONNX Runtime. */
export function onnxExecutor(options: Partial<OnnxOptions> = {}): Executor {
  const { device, threads } = { ...onnxDefaults, ...options };
  return {
    name: `onnxruntime ${onnxRuntime.version}`,
    device,
    compilesGraphs: true,
    callsAtOnce: device === 'cpu' ? threads : 1,
    compile: async (compute, inputs, constants = {}, options = {}) => {
      const { graph } = traceFunction(compute, inputs, constants, naming, {
        ...options,
        ...(device === 'webgpu' ? { mostParts: mostWebGpuParts } : {}),
      });
      return new SessionFunction(inputs, await createSession(graph.encode(), device, threads));
    },
    ...(device === 'cpu'
      ? {
          // threads that each compute a whole function never wait for one another, as those of one operation do
          compileCopies: async (count, compute, inputs, constants = {}) => {
            if (count > threads) throw new RangeError(`${count} calls at once on ${threads} threads`);
            const graph = traceFunction(compute, inputs, constants, naming).graph.encode();
            return Promise.all([
              createSession(graph, device, 1).then((session) => new SessionFunction(inputs, session)),
              ...Array.from({ length: count - 1 }, () => WorkerFunction.start(inputs, graph)),
            ]);
          },
        }
      : {}),
  };
}

/** A WebGPU shader is sure of 8 buffers (`maxStorageBuffersPerShaderStage`): what is split, and its parts. */
const mostWebGpuParts = 7;
