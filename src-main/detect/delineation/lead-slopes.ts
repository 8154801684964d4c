import { bridgeGaps } from '../filters.ts';
import { resample } from '../resample.ts';
import { bridgeSpikes, pacingSpikes } from './pacing-spikes.ts';
import { splineWavelet } from './spline-wavelet.ts';

/** Rate of the transform, so that its scales mean the same band at any rate of recording. */
export const workingHz = 250;
const scales = 5;
/** Of the middle lead's: what a lead that is off or flat counts by, so that its noise is no wave. */
const leastUsualShare = 0.3;

/** One lead in the wavelet domain. */
export interface LeadSlopes {
  /** `slopes[k]` at scale k + 1: 62, 45, 27, 14 and 7 Hz are the upper ends of their bands. */
  readonly slopes: readonly Float32Array[];
  /** Steepest slope of the median beat at the fourth scale: what P and T waves of the lead are measured by. */
  readonly usual: number;
}

/**
 * Wavelet transforms of all leads of one stretch, without pacing spikes: a spike that one lead shows is taken out of all.
 * @param leads  mV, gaps NaN.
 * @param beats  R peaks in samples at `workingHz`.
 */
export function slopesOfLeads(
  leads: readonly Float32Array[],
  samplingHz: number,
  beats: readonly number[],
): LeadSlopes[] {
  const whole = leads.map((lead) => bridgeGaps(lead));
  const spikes = [...new Set(whole.flatMap((lead) => pacingSpikes(lead, samplingHz)))];
  const transformed = whole.map((lead) => {
    const slopes = splineWavelet(resample(bridgeSpikes(lead, spikes, samplingHz), samplingHz, workingHz), scales);
    return { slopes, usual: medianOf(beats.map((at) => steepest(slopes[3], at - 25, at + 25))) };
  });
  const least = Math.max(1e-6, leastUsualShare * medianOf(transformed.map(({ usual }) => usual)));
  return transformed.map(({ slopes, usual }) => ({ slopes, usual: Math.max(least, usual) }));
}

/** The middle value, or the mean of the middle two; 0 of none. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.slice().sort((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
}

function steepest(slope: Float32Array, from: number, to: number): number {
  let most = 0;
  for (let i = Math.max(0, from); i < Math.min(slope.length, to); i++) most = Math.max(most, Math.abs(slope[i]));
  return most;
}
