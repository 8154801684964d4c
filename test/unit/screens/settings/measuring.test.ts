import { expect, test } from 'vitest';
import { Measuring } from '../../../../src-renderer/screens/settings/measuring.svelte.ts';

test('a bar as long as a ruler tells the pixels in a millimetre', () => {
  const measuring = new Measuring(null);
  measuring.drawTo(412.5);
  expect(measuring.pxPerMm).toBe(4.125);
});

test('another thing held against the bar does not change what was found', () => {
  const measuring = new Measuring(4.2);
  measuring.choose('card');
  expect([measuring.objectMm, measuring.pxPerMm, measuring.lengthPx]).toEqual([
    85.6,
    expect.closeTo(4.2, 9),
    expect.closeTo(359.52, 9),
  ]);
});

test('a bar is never drawn to a length that no display has', () => {
  const measuring = new Measuring(null);
  measuring.drawTo(-10);
  const shortest = measuring.pxPerMm;
  measuring.drawTo(1e6);
  expect([shortest, measuring.pxPerMm]).toEqual([1.5, 20]);
});
