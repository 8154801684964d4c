import { expect, test } from 'vitest';
import { headWeights } from '../../../../../src-renderer/screens/review/paper/attribution.svelte.ts';

const heads = [Float32Array.of(1, 0, 0.5), Float32Array.of(0, 0, 1)];

test('a head is shown as it is, the mean of heads as shares of its largest', () => {
  expect([headWeights(heads, 0), headWeights(heads, 'mean')].map((weights) => [...weights])).toEqual([
    [1, 0, 0.5],
    [expect.closeTo(2 / 3, 6), 0, 1],
  ]);
});

test('heads that look nowhere stay at nothing, and without heads there are no bars', () => {
  expect([...headWeights([new Float32Array(3)], 'mean')]).toEqual([0, 0, 0]);
  expect([headWeights([], 'mean').length, headWeights(heads, 7).length]).toEqual([0, 0]);
});
