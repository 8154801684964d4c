import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bridgeGaps,
  butterworthBandPass,
  butterworthHighPass,
  butterworthLowPass,
  filterForward,
  filterZeroPhase,
  threeBands,
  type Sections,
} from '../../../src-main/detect/filters.ts';
import { resample, resampledLength } from '../../../src-main/detect/resample.ts';

const samplingHz = 360;
const sine = (hz: number, rate = samplingHz, seconds = 10) =>
  Float32Array.from({ length: rate * seconds }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rate + 0.3));
/** Root of the mean square over the middle half, where no edge is felt. */
const rms = (signal: Float32Array) => {
  const middle = signal.subarray(signal.length / 4, (3 * signal.length) / 4);
  return Math.sqrt(middle.reduce((sum, value) => sum + value * value, 0) / middle.length);
};
/** |H| at a frequency from the sections themselves. */
const gain = (sections: Sections, hz: number) => {
  const angle = (2 * Math.PI * hz) / samplingHz;
  const size = (c0: number, c1: number, c2: number) =>
    Math.hypot(c0 + c1 * Math.cos(angle) + c2 * Math.cos(2 * angle), c1 * Math.sin(angle) + c2 * Math.sin(2 * angle));
  return sections.reduce((product, s) => (product * size(s.b0, s.b1, s.b2)) / size(1, s.a1, s.a2), 1);
};

describe('Butterworth filters', () => {
  it('have the magnitude 1 / sqrt(1 + (warped frequency ratio)^2n) of their definition', () => {
    const tan = (hz: number) => Math.tan((Math.PI * hz) / samplingHz);
    for (const order of [1, 2, 3, 4, 5])
      for (const hz of [0.1, 1, 5, 12, 30, 45, 100, 170]) {
        const low = 1 / Math.sqrt(1 + (tan(hz) / tan(45)) ** (2 * order));
        const high = 1 / Math.sqrt(1 + (tan(5) / tan(hz)) ** (2 * order));
        const bandRatio = (tan(hz) ** 2 - tan(5) * tan(45)) / (tan(hz) * (tan(45) - tan(5)));
        const band = 1 / Math.sqrt(1 + bandRatio ** (2 * order));
        expect(gain(butterworthLowPass(order, 45, samplingHz), hz)).toBeCloseTo(low, 9);
        expect(gain(butterworthHighPass(order, 5, samplingHz), hz)).toBeCloseTo(high, 9);
        expect(gain(butterworthBandPass(order, 5, 45, samplingHz), hz)).toBeCloseTo(band, 9);
      }
  });

  it('equal the well-known coefficients of order 2 at half the band', () => {
    const [section] = butterworthLowPass(2, 90, samplingHz);
    expect(section.b0).toBeCloseTo(0.29289322, 8);
    expect(section.b1).toBeCloseTo(0.58578644, 8);
    expect(section.a1).toBeCloseTo(0, 8);
    expect(section.a2).toBeCloseTo(0.17157288, 8);
  });

  it('run forward-backward square the gain and move no wave', () => {
    const sections = butterworthBandPass(2, 5, 15, samplingHz);
    const input = sine(12);
    const output = filterZeroPhase(input, sections);
    const expected = gain(sections, 12) ** 2;
    for (let i = 1200; i < 2400; i++) expect(output[i]).toBeCloseTo(expected * input[i], 4);
    expect(rms(filterForward(input, sections)) / rms(input)).toBeCloseTo(gain(sections, 12), 3);
  });

  it('give three bands side by side to the last bit what each gives alone', () => {
    const sections = [[3, 25], [6, 25], [25, 45]].map(([low, high]) => butterworthBandPass(1, low, high, 100)[0]); // prettier-ignore
    const [a, b, c] = sections;
    for (const length of [1, 2, 10, 500]) {
      const signal = Float32Array.from({ length }, (_, i) => Math.sin(i * i));
      const alone = sections.map((section) => filterZeroPhase(signal, [section]));
      expect(threeBands(signal, [a, b, c])).toEqual(alone);
    }
  });

  it('keep a level through a low-pass and remove it with a high-pass, up to both ends', () => {
    const level = new Float32Array(500).fill(3.5);
    expect(filterZeroPhase(level, butterworthLowPass(4, 45, samplingHz)).every((v) => Math.abs(v - 3.5) < 1e-5)).toBe(
      true,
    );
    expect(filterZeroPhase(level, butterworthHighPass(2, 0.5, samplingHz)).every((v) => Math.abs(v) < 1e-5)).toBe(true);
  });

  it('leave gaps as gaps and finite samples finite, wherever the gaps are', () => {
    const sections = butterworthHighPass(2, 0.5, samplingHz);
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 3, arbitrary: fc.float({ min: -5, max: 5, noNaN: true }) }, fc.constant(NaN)), {
          maxLength: 60,
        }),
        (values) => {
          const filtered = filterZeroPhase(Float32Array.from(values), sections);
          expect(Array.from(filtered, Number.isNaN)).toEqual(values.map(Number.isNaN));
        },
      ),
    );
  });

  it('refuse a cut-off at or above half the sampling rate', () => {
    expect(() => butterworthLowPass(4, 180, 360)).toThrow(RangeError);
    expect(() => butterworthHighPass(0, 1, 360)).toThrow(RangeError);
    expect(() => butterworthBandPass(2, 15, 5, 360)).toThrow(RangeError);
  });
});

describe('bridging gaps', () => {
  it('draws lines across, holds the ends, and turns nothing but gaps into zeros', () => {
    const bridge = (...values: number[]) => Array.from(bridgeGaps(Float32Array.from(values)));
    expect(bridge(NaN, 1, NaN, NaN, 4, NaN)).toEqual([1, 1, 2, 3, 4, 4]);
    expect(bridge(NaN, NaN)).toEqual([0, 0]);
  });
});

describe('resampling', () => {
  it.each([360, 250, 128, 500, 257.3, 1000])('keeps a wave of 11 Hz in place and in size from %d Hz', (fromHz) => {
    const wave = (rate: number, length: number) =>
      Float32Array.from({ length }, (_, i) => Math.sin((2 * Math.PI * 11 * i) / rate));
    const resampled = resample(wave(fromHz, Math.round(20 * fromHz)), fromHz, 120);
    const expected = wave(120, resampled.length);
    for (let i = 120; i < resampled.length - 120; i++) expect(Math.abs(resampled[i] - expected[i])).toBeLessThan(6e-3);
  });

  it('removes what the new rate cannot hold', () => {
    expect(rms(resample(sine(100), 360, 120))).toBeLessThan(2e-3);
  });

  it('carries gaps over and covers the whole length', () => {
    const signal = sine(5);
    signal.fill(NaN, 720, 1080);
    const resampled = resample(signal, 360, 120);
    expect(resampled.length).toBe(resampledLength(3600, 360, 120));
    expect(resampled.length).toBe(1200);
    expect(Array.from(resampled, Number.isNaN)).toEqual(Array.from({ length: 1200 }, (_, i) => i >= 240 && i < 360));
  });

  it('refuses rates that are not positive', () => {
    expect(() => resample(sine(5), 0, 120)).toThrow(RangeError);
    expect(() => resample(sine(5), 360, NaN)).toThrow(RangeError);
  });
});
