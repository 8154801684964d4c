import type { Weights } from '../weights/weights.ts';
import { checkFeeds } from './executor.ts';
import type { CompiledFunction, Executor, ExecutorTensor, Feed, TensorFunction, TensorSpec } from './executor.ts';
import { mapNamed } from './named.ts';
import { tf, withBackend } from './tensorflow.ts';

/** Runs functions operation by operation on a registered TensorFlow.js backend (`cpu`, or libtensorflow's). */
export function eagerExecutor(backendName: string, name: string, device: string): Executor {
  return {
    name,
    device,
    compilesGraphs: false,
    callsAtOnce: 1,
    compile: async (compute, inputs, constants = {}) => new EagerFunction(backendName, compute, inputs, constants),
  };
}

class EagerTensor implements ExecutorTensor {
  readonly tensor: tf.Tensor;
  readonly backendName: string;
  constructor(tensor: tf.Tensor, backendName: string) {
    this.tensor = tensor;
    this.backendName = backendName;
  }
  get shape() {
    return this.tensor.shape;
  }
  read = async () => Float32Array.from(await this.tensor.data());
  dispose = () => this.tensor.dispose();
}

class EagerFunction implements CompiledFunction {
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  readonly #backendName: string;
  readonly #compute: TensorFunction;
  readonly #constants: Record<string, tf.Tensor>;

  constructor(
    backendName: string,
    compute: TensorFunction,
    inputs: Readonly<Record<string, TensorSpec>>,
    constants: Weights,
  ) {
    this.inputs = inputs;
    this.#backendName = backendName;
    this.#compute = compute;
    this.#constants = withBackend(backendName, () => mapNamed(constants, ({ data, shape }) => copied(data, shape)));
  }

  run = async (feeds: Readonly<Record<string, Feed>>) => {
    checkFeeds(this.inputs, feeds);
    return withBackend(this.#backendName, () => {
      const outputs = tf.tidy(() =>
        mapNamed(
          this.#compute(
            mapNamed(this.inputs, (spec, name) => asTensor(feeds[name], spec, this.#backendName)),
            this.#constants,
          ),
          (output) => tf.clone(tf.cast(output, 'float32')), // a clone, so that an output may be an input passed on
        ),
      );
      return mapNamed(outputs, (tensor) => new EagerTensor(tensor, this.#backendName));
    });
  };

  dispose = async () => {
    tf.dispose(this.#constants);
  };
}

// TensorFlow.js keeps the array it is given; the caller may write into its own again
const copied = (data: Float32Array | Int32Array, shape: readonly number[], dtype?: 'float32' | 'int32') =>
  tf.tensor(data.slice(), [...shape], dtype);

function asTensor(feed: Feed, { shape, dtype }: TensorSpec, backendName: string): tf.Tensor {
  if (!('read' in feed)) return copied(feed, shape, dtype);
  // TensorFlow.js would move another backend's tensor here, away from its owner
  if (!(feed instanceof EagerTensor && feed.backendName === backendName))
    throw new TypeError('this tensor belongs to another executor; read it first');
  return tf.reshape(feed.tensor, [...shape]);
}
