import { publishedSizes } from '../../../src-main/engine/network/rhythm-attention.ts';
import type { RhythmAttentionSizes } from '../../../src-main/engine/network/rhythm-attention.ts';

/** The network that every engine of the benchmark runs: 476,677 weights, gain and shift as norms, nothing dropped. */
export const benchmarkSizes: RhythmAttentionSizes = {
  ...publishedSizes,
  normalization: 'affine',
  spatialDropout: 0,
  dropout: 0,
};
