import { expect, test } from 'vitest';
import { seededRandom } from '../../../../src-main/domain/random.ts';
import { readAll } from '../../../../src-main/engine/executors/executor.ts';
import { plainExecutor } from '../../../../src-main/engine/executors/present.ts';
import { compilePredictor, inputSpecs } from '../../../../src-main/engine/network/predictor.ts';
import {
  compactSizes,
  publishedSizes,
  rhythmAttention,
  tokensOf,
} from '../../../../src-main/engine/network/rhythm-attention.ts';
import { layoutOf } from '../../../../src-main/engine/weights/weights.ts';
import { bumps, tinyCompact, tinyPublished } from '../tiny-network.ts';

test('the published network has 476,677 trainable weights and 23 tokens, 8 samples apart', () => {
  const weights = rhythmAttention(publishedSizes).initialWeights(seededRandom(1));
  expect(layoutOf(weights).trainableSize).toBe(476_677);
  expect(tokensOf(publishedSizes)).toEqual({ count: 23, stride: 8 });
});

test('the compact network has 86 thousand trainable weights and 24 tokens, 8 samples apart', () => {
  const weights = rhythmAttention(compactSizes).initialWeights(seededRandom(1));
  expect(layoutOf(weights).trainableSize).toBe(86_429);
  expect(tokensOf(compactSizes)).toEqual({ count: 24, stride: 8 });
});

test('the same seed draws the same weights, another seed others', () => {
  const draw = (seed: number) => rhythmAttention(tinyCompact).initialWeights(seededRandom(seed));
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

test('refuses heads that do not divide the channels', () => {
  expect(() => rhythmAttention({ ...tinyCompact, heads: 3 })).toThrow('3 heads do not divide 16 channels');
});

test.each([tinyPublished, tinyCompact])('every query of every head pays a total attention of 1', async (sizes) => {
  const network = rhythmAttention(sizes);
  const compiled = await plainExecutor().compile(
    (given, weights) => ({
      attention: network.forward({ weights, inputs: { signal: given['input signal'] } }).attentions[0],
    }),
    inputSpecs(network, 2),
    network.initialWeights(seededRandom(1)),
  );
  const outputs = await compiled.run({ 'input signal': bumps(2, sizes, 1).inputs.signal });
  const tokens = tokensOf(sizes).count;
  expect(outputs.attention.shape).toEqual([2, sizes.heads, tokens, tokens]);
  const { attention } = await readAll(outputs);
  for (let row = 0; row < attention.length; row += tokens)
    expect(attention.subarray(row, row + tokens).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
});

test('predicts the same for a beat in any place of any batch', async () => {
  const network = rhythmAttention(tinyCompact);
  const weights = network.initialWeights(seededRandom(4));
  const { inputs } = bumps(5, tinyCompact, 1);
  const inBatchesOf = async (batch: number) => {
    const predictor = await compilePredictor(plainExecutor(), network, weights, batch);
    const probabilities = await predictor.predict(inputs);
    await predictor.dispose();
    return probabilities;
  };
  const [one, four] = [await inBatchesOf(1), await inBatchesOf(4)];
  expect(one).toHaveLength(15);
  one.forEach((value, i) => expect(four[i]).toBeCloseTo(value, 6));
});

test('refuses inputs that are no whole number of beats', async () => {
  const network = rhythmAttention(tinyCompact);
  const predictor = await compilePredictor(plainExecutor(), network, network.initialWeights(seededRandom(4)), 1);
  await expect(predictor.predict({ signal: new Float32Array(30) })).rejects.toThrow('equally many whole beats');
});
