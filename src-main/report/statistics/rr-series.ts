import type { BeatTable } from '../../domain/beat.ts';
import { beatFlags } from '../../domain/beat.ts';
import type { Stretch } from '../report-input.ts';

export const isArtifactBeat = (beats: BeatTable, index: number): boolean =>
  (beats.flags[index] & beatFlags.artifact) !== 0;

/**
 * The RR interval that ends at each beat of the table.
 * @returns milliseconds, as long as the table; NaN at the first beat, at and after an artifact beat, and across a gap:
 *          what is unusable may hide a beat, so that no interval bridges it.
 */
export function rrBeforeMs(beats: BeatTable, samplingHz: number, gaps: readonly Stretch[]): Float64Array {
  const rrMs = new Float64Array(beats.atSample.length).fill(NaN);
  let gap = 0;
  for (let i = 1; i < rrMs.length; i++) {
    const [from, to] = [beats.atSample[i - 1], beats.atSample[i]];
    while (gap < gaps.length && gaps[gap].toSample <= from) gap++;
    const crossesGap = gap < gaps.length && gaps[gap].fromSample < to;
    if (!crossesGap && !isArtifactBeat(beats, i - 1) && !isArtifactBeat(beats, i))
      rrMs[i] = ((to - from) / samplingHz) * 1000;
  }
  return rrMs;
}
