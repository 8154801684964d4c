import { expect, it } from 'vitest';
import { bridgeSpikes, pacingSpikes } from '../../../../src-main/detect/delineation/pacing-spikes.ts';

const samplingHz = 500;
/** A narrow R wave of 40 ms at .5 s on a level, and a spike of 2 ms before it. */
const signal = Float32Array.from({ length: samplingHz }, (_, i) => {
  const t = i / samplingHz - 0.5;
  return Math.abs(t) < 0.02 ? Math.cos((Math.PI * t) / 0.04) : 0;
});
const paced = signal.slice();
paced[200] = 0.9;

it('finds a spike, and no spike in a narrow R wave', () => {
  expect([pacingSpikes(signal, samplingHz), pacingSpikes(paced, samplingHz)]).toEqual([[], [200]]);
});

it('puts a straight line in the place of a spike', () => {
  expect(bridgeSpikes(paced, [200], samplingHz)).toEqual(signal);
});

it('looks for none in slow recordings, where an R wave is as narrow', () => {
  expect(pacingSpikes(paced, 128)).toEqual([]);
});
