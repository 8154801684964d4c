import type { tf } from '../../tensorflow.ts';
import { traceKernel, tracedType } from '../trace.ts';
import type { KernelCall } from '../trace.ts';

/** Kernels that make tensors: filled, counted, one-hot. */
function filled({ graph, give }: KernelCall<unknown>, shape: readonly number[], value: number, dtype: tf.DataType) {
  const scalar = graph.scalar(value, dtype === 'int32' ? 'int32' : 'float32');
  const typed = dtype === 'bool' ? graph.cast(scalar, 'bool') : scalar;
  return give(shape.length ? graph.op('Expand', [typed, graph.ints(shape)]) : typed, shape, tracedType(dtype));
}

traceKernel<{ shape: number[]; value: number; dtype?: tf.DataType }>('Fill', (call) =>
  filled(call, call.attrs.shape, call.attrs.value, call.attrs.dtype ?? 'float32'),
);
traceKernel('ZerosLike', (call) => filled(call, call.inputs.x.shape, 0, call.inputs.x.dtype));
traceKernel('OnesLike', (call) => filled(call, call.inputs.x.shape, 1, call.inputs.x.dtype));

traceKernel<{ start: number; stop: number; step: number; dtype: 'float32' | 'int32' }>(
  'Range',
  ({ graph, attrs: { start, stop, step, dtype }, give }) => {
    const values = Array.from({ length: Math.max(0, Math.ceil((stop - start) / step)) }, (_, i) => start + i * step);
    const data = dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values);
    return give(graph.constant(data, [values.length], dtype), [values.length], dtype);
  },
);

traceKernel<{ depth: number; onValue: number; offValue: number; dtype: tf.DataType }>(
  'OneHot',
  ({ graph, inputs: { indices }, attrs: { depth, onValue, offValue, dtype }, nameOf, give }) => {
    const values = graph.constant(Float32Array.of(offValue, onValue), [2], 'float32');
    const oneHot = graph.op('OneHot', [graph.cast(nameOf(indices), 'int64'), graph.scalar(depth, 'int32'), values], {
      axis: -1,
    });
    const type = tracedType(dtype);
    return give(type === 'float32' ? oneHot : graph.cast(oneHot, type), [...indices.shape, depth], dtype);
  },
);
