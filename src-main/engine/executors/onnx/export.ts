import type { Weights } from '../../weights/weights.ts';
import type { TensorFunction, TensorSpec } from '../executor.ts';
import { traceFunction } from './trace.ts';
import './executor.ts'; // registers the kernels

/**
 * A function with its weights as an .onnx file, the exchange format for inference.
 * Inputs and outputs keep their names and must not share any; the batch size is that of the given shapes.
 * @param metadata  text that travels in the file, such as the model's hash and its classes.
 */
export function toOnnx(
  compute: TensorFunction,
  inputs: Readonly<Record<string, TensorSpec>>,
  weights: Weights,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const unchanged = (name: string) => name;
  const { graph, outputs } = traceFunction(compute, inputs, weights, { input: unchanged, output: unchanged });
  const shared = Object.keys(outputs).filter((name) => name in inputs);
  if (shared.length) throw new Error(`an ONNX file cannot name both an input and an output ${shared.join(', ')}`);
  return graph.encode(metadata);
}
