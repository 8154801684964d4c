import { expect, test } from 'vitest';
import { barsOf } from '../../../../../src-renderer/screens/review/paper/attribution.svelte.ts';

const attention = [
  { network: 0, layer: 0, head: 0, weights: Float32Array.of(1, 0) },
  { network: 0, layer: 0, head: 1, weights: Float32Array.of(0.5, 1) },
];
const relevance = Float32Array.of(0.2, 1);

test('raw attention shows the chosen head, or the mean of all', () => {
  const explanation = { method: 'attention' as const, relevance, attention };
  expect([...barsOf(explanation, 1)]).toEqual([0.5, 1]);
  expect(barsOf(explanation, 'mean')).toBe(relevance);
  expect(barsOf(explanation, 7).length).toBe(0);
});

test('every other method shows its relevance, whatever head was chosen', () => {
  expect(barsOf({ method: 'occlusion', relevance, attention: [] }, 1)).toBe(relevance);
});
