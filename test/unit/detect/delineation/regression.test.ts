import { expect, it } from 'vitest';
import { readRegression, regress } from '../../../../src-main/detect/delineation/regression.ts';
import { fitRegression } from './fit-regression.ts';

it('adds a line and what each tree answers', () => {
  const tree = '0<1 1<5 - - - - - | 1 2 3 4 5 6 7 8';
  const regression = readRegression({ bias: 100, weights: [10, 0], trees: [tree, tree] });
  // Left of 1, then left or right of 5; right of 1 nothing more is asked.
  expect([[0, 0], [0, 5], [1, 9]].map((features) => regress(regression, features))).toEqual([102, 106, 120]); // prettier-ignore
});

it('refuses features that it has no weight for', () => {
  const regression = readRegression({ bias: 0, weights: [1], trees: [] });
  expect(() => regress(regression, [1, 2])).toThrow('2 features, but the regression has 1 weights');
});

it('is fitted to a line and a step', () => {
  const points = Array.from({ length: 4096 }, (_, i) => [(i % 64) / 64, Math.floor(i / 64) / 64]);
  const valueAt = ([x, y]: readonly number[]) => 3 * x - 2 + (y > 0.5 ? 2 : 0);
  const fitted = readRegression(fitRegression(points.map((features) => ({ features, target: valueAt(features), group: 0 })))); // prettier-ignore
  const inside = points.filter(([, y]) => Math.abs(y - 0.5) > 0.1);
  const worst = Math.max(...inside.map((point) => Math.abs(regress(fitted, point) - valueAt(point))));
  expect(worst).toBeLessThan(0.25);
});
