import { gapSample, type RecordHeader } from '../../../src-main/domain/record.ts';
import { tileBins } from '../../../src-main/domain/signal-tile.ts';
import type { TileCache } from './tile-cache.ts';

/** How far a click may be from the peak it means, in seconds: half of a wide QRS complex. */
export const snapReachS = 0.08;

/**
 * The sample of the peak that a place in a lead means: of the polarity of what is pointed at, against the level
 * around it.
 * @param digital   samples around the place, gaps as `gapSample`; half of them level, half reach.
 * @param at        index of the place in them.
 * @param reach     samples to either side in which the peak is sought.
 * @returns         index of the peak, or `at` where there is no signal.
 */
export function peakNear(digital: Int32Array, at: number, reach: number): number {
  const valid = digital.filter((sample) => sample !== gapSample).sort();
  if (valid.length === 0 || digital[at] === gapSample) return at;
  const level = valid[valid.length >> 1];
  const from = Math.max(0, at - reach);
  const to = Math.min(digital.length, at + reach + 1);
  let [least, most] = [at, at];
  for (let i = from; i < to; i++) {
    if (digital[i] === gapSample) continue;
    if (digital[i] < digital[least]) least = i;
    if (digital[i] > digital[most]) most = i;
  }
  const [up, down] = [digital[most] - level, level - digital[least]];
  const pointed = digital[at] - level;
  // On the flank of a complex the pointer says which way; on the level the larger deflection is meant.
  const isUp = Math.abs(pointed) > 0.25 * Math.max(up, down) ? pointed > 0 : up >= down;
  return isUp ? most : least;
}

/** Digital samples of one lead in `[fromSample, toSample)`, kept within the record; undefined while a tile is awaited. */
export function samplesOf(
  cache: TileCache,
  header: RecordHeader,
  leadIndex: number,
  fromSample: number,
  toSample: number,
): { readonly digital: Int32Array; readonly fromSample: number } | undefined {
  const from = Math.max(0, fromSample);
  const to = Math.min(header.lengthSamples, toSample);
  const digital = new Int32Array(Math.max(0, to - from));
  for (let at = from; at < to;) {
    const index = Math.floor(at / tileBins);
    const tile = cache.peek(0, index);
    if (!tile) return undefined;
    const end = Math.min(to, (index + 1) * tileBins);
    digital.set(tile.leads[leadIndex].subarray(at - index * tileBins, end - index * tileBins), at - from);
    at = end;
  }
  return { digital, fromSample: from };
}

/** Where a mark put at a sample belongs: on the peak near it, or there itself while the samples are not here. */
export function snapToPeak(cache: TileCache, header: RecordHeader, leadIndex: number, sample: number): number {
  const at = Math.min(header.lengthSamples - 1, Math.max(0, Math.round(sample)));
  const reach = Math.round(snapReachS * header.samplingHz);
  const around = samplesOf(cache, header, leadIndex, at - 4 * reach, at + 4 * reach + 1);
  return around ? around.fromSample + peakNear(around.digital, at - around.fromSample, reach) : at;
}
