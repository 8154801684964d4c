import { expect, test } from 'vitest';
import { seededRandom } from '../../../../src-main/domain/random.ts';
import { readAll } from '../../../../src-main/engine/executors/executor.ts';
import { plainExecutor } from '../../../../src-main/engine/executors/present.ts';
import { tf, withBackend } from '../../../../src-main/engine/executors/tensorflow.ts';
import { normalizedConvolution } from '../../../../src-main/engine/network/layers.ts';
import { ChannelsLastSignal } from '../../../../src-main/engine/network/signal/channels-last.ts';
import { residualBlock } from '../../../../src-main/engine/network/residual-block.ts';
import { compilePredictor, inputSpecs } from '../../../../src-main/engine/network/predictor.ts';
import {
  compactSizes,
  publishedSizes,
  rhythmAttention,
  tokenGrid,
  tokenSpans,
} from '../../../../src-main/engine/network/rhythm-attention.ts';
import { layoutOf } from '../../../../src-main/engine/weights/weights.ts';
import { bumps, tinyCompact, tinyPublished } from '../tiny-network.ts';

test('the published network has 476,677 trainable weights and 23 tokens, 8 samples apart', () => {
  const weights = rhythmAttention(publishedSizes).initialWeights(seededRandom(1));
  expect(layoutOf(weights).trainableSize).toBe(476_677);
  expect(tokenGrid(publishedSizes)).toEqual({ count: 23, first: 3.5, spacing: 8 });
});

test('the compact network has 185 thousand trainable weights and 24 tokens, 8 samples apart', () => {
  const weights = rhythmAttention(compactSizes).initialWeights(seededRandom(1));
  expect(layoutOf(weights).trainableSize).toBe(184_709);
  expect(tokenGrid(compactSizes)).toEqual({ count: 24, first: 2, spacing: 8 });
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
  const tokens = tokenGrid(sizes).count;
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

test.each([publishedSizes, compactSizes, tinyCompact])(
  'spans of tokens follow one another without overlap',
  (sizes) => {
    const spans = tokenSpans(sizes);
    for (let token = 1; token < spans.length; token++) expect(spans[token].fromSample).toBe(spans[token - 1].toSample);
    expect(spans.every(({ fromSample, toSample }) => fromSample < toSample)).toBe(true);
    expect(spans.at(-1)!.toSample).toBeGreaterThan(sizes.samples - 8);
  },
);

test('a token is centred on the middle of the samples that reach it', () => {
  const sizes = { ...tinyCompact, samples: 97 };
  const { first, spacing } = tokenGrid(sizes);
  const drawn = rhythmAttention(sizes).initialWeights(seededRandom(2));
  const reached = withBackend('cpu', () =>
    tf.tidy(() => {
      const weights = Object.fromEntries(
        Object.entries(drawn).map(([name, { shape, data }]) => [
          name,
          tf.tensor(name.endsWith('filter') ? data.map(Math.abs) : data, [...shape]), // positive, so that all get through
        ]),
      );
      const eighth = (x: tf.Tensor) => {
        const pass = { weights, inputs: {} };
        const signal = new ChannelsLastSignal(tf.reshape(x, [1, 97, 1]));
        let y = normalizedConvolution(pass, 'stem', signal, { stride: sizes.stem.stride, isRectified: true });
        for (const [i, { stride, pool, channels }] of sizes.stages.entries())
          y = residualBlock(pass, `stage${i + 1}`, y, {
            stride,
            pool,
            width: sizes.filterWidth,
            from: 0,
            to: channels,
          });
        return tf.sum(tf.slice(y.tokens(), [0, 8, 0], [1, 1, -1]));
      };
      const gradient = tf
        .grad(eighth)(tf.ones([97]))
        .dataSync();
      return [...gradient.keys()].filter((sample) => gradient[sample] !== 0);
    }),
  );
  expect(reached.length).toBeGreaterThan(10);
  expect((reached[0] + reached.at(-1)!) / 2).toBe(first + 8 * spacing);
});
