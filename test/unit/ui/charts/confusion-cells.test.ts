import { expect, test } from 'vitest';
import { changes, shares } from '../../../../src-renderer/ui/charts/confusion-cells.ts';

test('a cell is a share of its row, and a row without beats has none', () => {
  expect(
    shares([
      [3, 1],
      [0, 0],
    ]),
  ).toEqual([
    [0.75, 0.25],
    [0, 0],
  ]);
});

test('a change carries its sign and is left out where there is none', () => {
  expect(changes([[10, 5, 7]], [[12, 1, 7]])).toEqual([['+2', '\u22124', '']]);
});
