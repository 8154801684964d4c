import { expect, test } from 'vitest';
import { attentionOverSamples } from '../../../../src-main/engine/explain/token-attention.ts';

const spans = [
  { fromSample: 0, toSample: 1 },
  { fromSample: 1, toSample: 5 },
];

test('averages over queries and spreads each token over its span', () => {
  // two beats, one head, two queries, two keys; the second beat is asked for
  const values = Float32Array.of(1, 0, 1, 0, 0.5, 0.5, 0, 1);
  expect(attentionOverSamples([{ shape: [2, 1, 2, 2], values }], 1, spans, 6)).toEqual([
    {
      layer: 0,
      head: 0,
      tokens: Float32Array.of(0.25, 0.75),
      samples: Float32Array.of(0.25, 0.1875, 0.1875, 0.1875, 0.1875, 0),
    },
  ]);
});

test('refuses spans that are not as many as the tokens', () => {
  const layer = { shape: [1, 1, 1, 3], values: new Float32Array(3) };
  expect(() => attentionOverSamples([layer], 0, spans, 6)).toThrow('layer 0 attends to 3 tokens, there are 2 spans');
});
