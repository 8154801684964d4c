import type { Weights } from '../weights/weights.ts';
import type { tf } from './tensorflow.ts';

/** Shape and element type of a function's input. */
export interface TensorSpec {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
}

/**
 * A computation written once in TensorFlow.js operations. It must be pure and of static shapes: executors
 * that compile run it a single time and record what it does. `constants` are weights that stay as they are.
 */
export type TensorFunction = (
  inputs: Readonly<Record<string, tf.Tensor>>,
  constants: Readonly<Record<string, tf.Tensor>>,
) => Record<string, tf.Tensor>;

/** A result that stays where its executor computed it; feed it to a function of the same executor without copying. */
export interface ExecutorTensor {
  readonly shape: readonly number[];
  /** Its values in row-major order; every result is float32. */
  read(): Promise<Float32Array>;
  dispose(): void;
}
export type Feed = Float32Array | Int32Array | ExecutorTensor;
export type Feeds = Readonly<Record<string, Feed>>;
export type Outputs = Record<string, ExecutorTensor>;

export interface CompiledFunction {
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  /**
   * Feeds are left alone and stay the caller's; so are the outputs, to be disposed of when no longer needed.
   * @throws {RangeError} when an input is missing, unknown, or has not as many values as its shape.
   */
  run(feeds: Feeds): Promise<Outputs>;
  dispose(): Promise<void>;
}

/** Runs tensor functions: one implementation for each kind of runtime, all held to one parity suite. */
export interface Executor {
  /** For people and logs, as `onnxruntime 1.30.0`. */
  readonly name: string;
  /** `cpu`, `cuda`, `webgpu`, `dml`, `coreml`. */
  readonly device: string;
  /** Whether a function becomes one graph that is optimized as a whole, or runs operation by operation. */
  readonly compilesGraphs: boolean;
  compile(
    compute: TensorFunction,
    inputs: Readonly<Record<string, TensorSpec>>,
    constants?: Weights,
    options?: CompileOptions,
  ): Promise<CompiledFunction>;
  /** Calls that it computes at the same time, each by a copy of its own. */
  readonly callsAtOnce: number;
  /** The same function that many times, at most `callsAtOnce`; absent where that is one. */
  compileCopies?(
    count: number,
    compute: TensorFunction,
    inputs: Readonly<Record<string, TensorSpec>>,
    constants?: Weights,
  ): Promise<readonly CompiledFunction[]>;
}

export interface CompileOptions {
  /**
   * Lets an executor multiply by constant weights in whole numbers of 8 bits: faster, and right to about two digits.
   * Executors without that stay exact.
   */
  readonly int8Products?: boolean;
}

/** Reads and disposes of every output. */
export async function readAll<Name extends string>(
  outputs: Record<Name, ExecutorTensor>,
): Promise<Record<Name, Float32Array>> {
  const read: Record<string, Float32Array> = {};
  for (const [name, tensor] of Object.entries<ExecutorTensor>(outputs)) {
    read[name] = await tensor.read();
    tensor.dispose();
  }
  return read;
}

/** @throws {RangeError} naming the input that is missing, unknown or of the wrong size. */
export function checkFeeds(inputs: Readonly<Record<string, TensorSpec>>, feeds: Feeds): void {
  for (const name of Object.keys(feeds))
    if (!(name in inputs)) throw new RangeError(`unknown input ${name}; known: ${Object.keys(inputs).join(', ')}`);
  for (const [name, { shape }] of Object.entries(inputs)) {
    const feed = feeds[name];
    if (!feed) throw new RangeError(`input ${name} is missing`);
    const expected = shape.reduce((product, length) => product * length, 1);
    const actual = 'read' in feed ? feed.shape.reduce((product, length) => product * length, 1) : feed.length;
    if (actual !== expected) throw new RangeError(`input ${name} has ${actual} values, its shape says ${expected}`);
  }
}
