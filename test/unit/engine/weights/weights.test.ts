import { expect, test } from 'vitest';
import { flatten, layoutOf, unflatten } from '../../../../src-main/engine/weights/weights.ts';

const weights = {
  'norm.runningMean': { shape: [2], data: Float32Array.of(5, 6) },
  matrix: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
};

test('the flat vector holds what gradients move first and running statistics after', () => {
  const layout = layoutOf(weights);
  expect([...flatten(weights, layout)]).toEqual([1, 2, 3, 4, 5, 6]);
  expect([layout.trainableSize, layout.size]).toEqual([4, 6]);
});

test('unflattening gives back the same weights, as copies', () => {
  const layout = layoutOf(weights);
  const flat = flatten(weights, layout);
  const back = unflatten(flat, layout);
  flat.fill(0);
  expect(back).toEqual(weights);
});

test('refuses values that do not fill a shape, and vectors of another length', () => {
  const layout = layoutOf(weights);
  const short = { ...weights, matrix: { shape: [2, 2], data: Float32Array.of(1) } };
  expect(() => flatten(short, layout)).toThrow('weight matrix has 1 values, its shape says 4');
  expect(() => unflatten(new Float32Array(5), layout)).toThrow('has 5 values, the weights have 6');
});
