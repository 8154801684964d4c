import { tf } from '../../tensorflow.ts';
import { standardizeKernel } from '../../fused-kernels.ts';
import { traceKernel } from '../trace.ts';

/** Kernels along axes: sums, means, extremes, cumulative sums, softmax. */
interface Reduction {
  readonly axis?: number | number[];
  /** What the kernel `Max` calls its axes. */
  readonly reductionIndices?: number | number[];
  readonly keepDims: boolean;
}

/** So many terms are added rather than reduced. */
const fewTerms = 8;

const reductions = { Sum: 'ReduceSum', Mean: 'ReduceMean', Max: 'ReduceMax', Min: 'ReduceMin', Prod: 'ReduceProd' };
for (const [kernel, op] of Object.entries(reductions))
  traceKernel<Reduction>(kernel, ({ graph, inputs: { x }, attrs, nameOf, give }) => {
    const axes = tf.util.parseAxisParam(attrs.axis ?? attrs.reductionIndices ?? [...x.shape.keys()], x.shape);
    const shape = attrs.keepDims
      ? x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
      : x.shape.filter((_, axis) => !axes.includes(axis));
    // tfjs sums booleans as whole numbers, which ONNX refuses to do
    const [value, dtype] =
      x.dtype === 'bool' ? [graph.cast(nameOf(x), 'int32'), 'int32' as const] : [nameOf(x), x.dtype];
    // nothing to reduce: without axes ONNX would reduce all of them, and along one place it takes a pass over the values
    if (axes.every((axis) => x.shape[axis] === 1))
      return give(tf.util.arraysEqual(shape, x.shape) ? value : graph.reshape(value, shape), shape, dtype);
    // down the first axis ONNX Runtime sums at a tenth of the speed at which it adds
    if (kernel === 'Sum' && axes.join() === '0' && x.shape[0] <= fewTerms && dtype === 'float32') {
      const terms = graph.split(value, 0, Array<number>(x.shape[0]).fill(1));
      return give(graph.reshape(graph.op('Sum', terms), shape), shape, dtype);
    }
    return give(graph.op(op, [value, graph.ints(axes)], { keepdims: attrs.keepDims ? 1 : 0 }), shape, dtype);
  });

for (const op of ['ArgMax', 'ArgMin'])
  traceKernel<{ axis: number }>(op, ({ graph, inputs: { x }, attrs, nameOf, give }) => {
    const axis = tf.util.parseAxisParam(attrs.axis, x.shape)[0];
    const index = graph.cast(graph.op(op, [nameOf(x)], { axis, keepdims: 0 }), 'int32');
    return give(index, x.shape.toSpliced(axis, 1), 'int32');
  });

traceKernel<{ axis: number; exclusive: boolean; reverse: boolean }>(
  'Cumsum',
  ({ graph, inputs: { x }, attrs, nameOf, give }) => {
    const axis = tf.util.parseAxisParam(attrs.axis, x.shape)[0];
    const flags = { exclusive: attrs.exclusive ? 1 : 0, reverse: attrs.reverse ? 1 : 0 };
    return give(graph.op('CumSum', [nameOf(x), graph.scalar(axis, 'int32')], flags), x.shape, x.dtype);
  },
);

traceKernel<{ dim: number }>('Softmax', ({ graph, inputs: { logits }, attrs: { dim }, nameOf, give }) =>
  give(graph.op('Softmax', [nameOf(logits)], { axis: dim }), logits.shape, logits.dtype),
);
traceKernel<{ axis: number }>('LogSoftmax', ({ graph, inputs: { logits }, attrs: { axis }, nameOf, give }) =>
  give(graph.op('LogSoftmax', [nameOf(logits)], { axis }), logits.shape, logits.dtype),
);

traceKernel<{ epsilon: number }>(standardizeKernel, ({ graph, inputs: { x }, attrs: { epsilon }, nameOf, give }) => {
  const channels = x.shape.at(-1)!;
  const gain = graph.constant(new Float32Array(channels).fill(1), [channels], 'float32');
  const attributes = { axis: -1, epsilon: { float: epsilon } };
  const [value, , inverse] = graph.ops('LayerNormalization', [nameOf(x), gain], attributes, 3);
  return [give(value, x.shape, x.dtype), give(inverse, x.shape.with(-1, 1), x.dtype)];
});
