import { tf } from '../executors/tensorflow.ts';
import type { InitialWeights } from './initial-weights.ts';
import { affine, dense, denseWeights, dropped, layerNorm, layerNormWeights } from './layers.ts';
import type { Dropout, Pass } from './network.ts';

/** Multi-head attention and the Transformer encoder block (Vaswani 2017), pre-norm (Xiong 2020). */
export interface TransformerShape {
  readonly tokens: number;
  readonly channels: number;
  readonly heads: number;
  /** Width of the hidden layer of the feed-forward part. */
  readonly feedForward: number;
}

export function attentionWeights(initial: InitialWeights, name: string, channels: number): void {
  denseWeights(initial, `${name}.queryKeyValue`, { from: channels, to: 3 * channels, hasBias: false });
  denseWeights(initial, `${name}.output`, { from: channels, to: channels, hasBias: false });
}

/**
 * Scaled dot-product attention of several heads.
 * @param x        (batch, tokens, channels); channels divide by heads.
 * @param queries  what asks, (batch, queries, channels); the tokens themselves where left out.
 * @returns        (batch, queries, channels) and the attention paid, (batch, heads, query, key).
 */
export function attention(
  pass: Pass,
  name: string,
  x: tf.Tensor,
  heads: number,
  queries?: tf.Tensor,
): { output: tf.Tensor; attention: tf.Tensor } {
  const [batch, tokens, channels] = x.shape;
  const width = channels / heads;
  const matrix = pass.weights[`${name}.queryKeyValue.matrix`]; // (channels, 3 * channels)
  const split = (y: tf.Tensor, parts: number) =>
    tf.split(tf.transpose(tf.reshape(y, [batch, y.shape[1]!, parts * heads, width]), [0, 2, 1, 3]), parts, 1); // each (batch, heads, tokens, width)
  const columns = (from: number, count: number) => tf.slice(matrix, [0, from * channels], [channels, count * channels]);
  const [query, key, value] = queries
    ? [...split(affine(queries, columns(0, 1)), 1), ...split(affine(x, columns(1, 2)), 2)]
    : split(affine(x, matrix), 3);
  const scores = tf.mul(tf.matMul(query, key, false, true), 1 / Math.sqrt(width)); // (batch, heads, query, key)
  const paid = tf.softmax(scores);
  const mixed = tf.transpose(tf.matMul(paid, value), [0, 2, 1, 3]); // (batch, query, heads, width)
  const joined = tf.reshape(mixed, [batch, queries?.shape[1] ?? tokens, channels]);
  return { output: dense(pass, `${name}.output`, joined), attention: paid };
}

export function transformerWeights(initial: InitialWeights, name: string, shape: TransformerShape): void {
  const { channels, feedForward } = shape;
  layerNormWeights(initial, `${name}.attentionNorm`, channels);
  attentionWeights(initial, `${name}.attention`, channels);
  layerNormWeights(initial, `${name}.feedNorm`, channels);
  denseWeights(initial, `${name}.widen`, { from: channels, to: feedForward, gain: 2 });
  denseWeights(initial, `${name}.narrow`, { from: feedForward, to: channels });
}

/** Dropout of what each half of the block adds. */
export function transformerDropouts(name: string, shape: TransformerShape, rate: number): Record<string, Dropout> {
  const { tokens, channels } = shape;
  const each = { shape: [tokens, channels], rate };
  return rate > 0 ? { [`${name}.attended`]: each, [`${name}.fed`]: each } : {};
}

/** (batch, tokens, channels) to the same, with the attention paid (batch, heads, query, key). */
export function transformerBlock(
  pass: Pass,
  name: string,
  x: tf.Tensor,
  heads: number,
): { output: tf.Tensor; attention: tf.Tensor } {
  const attended = attention(pass, `${name}.attention`, layerNorm(pass, `${name}.attentionNorm`, x), heads);
  const middle = tf.add(x, dropped(pass, `${name}.attended`, attended.output));
  const hidden = tf.relu(dense(pass, `${name}.widen`, layerNorm(pass, `${name}.feedNorm`, middle)));
  const fed = dropped(pass, `${name}.fed`, dense(pass, `${name}.narrow`, hidden));
  return { output: tf.add(middle, fed), attention: attended.attention };
}
