import { tf } from '../../tensorflow.ts';
import type { OnnxGraph } from '../graph.ts';
import { activated, traceKernel } from '../trace.ts';
import type { KernelCall } from '../trace.ts';

/** From how many rows on a left operand is better transposed for itself than inside the product. */
const longRows = 512;

/**
 * Transposes a tall matrix so that ONNX Runtime does not fold the transposition into the product, whose
 * transposed-left form runs at a third to four fifths of the speed: it does not look through the Reshape that follows.
 */
export function transposeTall(graph: OnnxGraph, value: string, rows: number, columns: number): string {
  const outer = [128, 64, 32, 16, 8, 4, 2].find((n) => rows % n === 0) ?? 1;
  if (outer === 1) return graph.transpose(value, [1, 0]);
  const split = graph.reshape(value, [outer, rows / outer, columns]);
  return graph.reshape(graph.transpose(split, [2, 0, 1]), [columns, rows]);
}

/** From how many terms on a sum is worth its quantization. */
const longEnough = 64;

/** Seven of the eight bits: processors without VNNI add pairs of products in 16 bits, which 255 * 127 twice overflows. */
const largestWeight = 63;

/**
 * A product with constant weights in whole numbers of 8 bits: each column of the weights has its own scale, the left
 * operand gets one scale for all when it is there.
 */
function int8Product(graph: OnnxGraph, left: string, right: string, columns: number, bias?: string): string {
  const largest = graph.op('ReduceMax', [graph.op('Abs', [right]), graph.ints([0])], { keepdims: 0 });
  const scale = graph.op('Div', [graph.op('Max', [largest, graph.scalar(1e-12)]), graph.scalar(largestWeight)]);
  const zero = graph.constant(new Int8Array(columns), [columns], 'int8');
  const weights = graph.op('QuantizeLinear', [right, scale, zero], { axis: 1 });
  return graph.op('DynamicQuantizeMatMul', [left, weights, scale, zero, ...(bias ? [bias] : [])]);
}

interface Product {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** One product for each place of the leading axes, plus a bias where there is one. */
function product({ graph, inputs: { a, b, bias }, attrs, nameOf, give }: KernelCall<Product>): tf.TensorInfo {
  const { transposeA, transposeB } = attrs;
  const [aRows, aColumns] = a.shape.slice(-2);
  const [bRows, bColumns] = b.shape.slice(-2);
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...batch, transposeA ? aColumns : aRows, transposeB ? bRows : bColumns];
  if (tf.util.sizeFromShape(batch) === 1) {
    const flat = (tensor: tf.TensorInfo) =>
      tensor.shape.length === 2 ? nameOf(tensor) : graph.reshape(nameOf(tensor), tensor.shape.slice(-2));
    const isInt8 = graph.hasInt8Products && graph.isConstant(nameOf(b)) && !transposeA && !transposeB;
    if (isInt8 && bRows >= longEnough) {
      const vector = bias?.shape.length === 1 ? nameOf(bias) : undefined;
      const scaled = int8Product(graph, flat(a), flat(b), bColumns, vector);
      const sum = bias && !vector ? graph.op('Add', [scaled, nameOf(bias)]) : scaled;
      return give(shape.length === 2 ? sum : graph.reshape(sum, shape), shape, a.dtype);
    }
    const isTall = transposeA && aRows >= longRows;
    const left = isTall ? transposeTall(graph, flat(a), aRows, aColumns) : flat(a);
    const third = bias && (bias.shape.length <= 2 ? nameOf(bias) : graph.reshape(nameOf(bias), bias.shape.slice(-2)));
    const result = graph.op('Gemm', [left, flat(b), ...(third ? [third] : [])], {
      transA: transposeA && !isTall ? 1 : 0,
      transB: transposeB ? 1 : 0,
    });
    return give(shape.length === 2 ? result : graph.reshape(result, shape), shape, a.dtype);
  }
  const turned = (tensor: tf.TensorInfo, transpose: boolean) => {
    const rank = tensor.shape.length;
    return transpose
      ? graph.transpose(nameOf(tensor), [...Array(rank - 2).keys(), rank - 1, rank - 2])
      : nameOf(tensor);
  };
  const result = graph.op('MatMul', [turned(a, transposeA), turned(b, transposeB)]);
  return give(bias ? graph.op('Add', [result, nameOf(bias)]) : result, shape, a.dtype);
}

traceKernel<Product>('BatchMatMul', product);

traceKernel<Product & { activation: string }>('_FusedMatMul', (call) => activated(call, product(call)));
