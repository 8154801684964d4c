import { Tensor } from 'onnxruntime-node';
import type { InferenceSession } from 'onnxruntime-node';
import { checkFeeds } from '../executor.ts';
import type { CompiledFunction, ExecutorTensor, Feed, Feeds, Outputs, TensorSpec } from '../executor.ts';
import type { Naming } from './trace.ts';

/** Inputs and outputs often share names (weights in, weights out), which a graph may not. */
export const naming: Naming = { input: (name) => `in ${name}`, output: (name) => `out ${name}` };

export class OnnxTensor implements ExecutorTensor {
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

/** What a session gave, under the function's own names. */
export const outputsOf = (results: Readonly<Record<string, Tensor>>): Outputs =>
  Object.fromEntries(
    Object.entries(results).map(([name, result]) => [name.slice(naming.output('').length), new OnnxTensor(result)]),
  );

/** A function in a session of this thread. */
export class SessionFunction implements CompiledFunction {
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  readonly #session: InferenceSession;

  constructor(inputs: Readonly<Record<string, TensorSpec>>, session: InferenceSession) {
    this.inputs = inputs;
    this.#session = session;
  }

  run = async (feeds: Feeds): Promise<Outputs> => {
    checkFeeds(this.inputs, feeds);
    const used = Object.entries(this.inputs).filter(([name]) => this.#session.inputNames.includes(naming.input(name)));
    const results = await this.#session.run(
      Object.fromEntries(used.map(([name, spec]) => [naming.input(name), asTensor(feeds[name], spec)])),
    );
    return outputsOf(results as Record<string, Tensor>);
  };

  dispose = () => this.#session.release();
}

export function asTensor(feed: Feed, { shape, dtype }: TensorSpec): Tensor {
  if (feed instanceof OnnxTensor) return feed.tensor;
  if ('read' in feed) throw new TypeError('this tensor belongs to another executor; read it first');
  return dtype === 'float32'
    ? new Tensor('float32', feed as Float32Array, shape)
    : new Tensor('int32', feed as Int32Array, shape);
}
