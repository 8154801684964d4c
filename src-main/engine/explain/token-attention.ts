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
