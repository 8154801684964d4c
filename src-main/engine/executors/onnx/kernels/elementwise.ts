import { tf } from '../../tensorflow.ts';
import type { OnnxGraph } from '../graph.ts';
import { traceKernel, tracedType } from '../trace.ts';

/** Kernels that map each element, alone or together with its partner under NumPy broadcasting. */
const broadcast = (a: tf.TensorInfo, b: tf.TensorInfo) => tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);

const arithmetic = {
  Add: 'Add',
  Sub: 'Sub',
  Multiply: 'Mul',
  RealDiv: 'Div',
  Maximum: 'Max',
  Minimum: 'Min',
  Pow: 'Pow',
};
for (const [kernel, op] of Object.entries(arithmetic))
  traceKernel(kernel, ({ graph, inputs: { a, b }, nameOf, give }) => {
    const names = [nameOf(a), nameOf(b)];
    const isAlike = tf.util.arraysEqual(a.shape, b.shape);
    return give(isAlike ? graph.elementwise(op, names) : graph.op(op, names), broadcast(a, b), a.dtype);
  });

traceKernel('SquaredDifference', ({ graph, inputs: { a, b }, nameOf, give }) => {
  const difference = graph.op('Sub', [nameOf(a), nameOf(b)]);
  return give(graph.op('Mul', [difference, difference]), broadcast(a, b), a.dtype);
});

traceKernel('AddN', ({ graph, inputs, nameOf, give }) => {
  const terms = Object.values(inputs);
  return give(graph.op('Sum', terms.map(nameOf)), terms[0].shape, terms[0].dtype);
});

const comparison = {
  Greater: 'Greater',
  GreaterEqual: 'GreaterOrEqual',
  Less: 'Less',
  LessEqual: 'LessOrEqual',
  Equal: 'Equal',
  LogicalAnd: 'And',
  LogicalOr: 'Or',
};
for (const [kernel, op] of Object.entries(comparison))
  traceKernel(kernel, ({ graph, inputs: { a, b }, nameOf, give }) =>
    give(graph.op(op, [nameOf(a), nameOf(b)]), broadcast(a, b), 'bool'),
  );

traceKernel('NotEqual', ({ graph, inputs: { a, b }, nameOf, give }) =>
  give(graph.op('Not', [graph.op('Equal', [nameOf(a), nameOf(b)])]), broadcast(a, b), 'bool'),
);
traceKernel('LogicalNot', ({ graph, inputs: { x }, nameOf, give }) =>
  give(graph.op('Not', [nameOf(x)]), x.shape, 'bool'),
);

const sameName = ['Relu', 'Sqrt', 'Exp', 'Log', 'Neg', 'Erf', 'Sigmoid', 'Tanh', 'Reciprocal', 'Abs', 'Sin', 'Cos'];
for (const op of [...sameName, 'Floor', 'Ceil', 'Round', 'Sign', 'Softplus'])
  traceKernel(op, ({ graph, inputs: { x }, nameOf, give }) =>
    give(graph.elementwise(op, [nameOf(x)]), x.shape, x.dtype),
  );

const composed: Record<string, (graph: OnnxGraph, x: string) => string> = {
  Square: (graph, x) => graph.op('Mul', [x, x]),
  Rsqrt: (graph, x) => graph.op('Reciprocal', [graph.op('Sqrt', [x])]),
  Expm1: (graph, x) => graph.op('Sub', [graph.op('Exp', [x]), graph.scalar(1)]),
  Log1p: (graph, x) => graph.op('Log', [graph.op('Add', [x, graph.scalar(1)])]),
  Relu6: (graph, x) => graph.op('Clip', [x, graph.scalar(0), graph.scalar(6)]),
};
for (const [kernel, compose] of Object.entries(composed))
  traceKernel(kernel, ({ graph, inputs: { x }, nameOf, give }) => give(compose(graph, nameOf(x)), x.shape, x.dtype));

traceKernel<{ alpha: number }>('LeakyRelu', ({ graph, inputs: { x }, attrs, nameOf, give }) =>
  give(graph.op('LeakyRelu', [nameOf(x)], { alpha: { float: attrs.alpha } }), x.shape, x.dtype),
);

traceKernel<{ alpha: number }>('Step', ({ graph, inputs: { x }, attrs, nameOf, give }) => {
  if (attrs.alpha) {
    const positive = graph.op('Greater', [nameOf(x), graph.scalar(0)]);
    return give(graph.op('Where', [positive, graph.scalar(1), graph.scalar(attrs.alpha)]), x.shape, x.dtype);
  }
  // one pass, where a comparison and a cast are two; so steep that every normal number above 0 gives 1
  return give(
    graph.elementwise('HardSigmoid', [nameOf(x)], { alpha: { float: 3e38 }, beta: { float: 0 } }),
    x.shape,
    x.dtype,
  );
});

traceKernel<{ clipValueMin: number; clipValueMax: number }>(
  'ClipByValue',
  ({ graph, inputs: { x }, attrs: { clipValueMin, clipValueMax }, nameOf, give }) =>
    give(graph.op('Clip', [nameOf(x), graph.scalar(clipValueMin), graph.scalar(clipValueMax)]), x.shape, x.dtype),
);

traceKernel('Select', ({ graph, inputs: { condition, t, e }, nameOf, give }) => {
  const rank = t.shape.length;
  const fits = condition.shape.length === rank;
  // TensorFlow.js lets a vector choose whole rows
  const choice = fits
    ? nameOf(condition)
    : graph.reshape(nameOf(condition), [...condition.shape, ...Array<number>(rank - condition.shape.length).fill(1)]);
  return give(graph.op('Where', [choice, nameOf(t), nameOf(e)]), t.shape, tf.upcastType(t.dtype, e.dtype));
});

traceKernel<{ dtype: tf.DataType }>('Cast', ({ graph, inputs: { x }, attrs: { dtype }, nameOf, give }) =>
  give(x.dtype === dtype ? nameOf(x) : graph.cast(nameOf(x), tracedType(dtype)), x.shape, dtype),
);

traceKernel('Identity', ({ inputs: { x }, nameOf, give }) => give(nameOf(x), x.shape, x.dtype));
