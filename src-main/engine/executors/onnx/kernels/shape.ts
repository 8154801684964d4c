import { tf } from '../../tensorflow.ts';
import { traceKernel } from '../trace.ts';

/** Kernels that move elements without computing: reshape, transpose, cut, join, pad, repeat, gather. */
traceKernel<{ shape: number[] }>('Reshape', ({ graph, inputs: { x }, attrs, nameOf, give }) => {
  const shape = tf.util.inferFromImplicitShape(attrs.shape, tf.util.sizeFromShape(x.shape));
  return give(tf.util.arraysEqual(shape, x.shape) ? nameOf(x) : graph.reshape(nameOf(x), shape), shape, x.dtype);
});

traceKernel<{ dim: number }>('ExpandDims', ({ graph, inputs: { input }, attrs: { dim }, nameOf, give }) => {
  const at = dim < 0 ? input.shape.length + 1 + dim : dim;
  const shape = [...input.shape.slice(0, at), 1, ...input.shape.slice(at)];
  return give(graph.reshape(nameOf(input), shape), shape, input.dtype);
});

traceKernel<{ perm: number[] }>('Transpose', ({ graph, inputs: { x }, attrs: { perm }, nameOf, give }) =>
  give(
    graph.transpose(nameOf(x), perm),
    perm.map((axis) => x.shape[axis]),
    x.dtype,
  ),
);

traceKernel<{ axis: number }>('Concat', ({ graph, inputs, attrs, nameOf, give }) => {
  const all = Object.values(inputs);
  const axis = tf.util.parseAxisParam(attrs.axis, all[0].shape)[0];
  const parts = all.filter((part) => tf.util.sizeFromShape(part.shape) > 0);
  const shape = tf.backend_util.computeOutShape(
    parts.map((part) => part.shape),
    axis,
  );
  return give(graph.op('Concat', parts.map(nameOf), { axis }), shape, all[0].dtype);
});

traceKernel<{ axis: number }>('Pack', ({ graph, inputs, attrs, nameOf, give }) => {
  const parts = Object.values(inputs);
  const [{ shape, dtype }] = parts;
  const axis = attrs.axis < 0 ? attrs.axis + shape.length + 1 : attrs.axis;
  const widened = [...shape.slice(0, axis), 1, ...shape.slice(axis)];
  const names = parts.map((part) => graph.reshape(nameOf(part), widened));
  return give(graph.op('Concat', names, { axis }), widened.with(axis, parts.length), dtype);
});

traceKernel<{ axis: number }>('Unpack', ({ graph, inputs: { value }, attrs, nameOf, give }) => {
  const axis = tf.util.parseAxisParam(attrs.axis, value.shape)[0];
  const shape = value.shape.toSpliced(axis, 1);
  return Array.from({ length: value.shape[axis] }, (_, i) =>
    give(graph.reshape(graph.slice(nameOf(value), axis, i, i + 1), shape), shape, value.dtype),
  );
});

traceKernel<{ begin: number[]; size: number[] }>('Slice', ({ graph, inputs: { x }, attrs, nameOf, give }) => {
  const [begin, size] = tf.slice_util.parseSliceParams(x as tf.Tensor, attrs.begin, attrs.size); // reads the shape alone
  const end = begin.map((from, axis) => from + size[axis]);
  const axes = [...begin.keys()].filter((axis) => size[axis] !== x.shape[axis]);
  const pick = (values: number[]) => graph.ints(axes.map((axis) => values[axis]));
  const name = axes.length ? graph.op('Slice', [nameOf(x), pick(begin), pick(end), graph.ints(axes)]) : nameOf(x);
  return give(name, size, x.dtype);
});

traceKernel<{ numOrSizeSplits: number | number[]; axis: number }>(
  'SplitV',
  ({ graph, inputs: { x }, attrs, nameOf, give }) => {
    const axis = tf.util.parseAxisParam(attrs.axis, x.shape)[0];
    const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, attrs.numOrSizeSplits, axis); // reads the shape alone
    const parts = graph.split(nameOf(x), axis, sizes);
    return parts.map((part, i) => give(part, x.shape.with(axis, sizes[i]), x.dtype));
  },
);

traceKernel<{ paddings: [number, number][]; constantValue: number }>(
  'PadV2',
  ({ graph, inputs: { x }, attrs: { paddings, constantValue }, nameOf, give }) => {
    const pads = graph.ints([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]);
    const fill = graph.scalar(constantValue, x.dtype === 'int32' ? 'int32' : 'float32');
    const shape = x.shape.map((length, axis) => length + paddings[axis][0] + paddings[axis][1]);
    return give(graph.op('Pad', [nameOf(x), pads, fill]), shape, x.dtype);
  },
);

traceKernel<{ reps: number[] }>('Tile', ({ graph, inputs: { x }, attrs: { reps }, nameOf, give }) => {
  const shape = x.shape.map((length, axis) => length * reps[axis]);
  return give(graph.op('Tile', [nameOf(x), graph.ints(reps)]), shape, x.dtype);
});

traceKernel<{ shape: number[] }>('BroadcastTo', ({ graph, inputs: { x }, attrs: { shape }, nameOf, give }) =>
  give(graph.op('Expand', [nameOf(x), graph.ints(shape)]), shape, x.dtype),
);

traceKernel<{ dims: number | number[] }>('Reverse', ({ graph, inputs: { x }, attrs: { dims }, nameOf, give }) => {
  const name = tf.util
    .parseAxisParam(dims, x.shape)
    .reduce(
      (value, axis) => graph.op('Gather', [value, graph.ints([...Array(x.shape[axis]).keys()].reverse())], { axis }),
      nameOf(x),
    );
  return give(name, x.shape, x.dtype);
});

traceKernel<{ axis: number; batchDims: number }>(
  'GatherV2',
  ({ graph, inputs: { x, indices }, attrs, nameOf, give }) => {
    if (attrs.batchDims) throw new Error('the ONNX executor gathers without batch dimensions only');
    const axis = tf.util.parseAxisParam(attrs.axis, x.shape)[0];
    const shape = x.shape.toSpliced(axis, 1, ...indices.shape);
    return give(graph.op('Gather', [nameOf(x), nameOf(indices)], { axis }), shape, x.dtype);
  },
);

/** The gradient of gather: adds each row of `x` to the row its segment id names. */
traceKernel<{ numSegments: number }>(
  'UnsortedSegmentSum',
  ({ graph, inputs: { x, segmentIds }, attrs: { numSegments }, nameOf, give }) => {
    if (segmentIds.shape.length !== 1) throw new Error('the ONNX executor sums segments named by a vector only');
    const shape = [numSegments, ...x.shape.slice(1)];
    const empty = graph.op('Expand', [graph.scalar(0), graph.ints(shape)]);
    const rows = graph.reshape(graph.cast(nameOf(segmentIds), 'int64'), [segmentIds.shape[0], 1]);
    return give(graph.op('ScatterND', [empty, rows, nameOf(x)], { reduction: 'add' }), shape, x.dtype);
  },
);
