import type { BeatWaves, Wave } from '../../domain/waves.ts';
import { bridgeGaps } from '../filters.ts';
import { resample } from '../resample.ts';
import { extremesOf, splineWavelet } from './spline-wavelet.ts';

/** Rate of the transform, so that its scales mean the same band at any rate of recording. */
const workingHz = 250;

/**
 * What decides where waves begin and end, chosen on the odd records of the Lobachevsky University database. Shares are
 * of the slope at the wave's own first or last extreme, as in Martinez et al. 2004, whose values they began from.
 */
export const delineationDefaults = {
  qrsScale: 2, // 16 to 60 Hz
  qrsBeforeS: 0.067,
  qrsAfterS: 0.079,
  qrsLeast: 0.077, // of the steepest slope: smaller ones are no part of the complex
  qrsOnsetShare: 0.05,
  qrsOffsetShare: 0.26,
  pScale: 4, // 4 to 14 Hz
  pFromS: 0.2, // before the QRS onset
  pToS: 0.013,
  pLeast: 0.025, // of the median beat's steepest slope at that scale
  pPartner: 0.39,
  pOnsetShare: 0.682,
  pOffsetShare: 0.885,
  tScale: 4,
  tFromS: 0.069, // after the QRS offset
  tMostS: 0.45,
  tRrShare: 0.55, // of the RR interval: where the next P wave may begin
  tLeast: 0.02,
  tPartner: 0.15,
  tOnsetShare: 0.318,
  tOffsetShare: 0.386,
} as const;
export type DelineationSettings = { readonly [Name in keyof typeof delineationDefaults]: number };

/**
 * Onset, peak and offset of P, QRS and T of every beat in one lead, by a wavelet transform (Martinez, Almeida, Olmos,
 * Rocha and Laguna, IEEE Trans. Biomed. Eng. 51 (2004) 570).
 * @param signal       mV, gaps NaN.
 * @param beatSamples  R peaks, strictly rising.
 * @returns            one entry a beat, in samples of `signal`; waves that reach into a gap are left out.
 */
export function delineate(
  signal: Float32Array,
  beatSamples: ArrayLike<number>,
  samplingHz: number,
  settings: DelineationSettings = delineationDefaults,
): BeatWaves[] {
  const working = resample(bridgeGaps(signal), samplingHz, workingHz);
  const slopes = splineWavelet(working, Math.max(settings.qrsScale, settings.pScale, settings.tScale));
  const toWorking = workingHz / samplingHz;
  const beats = Array.from(beatSamples, (at) => Math.round(at * toWorking));
  const usual = (scale: number) => medianOf(beats.map((at) => steepest(slopes[scale - 1], at - 25, at + 25)));
  const [usualP, usualT] = [usual(settings.pScale), usual(settings.tScale)];
  const recorded = (wave: Wave | undefined): Wave | undefined => {
    if (!wave) return undefined;
    const [onset, peak, offset] = [wave.onset, wave.peak, wave.offset].map((at) => Math.round((at + 0.5) / toWorking));
    if (onset < 0 || offset >= signal.length) return undefined;
    for (let i = onset; i <= offset; i++) if (Number.isNaN(signal[i])) return undefined;
    return { onset, peak, offset };
  };
  let before = -Infinity; // where the waves of the beat before end
  return beats.map((at, i) => {
    const qrs = findQrs(slopes[settings.qrsScale - 1], at, settings);
    const next = beats[i + 1] ?? at + workingHz;
    const previous = beats[i - 1] ?? at - workingHz;
    const t = qrs && findT(slopes[settings.tScale - 1], qrs, at, next - at, usualT, settings);
    const pFrom = Math.max(before + 2, Math.round(previous + 0.35 * (at - previous)));
    const p = qrs && findP(slopes[settings.pScale - 1], qrs, pFrom, usualP, settings);
    before = t?.offset ?? qrs?.offset ?? at;
    const peaked = qrs && { ...qrs, peak: at };
    return { p: recorded(p), qrs: recorded(peaked), t: recorded(t) };
  });
}

