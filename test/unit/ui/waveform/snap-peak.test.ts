import { expect, test } from 'vitest';
import { gapSample } from '../../../../src-main/domain/record.ts';
import { peakNear } from '../../../../src-renderer/ui/waveform/snap-peak.ts';

/** Level 1000 with an R peak of height `up` at 100 and an S of depth `down` at 112. */
const complex = (up: number, down: number) =>
  Int32Array.from({ length: 200 }, (_, i) =>
    Math.round(1000 + up * Math.exp(-(((i - 100) / 4) ** 2)) - down * Math.exp(-(((i - 112) / 4) ** 2))),
  );

test('a click on the level beside a complex finds its larger deflection', () => {
  expect([peakNear(complex(200, 50), 85, 29), peakNear(complex(50, 200), 90, 29)]).toEqual([100, 112]);
});

test('a click on a flank finds the peak of that polarity, even the smaller', () => {
  expect([peakNear(complex(200, 150), 113, 29), peakNear(complex(150, 200), 98, 29)]).toEqual([112, 100]);
});

test('a click far from any complex stays within its reach', () => {
  const at = peakNear(complex(200, 50), 20, 29);
  expect(Math.abs(at - 20)).toBeLessThanOrEqual(29);
});

test('a click into a gap stays where it is', () => {
  expect(peakNear(new Int32Array(50).fill(gapSample), 25, 10)).toBe(25);
});
