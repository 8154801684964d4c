import type { BeatTable } from '../../../../src-main/domain/beat.ts';
import { isArtifact } from '../beat-order.ts';

/** Timing of one beat; NaN where it cannot be told: at the record's ends and beside an artifact, which RR never bridges. */
export interface RrFacts {
  readonly beforeMs: number;
  readonly afterMs: number;
  /** RR before it divided by the local mean. */
  readonly toLocalMean: number;
  /** Per minute, of the local mean. */
  readonly ratePerMin: number;
}

/** RR intervals to either side of the beat's own that make the local mean. */
const reach = 8;

export function rrFacts(beats: Pick<BeatTable, 'atSample' | 'flags'>, index: number, samplingHz: number): RrFacts {
  const rrBeforeMs = (i: number) =>
    i < 1 || i >= beats.atSample.length || isArtifact(beats, i) || isArtifact(beats, i - 1)
      ? NaN
      : ((beats.atSample[i] - beats.atSample[i - 1]) / samplingHz) * 1000;
  let [sumMs, count] = [0, 0];
  for (let i = index - reach; i <= index + reach; i++) {
    const rrMs = i === index ? NaN : rrBeforeMs(i);
    if (Number.isNaN(rrMs)) continue;
    sumMs += rrMs;
    count++;
  }
  const meanMs = sumMs / count;
  const beforeMs = rrBeforeMs(index);
  return {
    beforeMs,
    afterMs: rrBeforeMs(index + 1),
    toLocalMean: beforeMs / meanMs,
    ratePerMin: 60_000 / meanMs,
  };
}
