import { describe, expect, it } from 'vitest';
import { leadQuality, noiseEpisodes } from '../../../../src-main/detect/quality/lead-quality.ts';
import { seededRandom } from '../../../../src-main/domain/random.ts';
import { describeOnRecordings } from '../../../support/shared-data.ts';
import { readReference } from '../qrs/mitdb-records.ts';

const samplingHz = 250;
const seconds = 120;
/** A steady rhythm of one beat in 0.8 s with P and T, and the recorder's own noise. */
const random = seededRandom(7);
const clean = Float32Array.from({ length: seconds * samplingHz }, (_, i) => {
  const t = ((i / samplingHz) % 0.8) - 0.3;
  const wave = (at: number, widthS: number, mv: number) => mv * Math.exp(-(((t - at) / widthS) ** 2));
  return wave(-0.14, 0.025, 0.12) + wave(0, 0.012, 1) + wave(0.22, 0.045, 0.25) + 0.005 * random.normal();
});
const share = (flags: Uint8Array, fromS: number, toS: number) =>
  flags.subarray(fromS, toS).reduce((sum, flag) => sum + flag, 0) / (toS - fromS);

describe('leadQuality', () => {
  it('calls a clean lead clean', () => {
    const { isNoisy, isOff } = leadQuality(clean, samplingHz);
    expect([share(isNoisy, 0, seconds), share(isOff, 0, seconds)]).toEqual([0, 0]);
  });

  it('finds a stretch of noise, and no other', () => {
    const noisy = clean.map((mv, i) => (i >= 40 * samplingHz && i < 70 * samplingHz ? mv + random.normal() : mv));
    const { isNoisy } = leadQuality(noisy, samplingHz);
    expect(share(isNoisy, 42, 68)).toBe(1);
    expect(share(isNoisy, 0, 30) + share(isNoisy, 80, seconds)).toBe(0);
    const [{ fromS, toS }, ...others] = noiseEpisodes(isNoisy);
    expect(others).toEqual([]);
    expect(Math.abs(fromS - 40) + Math.abs(toS - 70)).toBeLessThan(16);
  });

  it.each([
    { what: 'a gap', mv: NaN },
    { what: 'a flat line', mv: 0 },
    { what: 'saturation', mv: 5 },
  ])('calls $what off, not noisy', ({ mv }) => {
    const { isNoisy, isOff } = leadQuality(clean.slice().fill(mv, 20 * samplingHz, 30 * samplingHz), samplingHz);
    expect([share(isOff, 20, 30), share(isOff, 0, 20), share(isOff, 30, seconds)]).toEqual([1, 0, 0]);
    expect(share(isNoisy, 20, 30)).toBe(0);
  });
});

it('joins noise across short pauses and leaves out bursts', () => {
  const isNoisy = new Uint8Array(60).fill(1, 10, 16).fill(1, 19, 22).fill(1, 40, 43);
  expect(noiseEpisodes(isNoisy)).toEqual([{ fromS: 10, toS: 22 }]);
});

describeOnRecordings('noise of 12 dB on record 118 of the noise stress test', () => {
  it('is found where it was added, from 5:00 in every other two minutes, and nowhere else', async () => {
    const { signal, samplingHz } = await readReference('118e12', 'nstdb');
    const { isNoisy } = leadQuality(signal, samplingHz);
    const sharesOf = (added: boolean) => {
      const flags = isNoisy.filter((_, s) => (s >= 300 && Math.floor((s - 300) / 120) % 2 === 0) === added);
      return share(flags, 0, flags.length);
    };
    expect(sharesOf(true)).toBeGreaterThan(0.75);
    expect(sharesOf(false)).toBeLessThan(0.01);
  });
});
