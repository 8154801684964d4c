import { expect, test } from 'vitest';
import { noLabel } from '../../../../src-main/domain/beat.ts';
import { aboutMiddle, countClasses, rhythmDots } from '../../../../src-renderer/screens/library/preview.ts';

test('beats are counted by class and by who gave the label', () => {
  const beats = { label: Uint8Array.of(0, 0, 2, 2, 2, noLabel), origin: Uint8Array.of(1, 2, 1, 3, 2, 0) };
  expect(countClasses(beats).filter(({ now }) => now > 0)).toEqual([
    { beatClass: 'N', now: 2, confirmed: 1, changed: 0 },
    { beatClass: 'V', now: 3, confirmed: 1, changed: 1 },
  ]);
});

test('a dot stands at the beat that ends the interval', () => {
  const beats = { atSample: Int32Array.of(360, 720, 900), label: Uint8Array.of(0, 0, 2) };
  expect(rhythmDots(beats, 360)).toEqual([
    { atS: 2, rrS: 1, label: 0 },
    { atS: 2.5, rrS: 0.5, label: 2 },
  ]);
});

test('a strip lies about its middle, whatever level the amplifier adds; a gap stays one', () => {
  expect([...aboutMiddle(Float32Array.of(-6, -5, NaN, -6.5))]).toEqual([0, 1, NaN, -0.5]);
  expect([...aboutMiddle(Float32Array.of(NaN))]).toEqual([NaN]);
});
