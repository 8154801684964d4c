import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explanationMethods } from '../../../../src-main/domain/explanation.ts';
import { seededRandom } from '../../../../src-main/domain/random.ts';
import { onnxExecutor } from '../../../../src-main/engine/executors/onnx/executor.ts';
import { plainExecutor } from '../../../../src-main/engine/executors/present.ts';
import { meanOver, TimeExplainer } from '../../../../src-main/engine/explain/time-explainer.ts';
import { rhythmAttention, tokenSpans } from '../../../../src-main/engine/network/rhythm-attention.ts';
import type { Weights } from '../../../../src-main/engine/weights/weights.ts';
import { relativeError } from '../numbers.ts';
import { casesOf, knownPart, shareInPart, sizes, subject, trainedWeights, windowsOfWaves } from './known-part.ts';

const executor = onnxExecutor({ threads: 1 });
const cases = casesOf(windowsOfWaves(40, 77));
let weights: Weights;
let explainer: TimeExplainer;

beforeAll(async () => {
  weights = await trainedWeights(executor, 1);
  explainer = new TimeExplainer(executor, subject, weights);
}, 120_000);
afterAll(() => explainer.dispose());

const opinionsOf1 = async (windows: readonly Float32Array[]) =>
  (await explainer.opinions(windows)).filter((_, i) => i % 2 === 1);

describe('a network that answers by a known part of its window', () => {
  it('has learned it', async () => {
    const unseen = windowsOfWaves(100, 5);
    const windows = Array.from({ length: 100 }, (_, i) =>
      unseen.inputs.signal.slice(i * sizes.samples, (i + 1) * sizes.samples),
    );
    const right = (await opinionsOf1(windows)).filter((p, i) => p > 0.5 === (unseen.labels[i] === 1));
    expect(right.length).toBeGreaterThan(95);
  });

  /** By chance it would be the part's share of the window, .19. */
  it.each([
    ['occlusion', 0.6],
    ['integrated-gradients', 0.55],
    ['grad-cam', 0.3],
  ] as const)('is explained by that part: %s puts %d of its weight there', async (method, least) => {
    const shares = (await explainer.relevance(method, cases)).map(shareInPart);
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeGreaterThan(least);
  });

  it('has integrated gradients that add up to the change of the log-odds', async () => {
    const sums = (await explainer.relevance('integrated-gradients', cases)).map((values) =>
      values.reduce((sum, value) => sum + value, 0),
    );
    const logOdds = await explainer.logOdds(cases.flatMap(({ window, baseline }) => [window, baseline]));
    const changes = cases.map((_, i) => logOdds[4 * i + 1] - logOdds[4 * i + 3]);
    const total = (values: readonly number[]) => values.reduce((sum, value) => sum + Math.abs(value), 0);
    expect(total(sums.map((sum, i) => sum - changes[i])) / total(changes)).toBeLessThan(0.15);
  });

  it('is occluded as told: the fall when samples become the baseline', async () => {
    const { window, baseline } = cases[0];
    const [falls] = await explainer.relevance('occlusion', [cases[0]]);
    const [whole] = await opinionsOf1([window]);
    // Sample 1 is covered by one patch, of the samples 0 to 7.
    const without = window.map((value, i) => (i < 8 ? baseline[i] : value));
    const [left] = await opinionsOf1([without]);
    expect(falls[1]).toBeCloseTo(whole - left, 5);
  });
});

it('every method says the same on plain TensorFlow.js', async () => {
  const two = { ...sizes, blocks: 2 };
  const network = rhythmAttention(two);
  const deeper = { ...subject, network, spans: tokenSpans(two) };
  const drawn = network.initialWeights(seededRandom(6));
  const few = cases.slice(0, 2);
  const [onnx, plain] = [executor, plainExecutor()].map((each) => new TimeExplainer(each, deeper, drawn));
  for (const method of explanationMethods) {
    const [a, b] = [await onnx.relevance(method, few), await plain.relevance(method, few)];
    few.forEach((_, i) => expect(relativeError(a[i], b[i])).toBeLessThan(2e-3));
  }
  await onnx.dispose();
  await plain.dispose();
}, 120_000);

it('takes classes as one where told to, in probabilities and in log-odds', async () => {
  const merged = new TimeExplainer(executor, { ...subject, sameAs: [[0], [0, 1]] }, weights);
  const [apart, together] = [await explainer.opinions([cases[0].window]), await merged.opinions([cases[0].window])];
  expect([together[0], together[1]]).toEqual([expect.closeTo(apart[0], 6), expect.closeTo(1, 6)]);
  expect((await merged.logOdds([cases[0].window]))[1]).toBeGreaterThan(20);
  await merged.dispose();
});

it('tells the attention of every layer and head, each summing to 1 over the samples', async () => {
  const two = { ...sizes, blocks: 2 };
  const network = rhythmAttention(two);
  const deeper = { ...subject, network, spans: tokenSpans(two) };
  const drawn = new TimeExplainer(executor, deeper, network.initialWeights(seededRandom(6)));
  const heads = (await drawn.attention(cases.slice(0, 2)))[1];
  expect(heads.map(({ layer, head }) => [layer, head])).toEqual([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
  for (const { samples } of heads) expect(samples.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
  await drawn.dispose();
});

it('answers the same for many beats as for each, and means are over networks', async () => {
  const many = await explainer.relevance('grad-cam', cases);
  const last = cases.length - 1;
  const [alone] = await explainer.relevance('grad-cam', [cases[last]]);
  expect(relativeError(alone, many[last])).toBeLessThan(1e-4);
  const [mean] = await meanOver([explainer, explainer], (each) => each.relevance('grad-cam', [cases[last]]));
  expect(relativeError(mean, alone)).toBeLessThan(1e-6);
  expect(knownPart.toSample).toBeLessThan(mean.length);
});
