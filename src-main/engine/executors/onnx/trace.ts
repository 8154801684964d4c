import type { Weights } from '../../weights/weights.ts';
import type { CompileOptions, TensorFunction, TensorSpec } from '../executor.ts';
import { tf, withBackend } from '../tensorflow.ts';
import { OnnxGraph } from './graph.ts';

/** The TensorFlow.js backend whose kernels record ONNX nodes instead of computing. */
export const tracingBackend = 'onnx-trace';

export type TracedType = 'float32' | 'int32' | 'bool';
interface Traced {
  readonly name: string;
  readonly graph: OnnxGraph;
  /** Only of constants: TensorFlow.js may ask for their values while it builds the graph. */
  readonly values?: tf.TypedArray;
}

class TracingBackend extends tf.KernelBackend {
  /** The graph being recorded; tracing is synchronous, so there is one at a time. */
  graph: OnnxGraph | undefined;
  readonly #traced = new WeakMap<object, Traced>();

  recording(): OnnxGraph {
    if (!this.graph) throw new Error('tensors of the tracing backend exist only while a function is traced');
    return this.graph;
  }
  nameOf(tensor: tf.TensorInfo): string {
    const traced = this.#traced.get(tensor.dataId);
    if (traced?.graph !== this.recording())
      throw new Error('a traced function may use only its inputs, its constants and tensors made inside it');
    return traced.name;
  }
  bind(name: string, values?: tf.TypedArray): object {
    const dataId = {};
    this.#traced.set(dataId, { name, graph: this.recording(), values });
    return dataId;
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): object {
    const type = tracedType(dtype);
    const numbers = values as tf.TypedArray; // text was refused by tracedType
    const data =
      type === 'float32'
        ? Float32Array.from(numbers)
        : type === 'int32'
          ? Int32Array.from(numbers)
          : Uint8Array.from(numbers);
    return this.bind(this.recording().constant(data, shape, type), data);
  }
  override readSync(dataId: object): tf.TypedArray {
    const values = this.#traced.get(dataId)?.values;
    if (!values) throw new Error('a traced function must not read the values of its tensors');
    return values;
  }
  override read = async (dataId: object) => this.readSync(dataId);

  // what TensorFlow.js asks of every backend; a recording owns no memory
  override disposeData = () => true;
  override incRef = () => undefined;
  override refCount = () => 1;
  override numDataIds = () => 0;
  override timerAvailable = () => false;
  override floatPrecision = () => 32 as const;
  override epsilon = () => 1e-7;
  override memory = () => ({ unreliable: true });
  override dispose = () => undefined;
}

const backend = new TracingBackend();
tf.registerBackend(tracingBackend, () => backend, 0); // never chosen by itself

export function tracedType(dtype: tf.DataType): TracedType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new TypeError(`the ONNX executor has no tensors of type ${dtype}`);
}

/** What a kernel sees: the graph it adds nodes to, its inputs, and how to name its result. */
export interface KernelCall<Attributes> {
  readonly graph: OnnxGraph;
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: Attributes;
  nameOf(tensor: tf.TensorInfo): string;
  give(name: string, shape: readonly number[], dtype: tf.DataType): tf.TensorInfo;
}

/** Registers how one TensorFlow.js kernel is written as ONNX nodes. */
export function traceKernel<Attributes = Record<string, never>>(
  kernelName: string,
  write: (call: KernelCall<Attributes>) => tf.TensorInfo | tf.TensorInfo[],
): void {
  tf.registerKernel({
    kernelName,
    backendName: tracingBackend,
    kernelFunc: ({ inputs, attrs }) =>
      write({
        graph: backend.recording(),
        inputs: inputs as Record<string, tf.TensorInfo>, // optional inputs are asked for by name in the kernels
        attrs: (attrs ?? {}) as Attributes,
        nameOf: (tensor) => backend.nameOf(tensor),
        give: (name, shape, dtype) => ({ dataId: backend.bind(name), shape: [...shape], dtype }),
      }),
  });
}

/** What a fused kernel does last. */
export function activated({ attrs, graph, nameOf, give }: KernelCall<{ activation: string }>, x: tf.TensorInfo) {
  if (attrs.activation === 'linear') return x;
  if (attrs.activation !== 'relu') throw new Error(`the ONNX executor fuses no ${attrs.activation}`);
  return give(graph.elementwise('Relu', [nameOf(x)]), x.shape, x.dtype);
}

/** How inputs and outputs are named in the graph, where the two may share names. */
export interface Naming {
  input(name: string): string;
  output(name: string): string;
}

/**
 * Records a function as an ONNX graph. All its outputs become float32.
 * @param mostParts  of one Split; more become slices.
 * @throws {Error} when it reads values or uses a kernel that has no ONNX form.
 */
export function traceFunction(
  compute: TensorFunction,
  inputs: Readonly<Record<string, TensorSpec>>,
  constants: Weights,
  naming: Naming,
  { int8Products = false, mostParts }: CompileOptions & { readonly mostParts?: number } = {},
): { graph: OnnxGraph; outputs: Record<string, readonly number[]> } {
  const graph = new OnnxGraph(int8Products, mostParts);
  const tensor = (name: string, shape: readonly number[], dtype: tf.DataType) =>
    tf.engine().makeTensorFromTensorInfo({ dataId: backend.bind(name), shape: [...shape], dtype }, backend);
  return withBackend(tracingBackend, () => {
    backend.graph = graph;
    tf.engine().startScope();
    try {
      const given = Object.entries(inputs).map(([name, { shape, dtype }]) => [
        name,
        tensor(graph.input(naming.input(name), shape, dtype), shape, dtype),
      ]);
      const held = Object.entries(constants).map(([name, { shape, data }]) => [
        name,
        tensor(graph.constant(data, shape, 'float32', `weight ${name}`), shape, 'float32'),
      ]);
      const results = compute(Object.fromEntries(given), Object.fromEntries(held));
      const outputs = Object.entries(results).map(([name, result]) => {
        const float = tf.cast(result, 'float32');
        graph.output(naming.output(name), backend.nameOf(float), float.shape, 'float32');
        return [name, float.shape] as const;
      });
      return { graph, outputs: Object.fromEntries(outputs) };
    } finally {
      tf.engine().endScope();
      backend.graph = undefined;
    }
  });
}
