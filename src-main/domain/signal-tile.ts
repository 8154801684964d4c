/** Each level of the min/max pyramid summarises this many bins of the level below; level 0 is the samples. */
export const pyramidFactor = 8;
/** Bins in one tile of any level; the last tile of a record is shorter. */
export const tileBins = 4096;

/**
 * A fixed stretch of a record at one zoom level, all leads.
 * Level 0: one digital value a sample. Level k > 0: min and max, interleaved, of 8^k samples each.
 * Gaps are `gapSample` (both numbers of a pair where a bin holds no valid sample).
 */
export interface SignalTile {
  readonly level: number;
  readonly index: number;
  readonly leads: readonly Int32Array[];
}

/** Samples that one bin of a level stands for. */
export const samplesPerBin = (level: number): number => pyramidFactor ** level;

/** The coarsest level a record of this length has: the first whose bins fit one tile. */
export function topLevel(lengthSamples: number): number {
  let level = 0;
  while (lengthSamples > tileBins * samplesPerBin(level)) level++;
  return level;
}
