import { attentionPlace } from '../network/network.ts';

/** The samples of the input that a token stands for, half-open. */
export interface TokenSpan {
  readonly fromSample: number;
  readonly toSample: number;
}

/** How much one head of one layer attends to each part of one beat. */
export interface HeadAttention {
  /** From 0, in the order of the network. */
  readonly layer: number;
  readonly head: number;
  /** Share of attention that each token gets, averaged over the queries; sums to 1. */
  readonly tokens: Float32Array;
  /** The same by input sample: each token's share spread evenly over its span. */
  readonly samples: Float32Array;
}

/** One attention layer's values, (batch, heads, query, key) row-major. */
export interface LayerAttention {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}
/** The same with the slope of a score by each value. */
export interface WeightedLayer extends LayerAttention {
  readonly slopes: Float32Array;
}

/** The attention layers among named outputs `value <place>` and `slope <place>`, in the network's order. */
export const layersAmong = (
  outputs: Readonly<Record<string, Float32Array>>,
  batch: number,
  tokens: number,
): WeightedLayer[] =>
  Object.keys(outputs).flatMap((name) => {
    if (!name.startsWith('value ') || !name.endsWith(attentionPlace)) return [];
    const values = outputs[name];
    const slopes = outputs[name.replace('value ', 'slope ')];
    return [{ shape: [batch, values.length / batch / tokens ** 2, tokens, tokens], values, slopes }];
  });

/**
 * Attention of every head and layer over the input samples of one beat of a batch.
 * @throws {RangeError} when the spans are not as many as the tokens attended to.
 */
export function attentionOverSamples(
  layers: readonly LayerAttention[],
  beat: number,
  spans: readonly TokenSpan[],
  samples: number,
): HeadAttention[] {
  return layers.flatMap(({ shape: [, heads, queries, keys], values }, layer) => {
    if (keys !== spans.length)
      throw new RangeError(`layer ${layer} attends to ${keys} tokens, there are ${spans.length} spans`);
    return Array.from({ length: heads }, (_, head) => {
      const tokens = new Float32Array(keys);
      const from = (beat * heads + head) * queries * keys;
      for (let query = 0; query < queries; query++)
        for (let key = 0; key < keys; key++) tokens[key] += values[from + query * keys + key] / queries;
      return { layer, head, tokens, samples: spreadOverSamples(tokens, spans, samples) };
    });
  });
}

/** Spreads each token's value evenly over the samples of its span, so that sums stay as they are. */
export function spreadOverSamples(tokens: Float32Array, spans: readonly TokenSpan[], samples: number): Float32Array {
  const spread = new Float32Array(samples);
  spans.forEach(({ fromSample, toSample }, token) => {
    for (let i = fromSample; i < toSample; i++) spread[i] += tokens[token] / (toSample - fromSample);
  });
  return spread;
}

/** One layer's matrix (query, key) of a beat, mean over heads of what `of` makes of each place. */
function headMean(shape: readonly number[], beat: number, of: (at: number) => number): Float64Array {
  const [, heads, queries, keys] = shape;
  const size = queries * keys;
  const mean = new Float64Array(size);
  for (let head = 0; head < heads; head++)
    for (let i = 0; i < size; i++) mean[i] += of((beat * heads + head) * size + i) / heads;
  return mean;
}

/** Share that each token gets, mean over layers, heads and queries. */
export const meanAttention = (layers: readonly LayerAttention[], beat: number): Float32Array => {
  const each = layers.map((layer) => rowMean(headMean(layer.shape, beat, (at) => layer.values[at])));
  return each[0].map((_, token) => each.reduce((sum, tokens) => sum + tokens[token], 0) / each.length);
};

/**
 * Attention rollout (Abnar and Zuidema 2020): how attention mixes the tokens through all layers, half of each layer
 * being the way around it; mean over the queries of the last. With a single layer it ranks as raw attention does.
 */
export function rolledOut(layers: readonly LayerAttention[], beat: number): Float32Array {
  const [, , tokens] = layers[0].shape;
  const mixed = layers.reduce<Float64Array>((before, { shape, values }) => {
    const mean = headMean(shape, beat, (at) => values[at]);
    const layer = mean.map((share, i) => 0.5 * share + (i % (tokens + 1) === 0 ? 0.5 : 0));
    return product(layer, before, tokens);
  }, identity(tokens));
  return rowMean(mixed);
}

/**
 * Gradient-weighted attention relevance (Chefer 2021, self-attention): attention where more of it would raise the
 * score, mean over heads, accumulated through the layers; mean over the queries, each token's own start left out.
 */
export function gradientWeightedAttention(layers: readonly WeightedLayer[], beat: number): Float32Array {
  const [, , tokens] = layers[0].shape;
  const start = identity(tokens);
  const relevance = layers.reduce((before, { shape, values, slopes }) => {
    const helpful = headMean(shape, beat, (at) => Math.max(0, values[at] * slopes[at]));
    return product(helpful, before, tokens).map((added, i) => before[i] + added);
  }, start);
  return rowMean(relevance.map((value, i) => value - start[i]));
}

/**
 * Grad-CAM (Selvaraju 2017): channels of the last convolutions by the mean slope of the score, what is positive of
 * their sum.
 * @param values  (batch, token, channel), and the score's slopes of the same shape.
 */
export function gradCam(
  values: Float32Array,
  slopes: Float32Array,
  batch: number,
  tokens: number,
  beat: number,
): Float32Array {
  const channels = values.length / batch / tokens;
  const at = (token: number, channel: number) => (beat * tokens + token) * channels + channel;
  const weights = new Float64Array(channels);
  for (let token = 0; token < tokens; token++)
    for (let channel = 0; channel < channels; channel++) weights[channel] += slopes[at(token, channel)] / tokens;
  return Float32Array.from({ length: tokens }, (_, token) =>
    Math.max(
      0,
      weights.reduce((sum, weight, channel) => sum + weight * values[at(token, channel)], 0),
    ),
  );
}

const identity = (tokens: number): Float64Array =>
  Float64Array.from({ length: tokens ** 2 }, (_, i) => (i % (tokens + 1) === 0 ? 1 : 0));

/** Square matrices of that side, row-major. */
function product(a: Float64Array, b: Float64Array, side: number): Float64Array {
  const c = new Float64Array(side * side);
  for (let i = 0; i < side; i++)
    for (let k = 0; k < side; k++) for (let j = 0; j < side; j++) c[i * side + j] += a[i * side + k] * b[k * side + j];
  return c;
}

/** Mean over the rows of a square matrix. */
function rowMean(matrix: Float64Array): Float32Array {
  const side = Math.sqrt(matrix.length);
  const mean = new Float32Array(side);
  for (let i = 0; i < matrix.length; i++) mean[i % side] += matrix[i] / side;
  return mean;
}
