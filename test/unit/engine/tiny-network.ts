import { seededRandom } from '../../../src-main/domain/random.ts';
import { compactSizes, publishedSizes } from '../../../src-main/engine/network/rhythm-attention.ts';
import type { RhythmAttentionSizes } from '../../../src-main/engine/network/rhythm-attention.ts';
import type { BeatSet } from '../../../src-main/engine/train/beat-set.ts';

/** The two shapes of the hybrid network, small enough for plain JavaScript. */
export const tinyPublished: RhythmAttentionSizes = {
  ...publishedSizes,
  samples: 27,
  classes: 3,
  stem: { width: 7, channels: 4, stride: 1, isNormalized: false },
  stages: [
    { channels: 8, stride: 1, pool: 2 },
    { channels: 16, stride: 1, pool: 2 },
  ],
  heads: 2,
  feedForward: 12,
  hidden: 6,
};
export const tinyCompact: RhythmAttentionSizes = {
  ...compactSizes,
  samples: 27,
  classes: 3,
  stem: { width: 7, channels: 4, stride: 2, isNormalized: true },
  stages: [
    { channels: 8, stride: 2, pool: 1 },
    { channels: 16, stride: 1, pool: 1 },
  ],
  heads: 2,
  feedForward: 12,
  hidden: 6,
  spatialDropout: 0.2,
};

/** Beats whose class is where their bump lies, with noise; classes are unequal in number. */
export function bumps(beats: number, { samples, classes }: RhythmAttentionSizes, seed: number): BeatSet {
  const random = seededRandom(seed);
  const labels = Uint8Array.from({ length: beats }, () => Math.floor(random.uniform() ** 1.5 * classes));
  const signal = new Float32Array(beats * samples);
  labels.forEach((label, beat) => {
    const center = ((label + 0.5) * samples) / classes + random.normal();
    for (let i = 0; i < samples; i++)
      signal[beat * samples + i] = Math.exp(-(((i - center) / 2) ** 2)) + 0.1 * random.normal();
  });
  return { inputs: { signal }, labels };
}
