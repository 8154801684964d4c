import { tf } from '../executors/tensorflow.ts';
import type { InitialWeights } from './initial-weights.ts';
import { dense, denseOnto, denseWeights, layerNormWeights, layerStandardized, type DenseOptions } from './layers.ts';
import { attentionPlace, watched, type Dropout, type Pass } from './network.ts';

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
 * Scaled dot-product attention of several heads, up to its output matrix.
 * @param x       (batch, tokens, channels); channels divide by heads.
 * @param norm    a layer norm before it.
 * @param asking  the only token that asks, where what the others would read is not used.
 * @returns       what the heads read, (batch, query, channels), and the attention paid, (batch, heads, query, key).
 */
export function attention(
  pass: Pass,
  name: string,
  x: tf.Tensor,
  heads: number,
  { norm, asking }: { readonly norm?: string; readonly asking?: number } = {},
): { mixed: tf.Tensor; attention: tf.Tensor } {
  const [batch, tokens, channels] = x.shape;
  const width = channels / heads;
  const given = norm ? layerStandardized(x) : x;
  const asks = asking === undefined ? given : tf.slice(given, [0, asking, 0], [batch, 1, channels]);
  const project = (of: tf.Tensor, columns?: DenseOptions['columns']) =>
    dense(pass, `${name}.queryKeyValue`, of, { norm, columns });
  const byHead = (y: tf.Tensor) =>
    tf.transpose(tf.reshape(y, [batch, y.shape[1]!, -1, width]), [0, 2, 1, 3]) as tf.Tensor4D;
  // in inference three products are 3 % faster than one that must be split; in training, with their gradients, 6 % slower
  const [query, key, value] =
    pass.training && asking === undefined
      ? (tf.split(byHead(project(given)), 3, 1) as tf.Tensor4D[])
      : [asks, given, given].map((of, part) => byHead(project(of, { from: part * channels, count: channels })));
  const scores = tf.mul(tf.matMul(query, key, false, true), 1 / Math.sqrt(width)); // (batch, heads, query, key)
  const paid = watched(pass, `${name}${attentionPlace}`, tf.softmax(scores));
  const mixed = tf.transpose(tf.matMul(paid, value), [0, 2, 1, 3]); // (batch, query, heads, width)
  return { mixed: tf.reshape(mixed, [batch, asking === undefined ? tokens : 1, channels]), attention: paid };
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
  const { mixed, attention: paid } = attention(pass, `${name}.attention`, x, heads, {
    norm: `${name}.attentionNorm`,
  });
  const middle = denseOnto(pass, `${name}.attention.output`, mixed, x, `${name}.attended`);
  const hidden = tf.relu(dense(pass, `${name}.widen`, layerStandardized(middle), { norm: `${name}.feedNorm` }));
  return { output: denseOnto(pass, `${name}.narrow`, hidden, middle, `${name}.fed`), attention: paid };
}
