import { expect, it } from 'vitest';
import { badStretches, qualityBySecond } from '../../../../src-main/detect/quality/signal-quality.ts';
import { seededRandom } from '../../../../src-main/domain/random.ts';
import { secondQualities } from '../../../../src-main/domain/signal-episode.ts';

const samplingHz = 250;
const seconds = 2000; // more than a piece
const random = seededRandom(7);
/** A steady rhythm with noise at 60 to 90 s and, past the piece, 1850 to 1880 s; a gap, a flat line and a limit. */
const lead = Float32Array.from({ length: seconds * samplingHz }, (_, i) => {
  const s = i / samplingHz;
  const t = (s % 0.8) - 0.3;
  const wave = (at: number, widthS: number, mv: number) => mv * Math.exp(-(((t - at) / widthS) ** 2));
  const isNoisy = (s >= 60 && s < 90) || (s >= 1850 && s < 1880);
  return (
    wave(-0.14, 0.025, 0.12) + wave(0, 0.012, 1) + wave(0.22, 0.045, 0.25) + (isNoisy ? 1 : 0.005) * random.normal()
  );
})
  .fill(NaN, 200 * samplingHz, 210 * samplingHz)
  .fill(0, 300 * samplingHz, 310 * samplingHz)
  .fill(5, 400 * samplingHz, 410 * samplingHz);
const quality = qualityBySecond((from, to) => lead.slice(from, to), lead.length, samplingHz);
const at = (second: number) => secondQualities[quality[second]];

it('tells each second of a lead, also across the pieces in which it is read', () => {
  expect(quality).toHaveLength(seconds);
  expect([30, 75, 205, 305, 405, 1799, 1801, 1865].map(at)).toEqual([
    'clean',
    'noise',
    'gap',
    'off',
    'saturated',
    'clean',
    'clean',
    'noise',
  ]);
});

it('finds episodes of several leads as one, and none in a gap', () => {
  const other = new Uint8Array(seconds);
  other.fill(secondQualities.indexOf('noise'), 62, 92);
  other.fill(secondQualities.indexOf('noise'), 500, 504); // a burst
  const found = badStretches([quality, other], lead.length, samplingHz);
  expect(found.map(({ kind, leads }) => [kind, leads])).toEqual([
    ['noise', [0, 1]],
    ['off', [0]],
    ['saturated', [0]],
    ['noise', [0]],
  ]);
  expect([found[1], found[2]].map(({ fromSample, toSample }) => [fromSample, toSample])).toEqual([
    [300 * samplingHz, 310 * samplingHz],
    [400 * samplingHz, 410 * samplingHz],
  ]);
});
