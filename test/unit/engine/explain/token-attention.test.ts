import { describe, expect, test } from 'vitest';
import {
  attentionOverSamples,
  gradCam,
  gradientWeightedAttention,
  layersAmong,
  meanAttention,
  rolledOut,
} from '../../../../src-main/engine/explain/token-attention.ts';

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

describe('attention through layers', () => {
  // one beat, one head, two tokens: the first layer mixes both, the second looks at the second token alone
  const first = { shape: [1, 1, 2, 2], values: Float32Array.of(0.5, 0.5, 0.5, 0.5) };
  const second = { shape: [1, 1, 2, 2], values: Float32Array.of(0, 1, 0, 1) };

  test('rollout goes half around each layer', () => {
    // layers with the way around: [[.75, .25], [.25, .75]], then [[.5, .5], [0, 1]]; their product has rows .5 .5 and .25 .75
    expect([...rolledOut([first, second], 0)]).toEqual([0.375, 0.625]);
    expect([...meanAttention([first, second], 0)]).toEqual([0.25, 0.75]);
  });

  test('gradient-weighted attention counts what would raise the score, and carries it through the layers', () => {
    const against = { ...first, slopes: Float32Array.of(-1, -1, -1, -1) };
    expect([...gradientWeightedAttention([against], 0)]).toEqual([0, 0]);
    const helps = { ...first, slopes: Float32Array.of(2, 0, 0, 0) };
    const also = { ...second, slopes: Float32Array.of(1, 0, 1, 1) };
    // R1 = I + [[1, 0], [0, 0]]; R2 = R1 + [[0, 0], [0, 1]] R1 = [[2, 0], [0, 2]]; less I, mean of rows
    expect([...gradientWeightedAttention([helps, also], 0)]).toEqual([0.5, 0.5]);
  });

  test('Grad-CAM weighs channels by their mean slope and keeps what speaks for the class', () => {
    const values = Float32Array.of(1, 5, 2, 1, 0, 3); // (1, 3 tokens, 2 channels)
    const slopes = Float32Array.of(1, -1, 1, -1, 1, -1);
    expect([...gradCam(values, slopes, 1, 3, 0)]).toEqual([0, 1, 0]);
  });

  test('layers are found among outputs by their place, with their heads', () => {
    const outputs = {
      'value tokens': new Float32Array(8),
      'slope tokens': new Float32Array(8),
      'value block1.attention.paid': new Float32Array(2 * 3 * 4),
      'slope block1.attention.paid': new Float32Array(2 * 3 * 4),
    };
    expect(layersAmong(outputs, 2, 2).map(({ shape }) => shape)).toEqual([[2, 3, 2, 2]]);
  });
});