function findQrs(slope: Float32Array, at: number, settings: DelineationSettings): Wave | undefined {
  const from = at - Math.round(settings.qrsBeforeS * workingHz);
  const to = at + Math.round(settings.qrsAfterS * workingHz);
  const most = steepest(slope, at - 15, at + 16);
  const extremes = extremesOf(slope, from, to, settings.qrsLeast * most);
  if (extremes.length === 0) return undefined;
  // From the middle outward, until nothing steep follows within 60 ms: what comes later is another wave.
  const apart = Math.round(0.06 * workingHz);
  const middle = extremes.reduce((best, one) => (Math.abs(one - at) < Math.abs(best - at) ? one : best));
  let [first, last] = [extremes.indexOf(middle), extremes.indexOf(middle)];
  while (first > 0 && extremes[first] - extremes[first - 1] <= apart) first--;
  while (last < extremes.length - 1 && extremes[last + 1] - extremes[last] <= apart) last++;
  const onset = walk(slope, extremes[first], -1, settings.qrsOnsetShare, from - 10);
  const offset = walk(slope, extremes[last], 1, settings.qrsOffsetShare, to + 10);
  return { onset, peak: at, offset };
}

function findT(
  slope: Float32Array,
  qrs: Wave,
  at: number,
  rr: number,
  usual: number,
  settings: DelineationSettings,
): Wave | undefined {
  const from = qrs.offset + Math.round(settings.tFromS * workingHz);
  const to = at + Math.round(Math.min(settings.tMostS * workingHz, settings.tRrShare * rr));
  return findHump(slope, from, to, settings.tLeast * usual, {
    partner: settings.tPartner,
    onset: settings.tOnsetShare,
    offset: settings.tOffsetShare,
    least: qrs.offset,
    most: to + Math.round(0.1 * workingHz),
  });
}

function findP(
  slope: Float32Array,
  qrs: Wave,
  earliest: number,
  usual: number,
  settings: DelineationSettings,
): Wave | undefined {
  const from = Math.max(earliest, qrs.onset - Math.round(settings.pFromS * workingHz));
  const to = qrs.onset - Math.round(settings.pToS * workingHz);
  return findHump(slope, from, to, settings.pLeast * usual, {
    partner: settings.pPartner,
    onset: settings.pOnsetShare,
    offset: settings.pOffsetShare,
    least: Math.max(earliest, from - Math.round(0.06 * workingHz)),
    most: qrs.onset,
  });
}

interface HumpLimits {
  /** Least slope of the other side, as a share of the steeper one. */
  readonly partner: number;
  readonly onset: number;
  readonly offset: number;
  readonly least: number;
  readonly most: number;
}

/** The clearest wave of a stretch: two neighbouring slopes of opposite sign whose weaker one is the largest. */
function findHump(slope: Float32Array, from: number, to: number, least: number, limits: HumpLimits): Wave | undefined {
  const extremes = extremesOf(slope, from, to, least * limits.partner);
  let best: { first: number; last: number; weight: number } | undefined;
  for (let i = 0; i + 1 < extremes.length; i++) {
    const [a, b] = [slope[extremes[i]], slope[extremes[i + 1]]];
    if (Math.sign(a) === Math.sign(b)) continue;
    const [weak, strong] = [Math.min(Math.abs(a), Math.abs(b)), Math.max(Math.abs(a), Math.abs(b))];
    if (strong < least || weak < limits.partner * strong) continue;
    const weight = weak + strong / 2;
    if (!best || weight > best.weight) best = { first: extremes[i], last: extremes[i + 1], weight };
  }
  if (!best) return undefined;
  let peak = best.first;
  while (peak < best.last && Math.sign(slope[peak]) === Math.sign(slope[best.first])) peak++;
  const onset = walk(slope, best.first, -1, limits.onset, limits.least);
  const offset = walk(slope, best.last, 1, limits.offset, limits.most);
  return { onset, peak, offset };
}

/** From an extreme outward until the slope falls below a share of it, turns its sign or rises again. */
function walk(slope: Float32Array, extreme: number, direction: 1 | -1, share: number, limit: number): number {
  const least = share * Math.abs(slope[extreme]);
  const sign = Math.sign(slope[extreme]);
  let at = extreme;
  while (at !== limit && at > 0 && at < slope.length - 1) {
    const size = sign * slope[at];
    if (size < least || (at !== extreme && sign * slope[at + direction] > size)) break;
    at += direction;
  }
  return at;
}

function steepest(slope: Float32Array, from: number, to: number): number {
  let most = 0;
  for (let i = Math.max(0, from); i < Math.min(slope.length, to); i++) most = Math.max(most, Math.abs(slope[i]));
  return most;
}

function medianOf(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
