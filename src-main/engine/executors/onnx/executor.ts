import { InferenceSession, Tensor, env, listSupportedBackends } from 'onnxruntime-node';
import onnxRuntime from 'onnxruntime-node/package.json' with { type: 'json' };
import { checkFeeds } from '../executor.ts';
import type { CompiledFunction, Executor, ExecutorTensor, Feed, Outputs, TensorSpec } from '../executor.ts';
import type { OnnxGraph } from './graph.ts';
import { traceFunction } from './trace.ts';
import '../float32.ts';
import './kernels/convolution.ts';
import './kernels/create.ts';
import './kernels/elementwise.ts';
import './kernels/matrix-product.ts';
import './kernels/reduce.ts';
import './kernels/shape.ts';

env.logLevel = 'fatal'; // what goes wrong is thrown too; its own lines on stderr would only repeat it

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
    compile: async (compute, inputs, constants = {}, options = {}) => {
      const { graph } = traceFunction(compute, inputs, constants, naming, {
        ...options,
        ...(device === 'webgpu' ? { mostParts: mostWebGpuParts } : {}),
      });
      return new OnnxFunction(inputs, await createSession(graph, device, threads));
    },
  };
}

/** A WebGPU shader is sure of 8 buffers (`maxStorageBuffersPerShaderStage`): what is split, and its parts. */
const mostWebGpuParts = 7;

// inputs and outputs often share names (weights in, weights out), which a graph may not
const naming = { input: (name: string) => `in ${name}`, output: (name: string) => `out ${name}` };

function createSession(graph: OnnxGraph, device: string, threads: number): Promise<InferenceSession> {
  return InferenceSession.create(graph.encode(), {
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3, // errors only
    // spinning threads halve the speed whenever another program wants the processor
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
}

class OnnxTensor implements ExecutorTensor {
  readonly tensor: Tensor;
  constructor(tensor: Tensor) {
    this.tensor = tensor;
  }
  get shape() {
    return this.tensor.dims;
  }
  read = async () => (await this.tensor.getData()) as Float32Array; // every output is traced as float32
  dispose = () => this.tensor.dispose();
}

class OnnxFunction implements CompiledFunction {
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  readonly #session: InferenceSession;

  constructor(inputs: Readonly<Record<string, TensorSpec>>, session: InferenceSession) {
    this.inputs = inputs;
    this.#session = session;
  }

  run = async (feeds: Readonly<Record<string, Feed>>): Promise<Outputs> => {
    checkFeeds(this.inputs, feeds);
    const used = Object.entries(this.inputs).filter(([name]) => this.#session.inputNames.includes(naming.input(name)));
    const results = await this.#session.run(
      Object.fromEntries(used.map(([name, spec]) => [naming.input(name), asTensor(feeds[name], spec)])),
    );
    return Object.fromEntries(
      Object.entries(results).map(([name, result]) => [name.slice('out '.length), new OnnxTensor(result as Tensor)]),
    );
  };

  dispose = () => this.#session.release();
}

function asTensor(feed: Feed, { shape, dtype }: TensorSpec): Tensor {
  if (feed instanceof OnnxTensor) return feed.tensor;
  if ('read' in feed) throw new TypeError('this tensor belongs to another executor; read it first');
  return dtype === 'float32'
    ? new Tensor('float32', feed as Float32Array, shape)
    : new Tensor('int32', feed as Int32Array, shape);
}
