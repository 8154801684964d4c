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

/** What the heads read, (batch, query, channels), up to the output matrix, and the attention paid, (batch, heads, query, key). */
interface Attended {
  readonly mixed: tf.Tensor;
  readonly attention: tf.Tensor;
}

/**
 * Scaled dot-product attention of several heads, after a layer norm.
 * @param x     (batch, tokens, channels); channels divide by heads.
 * @param norm  name of the layer norm.
 */
export function attention(pass: Pass, name: string, x: tf.Tensor, heads: number, norm: string): Attended {
  const [batch, tokens, channels] = x.shape;
  const width = channels / heads;
  const given = layerStandardized(x);
  const project = (columns?: DenseOptions['columns']) => {
    const y = dense(pass, `${name}.queryKeyValue`, given, { norm, columns });
    return tf.transpose(tf.reshape(y, [batch, tokens, -1, width]), [0, 2, 1, 3]) as tf.Tensor4D;
  };
  // in inference three products are 3 % faster than one that must be split; in training, with their gradients, 6 % slower
  const [query, key, value] = pass.training
    ? (tf.split(project(), 3, 1) as tf.Tensor4D[])
    : [0, 1, 2].map((part) => project({ from: part * channels, count: channels }));
  const scores = tf.mul(tf.matMul(query, key, false, true), 1 / Math.sqrt(width)); // (batch, heads, query, key)
  const paid = watched(pass, `${name}${attentionPlace}`, tf.softmax(scores));
  const mixed = tf.transpose(tf.matMul(paid, value), [0, 2, 1, 3]); // (batch, query, heads, width)
  return { mixed: tf.reshape(mixed, [batch, tokens, channels]), attention: paid };
}

/**
 * The same where a single token asks. Its heads are told apart by two small matrices, for products of one row each,
 * head by head, take longer to call than to work out.
 * @param asking  the token.
 */
export function attentionOfOne(
  pass: Pass,
  name: string,
  x: tf.Tensor,
  heads: number,
  { norm, asking }: { readonly norm: string; readonly asking: number },
): Attended {
  const [batch, tokens, channels] = x.shape;
  const width = channels / heads;
  const given = layerStandardized(x);
  const asks = tf.slice(given, [0, asking, 0], [batch, 1, channels]);
  const [query, key, value] = [asks, given, given].map((of, part) =>
    dense(pass, `${name}.queryKeyValue`, of, { norm, columns: { from: part * channels, count: channels } }),
  );
  const ofHead = tf.oneHot(
    tf.tensor1d(
      Array.from({ length: channels }, (_, i) => Math.floor(i / width)),
      'int32',
    ),
    heads,
  );
  const scores = tf.mul(perToken(tf.mul(key, query), ofHead), 1 / Math.sqrt(width)); // (batch, key, heads)
  const byHead = tf.reshape(tf.transpose(scores, [0, 2, 1]), [batch, heads, 1, tokens]);
  const paid = watched(pass, `${name}${attentionPlace}`, tf.softmax(byHead));
  const shares = tf.transpose(tf.reshape(paid, [batch, heads, tokens]), [0, 2, 1]);
  const mixed = tf.sum(tf.mul(perToken(shares, tf.transpose(ofHead)), value), 1, true); // (batch, 1, channels)
  return { mixed, attention: paid };
}

/** (batch, token, from) times (from, to). */
function perToken(x: tf.Tensor, matrix: tf.Tensor): tf.Tensor {
  const [batch, tokens, from] = x.shape;
  return tf.reshape(tf.matMul(tf.reshape(x, [batch * tokens!, from!]) as tf.Tensor2D, matrix as tf.Tensor2D), [
    batch,
    tokens!,
    -1,
  ]);
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
  const { mixed, attention: paid } = attention(pass, `${name}.attention`, x, heads, `${name}.attentionNorm`);
  const middle = denseOnto(pass, `${name}.attention.output`, mixed, x, `${name}.attended`);
  const hidden = tf.relu(dense(pass, `${name}.widen`, layerStandardized(middle), { norm: `${name}.feedNorm` }));
  return { output: denseOnto(pass, `${name}.narrow`, hidden, middle, `${name}.fed`), attention: paid };
}
