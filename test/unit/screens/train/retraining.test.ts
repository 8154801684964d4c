import { expect, test } from 'vitest';
import { wholeNumber } from '../../../../src-renderer/screens/train/retraining.svelte.ts';

test('a setting is a whole number within its bounds, or nothing', () => {
  const read = ['1', ' 60 ', '2000', '0', '2001', '6.5', '1e3', '', '-1', 'abc'].map((text) =>
    wholeNumber(text, 1, 2000),
  );
  expect(read).toEqual([1, 60, 2000, ...Array(7).fill(undefined)]);
});
