import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../src-main/domain/random.ts';
import { findExecutors } from '../../../../src-main/engine/executors/present.ts';
import { Explainer } from '../../../../src-main/engine/explain/explainer.ts';
import { attentionOverSamples } from '../../../../src-main/engine/explain/token-attention.ts';
import { compilePredictor, inputSpecs } from '../../../../src-main/engine/network/predictor.ts';
import { rhythmAttention, tokenSpans } from '../../../../src-main/engine/network/rhythm-attention.ts';
import { relativeError } from '../numbers.ts';
import { bumps, tinyCompact } from '../tiny-network.ts';

const sizes = { ...tinyCompact, blocks: 2 };
const network = rhythmAttention(sizes);
const weights = network.initialWeights(seededRandom(6));
const { inputs } = bumps(2, sizes, 1);
const { present } = await findExecutors(1);

describe.each(present)('$name on $device', (executor) => {
  test('relevance is the slope of the chosen logit times the sample, and probabilities are the predicted ones', async () => {
    const explainer = await Explainer.compile(executor, network, weights, 2);
    const chosen = [2, 0];
    const { relevance, probabilities } = await explainer.explain(inputs, chosen);
    await explainer.dispose();
    const predictor = await compilePredictor(executor, network, weights, 2);
    expect(relativeError(probabilities, await predictor.predict(inputs))).toBeLessThan(1e-5);
    await predictor.dispose();

    const compiled = await executor.compile(
      (given, constants) => ({
        logits: network.forward({ weights: constants, inputs: { signal: given['input signal'] } }).logits,
      }),
      inputSpecs(network, 2),
      weights,
    );
    const step = 3e-4;
    const slopes = new Float32Array(2 * sizes.samples);
    for (let at = 0; at < sizes.samples; at++) {
      const logitsWith = async (by: number) => {
        const signal = inputs.signal.slice();
        for (const beat of [0, 1]) signal[beat * sizes.samples + at] += by; // beats do not see each other
        return (await compiled.run({ 'input signal': signal })).logits.read();
      };
      const [up, down] = [await logitsWith(step), await logitsWith(-step)];
      chosen.forEach((c, beat) => {
        slopes[beat * sizes.samples + at] = (up[beat * 3 + c] - down[beat * 3 + c]) / (2 * step);
      });
    }
    const expected = slopes.map((slope, i) => Math.abs(slope * inputs.signal[i]));
    expect(relativeError(relevance.signal, expected)).toBeLessThan(0.03); // finite differences cross kinks of the ReLUs
  });
});

test('attention of every layer and head is mapped to samples and sums to 1', async () => {
  const explainer = await Explainer.compile(present[0], network, weights, 2);
  const { attentions } = await explainer.explain(inputs, [0, 0]);
  const heads = attentionOverSamples(attentions, 1, tokenSpans(sizes), sizes.samples);
  expect(heads.map(({ layer, head }) => [layer, head])).toEqual([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
  for (const { tokens, samples } of heads) {
    expect(tokens.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
    expect(samples.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
    expect(samples).toHaveLength(sizes.samples);
  }
  await explainer.dispose();
});

test('refuses classes that do not exist or are not one for each beat', async () => {
  const explainer = await Explainer.compile(present[0], network, weights, 2);
  await expect(explainer.explain(inputs, [0])).rejects.toThrow('1 classes were chosen for 2 beats');
  await expect(explainer.explain(inputs, [0, 3])).rejects.toThrow('class 3 is not one of 3');
  await explainer.dispose();
});
