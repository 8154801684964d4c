import { tf } from '../executors/tensorflow.ts';

/** Activations that a layer may end with. */
export const activations = {
  linear: (x: tf.Tensor) => x,
  relu: (x: tf.Tensor) => tf.relu(x),
  gelu: (x: tf.Tensor) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)),
  tanh: (x: tf.Tensor) => tf.tanh(x),
  sigmoid: (x: tf.Tensor) => tf.sigmoid(x),
  silu: (x: tf.Tensor) => tf.mul(x, tf.sigmoid(x)),
};
export type ActivationName = keyof typeof activations;

/**
 * What one layer of a graph computes; shapes leave the batch axis out. Layers that only act in training (dropout,
 * noise) are `activation` with `linear`.
 */
export type LayerSettings =
  | { readonly kind: 'input'; readonly shape: readonly number[] }
  | { readonly kind: 'activation'; readonly activation: ActivationName }
  | { readonly kind: 'add' }
  | { readonly kind: 'concatenate' }
  | { readonly kind: 'flatten' }
  | { readonly kind: 'average-over-time' }
  | { readonly kind: 'maximum-over-time' }
  | { readonly kind: 'max-pool'; readonly width: number; readonly stride: number; readonly padding: Padding }
  | {
      readonly kind: 'convolution';
      readonly filters: number;
      readonly width: number;
      readonly stride: number;
      readonly padding: Padding;
      readonly hasBias: boolean;
      readonly activation: ActivationName;
    }
  | { readonly kind: 'dense'; readonly units: number; readonly hasBias: boolean; readonly activation: ActivationName }
  | {
      readonly kind: 'batch-norm' | 'layer-norm';
      readonly epsilon: number;
      readonly hasGain: boolean;
      readonly hasShift: boolean;
    }
  | { readonly kind: 'positions' }
  | {
      readonly kind: 'attention';
      readonly heads: number;
      readonly keyWidth: number;
      readonly valueWidth: number;
      readonly hasBias: boolean;
    };
export type Padding = 'same' | 'valid';
type Shape = readonly number[];
type Of<Kind extends LayerSettings['kind']> = Extract<LayerSettings, { kind: Kind }>;

/** A layer's kind: what it makes of shapes, which weights it has, how it runs. */
interface LayerKind<Settings> {
  readonly shape: (inputs: readonly Shape[], settings: Settings) => Shape;
  readonly weights?: (inputs: readonly Shape[], settings: Settings) => Readonly<Record<string, Shape>>;
  readonly run: (
    inputs: readonly tf.Tensor[],
    settings: Settings,
    weights: Readonly<Record<string, tf.Tensor>>,
  ) => { readonly output: tf.Tensor; readonly attention?: tf.Tensor };
}

/** Multiplies the last axis by a matrix; a bias is added where there is one. */
function affine(x: tf.Tensor, matrix: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  const product = tf.matMul(tf.reshape(x, [-1, matrix.shape[0]]), matrix); // (batch * ..., to)
  return tf.reshape(bias ? tf.add(product, bias) : product, [...x.shape.slice(0, -1), matrix.shape[1]!]);
}

const last = (shape: Shape): number => shape[shape.length - 1];
const places = (length: number, width: number, stride: number, padding: Padding): number =>
  padding === 'same' ? Math.ceil(length / stride) : Math.floor((length - width) / stride) + 1;
const given = <Values extends object>(holds: boolean, values: Values): Partial<Values> => (holds ? values : {});

/** Average, maximum and positions speak of time: (batch, time, channels). */
function timeAndChannels([shape]: readonly Shape[]): [number, number] {
  if (shape.length !== 2) throw new RangeError(`the layer reads (time, channels), but is given (${shape.join(', ')})`);
  return [shape[0], shape[1]];
}

function sameShapes(inputs: readonly Shape[]): Shape {
  const [first, ...others] = inputs;
  const odd = others.find((shape) => shape.join() !== first.join());
  if (odd) throw new RangeError(`shapes (${first.join(', ')}) and (${odd.join(', ')}) cannot be added`);
  return first;
}

const norm = (axesOf: (x: tf.Tensor) => number[] | undefined): LayerKind<Of<'batch-norm' | 'layer-norm'>> => ({
  shape: ([shape]) => shape,
  weights: ([shape], { kind, hasGain, hasShift }) => ({
    ...given(hasGain, { gain: [last(shape)] }),
    ...given(hasShift, { shift: [last(shape)] }),
    ...given(kind === 'batch-norm', { runningMean: [last(shape)], runningVariance: [last(shape)] }),
  }),
  run: ([x], { epsilon }, { gain, shift, runningMean, runningVariance }) => {
    const axes = axesOf(x);
    const mean = axes ? tf.mean(x, axes, true) : runningMean;
    const centered = tf.sub(x, mean);
    const variance = axes ? tf.mean(tf.square(centered), axes, true) : runningVariance;
    const normal = tf.mul(centered, tf.rsqrt(tf.add(variance, epsilon)));
    const scaled = gain ? tf.mul(normal, gain) : normal;
    return { output: shift ? tf.add(scaled, shift) : scaled };
  },
});

