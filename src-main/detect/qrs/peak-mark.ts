import { workingHz, type Candidates } from './candidates.ts';

const searchHalfS = 0.08; // a wide complex peaks this far from the middle of its energy
/** A complex is marked on its downward peak only where that is clearly the larger: annotators prefer the R wave to an S of like size. */
const downwardFactor = 1.3;
const refineHalfS = 0.016; // one and a half working samples
const smoothHalfS = 0.004; // a peak is no single noisy sample

/**
 * The R peak of a candidate, where annotators put their mark: the main peak of the complex without its baseline, then
 * the signal's own extreme beside it.
 * @param signal  mV at `samplingHz`, gaps NaN.
 * @returns       sample of `signal`.
 */
export function markPeak(candidates: Candidates, beat: number, signal: Float32Array, samplingHz: number): number {
  const { atSample, peakBandMv } = candidates;
  const half = Math.round(searchHalfS * workingHz);
  const from = Math.max(0, atSample[beat] - half);
  const to = Math.min(peakBandMv.length, atSample[beat] + half + 1);
  let highest = from;
  let lowest = from;
  for (let i = from; i < to; i++) {
    if (peakBandMv[i] > peakBandMv[highest]) highest = i;
    if (peakBandMv[i] < peakBandMv[lowest]) lowest = i;
  }
  const isDownward = -peakBandMv[lowest] > downwardFactor * peakBandMv[highest];
  const sign = isDownward ? -1 : 1;
  const about = Math.round(((isDownward ? lowest : highest) * samplingHz) / workingHz);
  return extremeNear(signal, about, sign, Math.round(refineHalfS * samplingHz), Math.round(smoothHalfS * samplingHz));
}

function extremeNear(signal: Float32Array, about: number, sign: number, reach: number, smoothHalf: number): number {
  let extreme = Math.min(signal.length - 1, about);
  let best = -Infinity;
  for (let i = Math.max(0, about - reach); i <= Math.min(signal.length - 1, about + reach); i++) {
    if (Number.isNaN(signal[i])) continue;
    let sum = 0;
    let weights = 0;
    for (let k = -smoothHalf; k <= smoothHalf; k++) {
      const value = signal[i + k];
      if (value === undefined || Number.isNaN(value)) continue;
      const weight = smoothHalf + 1 - Math.abs(k);
      sum += weight * value;
      weights += weight;
    }
    if ((sign * sum) / weights > best) {
      best = (sign * sum) / weights;
      extreme = i;
    }
  }
  return extreme;
}
