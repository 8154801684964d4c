import type { BeatTable } from '../../domain/beat.ts';
import type { ReportLimits } from '../report-input.ts';

/** The mean rate of a fixed number of successive RR intervals. */
export interface RateWindow {
  /** Index of the beat that the first interval starts from. */
  readonly fromBeat: number;
  readonly toBeat: number;
  readonly perMin: number;
}

/** One RR interval and the beats at its ends. */
export interface RrPoint {
  readonly fromBeat: number;
  readonly rrMs: number;
}

export interface HeartRate {
  readonly rrIntervals: number;
  /** 60 000 over the mean RR interval; null without one. */
  readonly meanPerMin: number | null;
  /** Null where no stretch has enough successive intervals. */
  readonly slowest: RateWindow | null;
  readonly fastest: RateWindow | null;
  readonly longestRr: RrPoint | null;
  readonly pauses: readonly RrPoint[];
}

/**
 * Rates and pauses over the RR intervals of all classes.
 * @param rrMs      interval that ends at each beat, NaN where there is none (`rrBeforeMs`).
 * @param fromBeat  the intervals and rate windows that begin at the beats `[fromBeat, toBeat)` count.
 */
export function heartRate(rrMs: Float64Array, limits: ReportLimits, fromBeat = 0, toBeat = rrMs.length): HeartRate {
  const span = limits.rateOverIntervals;
  const pauses: RrPoint[] = [];
  let slowest: RateWindow | null = null;
  let fastest: RateWindow | null = null;
  let longestRr: RrPoint | null = null;
  let [count, totalMs, inSuccession] = [0, 0, 0];
  for (let i = fromBeat + 1; i < Math.min(rrMs.length, toBeat + span); i++) {
    if (Number.isNaN(rrMs[i])) {
      inSuccession = 0;
      continue;
    }
    if (i <= toBeat) {
      const point = { fromBeat: i - 1, rrMs: rrMs[i] };
      count++;
      totalMs += rrMs[i];
      if (!longestRr || rrMs[i] > longestRr.rrMs) longestRr = point;
      if (rrMs[i] > limits.pauseOverS * 1000) pauses.push(point);
    }
    if (++inSuccession < span) continue;
    const perMin = (60_000 * span) / rrMs.subarray(i - span + 1, i + 1).reduce((sum, ms) => sum + ms, 0);
    const window = { fromBeat: i - span, toBeat: i, perMin };
    if (!slowest || perMin < slowest.perMin) slowest = window;
    if (!fastest || perMin > fastest.perMin) fastest = window;
  }
  const meanPerMin = count > 0 ? (60_000 * count) / totalMs : null;
  return { rrIntervals: count, meanPerMin, slowest, fastest, longestRr, pauses };
}

/** Variability of the intervals between successive N beats (Task Force of the ESC and NASPE, 1996). */
export interface NnStatistics {
  readonly intervals: number;
  readonly meanMs: number | null;
  /** Standard deviation with n - 1; null below two intervals. */
  readonly sdnnMs: number | null;
  /** Root mean square of differences of successive N-N intervals; null without a successive pair. */
  readonly rmssdMs: number | null;
  /** Share of those differences over 50 ms. */
  readonly pnn50Percent: number | null;
}

/** @param label  index into `beatClasses`; 0 is N. */
export function nnStatistics(rrMs: Float64Array, label: BeatTable['label']): NnStatistics {
  const isNn = (i: number) => i > 0 && label[i] === 0 && label[i - 1] === 0 && !Number.isNaN(rrMs[i]);
  const nn: number[] = [];
  let [pairs, squares, over50] = [0, 0, 0];
  for (let i = 1; i < rrMs.length; i++) {
    if (!isNn(i)) continue;
    nn.push(rrMs[i]);
    if (!isNn(i - 1)) continue;
    const difference = rrMs[i] - rrMs[i - 1];
    pairs++;
    squares += difference ** 2;
    if (Math.abs(difference) > 50) over50++;
  }
  const meanMs = nn.length > 0 ? nn.reduce((sum, ms) => sum + ms, 0) / nn.length : null;
  const sumOfSquares = nn.reduce((sum, ms) => sum + (ms - (meanMs ?? 0)) ** 2, 0);
  return {
    intervals: nn.length,
    meanMs,
    sdnnMs: nn.length > 1 ? Math.sqrt(sumOfSquares / (nn.length - 1)) : null,
    rmssdMs: pairs > 0 ? Math.sqrt(squares / pairs) : null,
    pnn50Percent: pairs > 0 ? (100 * over50) / pairs : null,
  };
}