/** Every kind of layer a graph may hold. */
export const layerKinds: { readonly [Kind in LayerSettings['kind']]: LayerKind<Of<Kind>> } = {
  input: {
    shape: (_, { shape }) => shape,
    run: ([x], { shape }) => ({ output: tf.reshape(x, [x.shape[0], ...shape]) }),
  },
  activation: {
    shape: ([shape]) => shape,
    run: ([x], { activation }) => ({ output: activations[activation](x) }),
  },
  add: { shape: sameShapes, run: (xs) => ({ output: tf.addN([...xs]) }) },
  concatenate: {
    shape: (shapes) => {
      sameShapes(shapes.map((shape) => shape.slice(0, -1)));
      return [...shapes[0].slice(0, -1), shapes.reduce((sum, shape) => sum + last(shape), 0)];
    },
    run: (xs) => ({ output: tf.concat([...xs], -1) }),
  },
  flatten: {
    shape: ([shape]) => [shape.reduce((product, length) => product * length, 1)],
    run: ([x]) => ({ output: tf.reshape(x, [x.shape[0], -1]) }),
  },
  'average-over-time': { shape: (shapes) => [timeAndChannels(shapes)[1]], run: ([x]) => ({ output: tf.mean(x, 1) }) },
  'maximum-over-time': { shape: (shapes) => [timeAndChannels(shapes)[1]], run: ([x]) => ({ output: tf.max(x, 1) }) },
  'max-pool': {
    shape: (shapes, { width, stride, padding }) => {
      const [time, channels] = timeAndChannels(shapes);
      return [places(time, width, stride, padding), channels];
    },
    run: ([x], { width, stride, padding }) => {
      const image = tf.expandDims(x, 2) as tf.Tensor4D; // (batch, time, 1, channels)
      return { output: tf.squeeze(tf.maxPool(image, [width, 1], [stride, 1], padding), [2]) };
    },
  },
  convolution: {
    shape: (shapes, { filters, width, stride, padding }) => [
      places(timeAndChannels(shapes)[0], width, stride, padding),
      filters,
    ],
    weights: (shapes, { filters, width, hasBias }) => ({
      filter: [width, timeAndChannels(shapes)[1], filters],
      ...given(hasBias, { bias: [filters] }),
    }),
    run: ([x], { stride, padding, activation }, { filter, bias }) => {
      const y = tf.conv1d(x as tf.Tensor3D, filter as tf.Tensor3D, stride, padding);
      return { output: activations[activation](bias ? tf.add(y, bias) : y) };
    },
  },
  dense: {
    shape: ([shape], { units }) => [...shape.slice(0, -1), units],
    weights: ([shape], { units, hasBias }) => ({
      matrix: [last(shape), units],
      ...given(hasBias, { bias: [units] }),
    }),
    run: ([x], { activation }, { matrix, bias }) => ({ output: activations[activation](affine(x, matrix, bias)) }),
  },
  'batch-norm': norm(() => undefined) as LayerKind<Of<'batch-norm'>>,
  'layer-norm': norm((x) => [x.rank - 1]) as LayerKind<Of<'layer-norm'>>,
  positions: {
    shape: ([shape]) => shape,
    weights: (shapes) => ({ embedding: timeAndChannels(shapes) }),
    run: ([x], _, { embedding }) => ({ output: tf.add(x, embedding) }),
  },
  /** Inputs are queries, values and, where they differ from the values, keys. */
  attention: {
    shape: (shapes) => {
      timeAndChannels(shapes);
      return shapes[0];
    },
    weights: ([query, value, key = value], { heads, keyWidth, valueWidth, hasBias }) => ({
      query: [last(query), heads, keyWidth],
      key: [last(key), heads, keyWidth],
      value: [last(value), heads, valueWidth],
      output: [heads, valueWidth, last(query)],
      ...given(hasBias, {
        queryBias: [heads, keyWidth],
        keyBias: [heads, keyWidth],
        valueBias: [heads, valueWidth],
        outputBias: [last(query)],
      }),
    }),
    run: ([queries, values, keys = values], { heads, keyWidth, valueWidth }, weights) => {
      const part = (x: tf.Tensor, name: 'query' | 'key' | 'value', width: number) => {
        const matrix = tf.reshape(weights[name], [-1, heads * width]);
        const bias = weights[`${name}Bias`] && tf.reshape(weights[`${name}Bias`], [heads * width]);
        const [batch, tokens] = x.shape;
        return tf.transpose(tf.reshape(affine(x, matrix, bias), [batch, tokens, heads, width]), [0, 2, 1, 3]);
      };
      const [query, key] = [part(queries, 'query', keyWidth), part(keys, 'key', keyWidth)];
      const scores = tf.mul(tf.matMul(query, key, false, true), 1 / Math.sqrt(keyWidth));
      const attention = tf.softmax(scores); // (batch, heads, query, key)
      const mixed = tf.transpose(tf.matMul(attention, part(values, 'value', valueWidth)), [0, 2, 1, 3]);
      const joined = tf.reshape(mixed, [queries.shape[0], queries.shape[1]!, heads * valueWidth]);
      const matrix = tf.reshape(weights.output, [heads * valueWidth, -1]);
      return { output: affine(joined, matrix, weights.outputBias), attention };
    },
  },
};
