import { rootMeanSquare, workingHz } from '../qrs/candidates.ts';
import { judgeLead, type JudgedLead } from '../qrs/judged-lead.ts';
import { certaintyBySecond } from '../qrs/lead-fusion.ts';
import { medianOf, quantileOf } from '../templates/order-statistics.ts';

/** What decides which seconds are noisy; chosen on DS1 of the MIT-BIH database, record 118 with added noise included. */
export const qualityDefaults = {
  /** Below it beats are not told surely from other waves. */
  leastCertainty: 0.8,
  /** Noise between beats in the QRS band, as a share of the usual height of a beat. */
  mostNoise: 0.17,
  /** 25 to 45 Hz over the second, as a share of the usual height of a beat: muscle, bad contact. */
  mostHigh: 0.25,
  /** Noise that has risen by so much over the lead's calm seconds, where it is at least so high ... */
  leastRise: 1.7,
  leastRisen: 0.04,
  /** ... and beats are told less surely by so much than in the lead's surest seconds: moderate noise, no other rhythm. */
  leastLessSure: 0.04,
  /** Noise comes and goes: shorter stretches are no episode, and shorter pauses do not end one. */
  leastEpisodeS: 5,
} as const;

/** One lead second by second. */
export interface LeadQuality {
  /** Share of |tanh(log-odds / 4)|, 0 to 1: how surely beats are told there; 0 where the lead is off. */
  readonly certainty: Float32Array;
  /** Noise between beats over the height of a beat. */
  readonly noise: Float32Array;
  readonly high: Float32Array;
  /** 1 where more than half of the second is a gap, flat or saturated: the electrode is off or the amplifier at its limit. */
  readonly isOff: Uint8Array;
  readonly isNoisy: Uint8Array;
}

/** Half-open, in seconds. */
export interface NoiseEpisode {
  readonly fromS: number;
  readonly toS: number;
}

/** Quality of one lead; about the cost of finding its beats. @param recorded  mV, gaps NaN; 100 to 1000 Hz. */
export function leadQuality(recorded: Float32Array, samplingHz: number): LeadQuality {
  return qualityOf(judgeLead(recorded, samplingHz), samplingHz);
}

/** Quality of a lead whose beats are judged already. */
export function qualityOf(judged: JudgedLead, samplingHz: number): LeadQuality {
  const { signal, candidates } = judged;
  const certainty = certaintyBySecond(judged);
  const seconds = certainty.length;
  const [noise, high] = [new Float32Array(seconds), new Float32Array(seconds)];
  const [isOff, isNoisy] = [new Uint8Array(seconds), new Uint8Array(seconds)];
  let near = 0;
  for (let second = 0; second < seconds; second++) {
    isOff[second] = Number(gapShare(signal, second * samplingHz, (second + 1) * samplingHz) > 0.5);
    const { atSample, levelMv, energyMv, highBefore } = candidates;
    while (near + 1 < atSample.length && atSample[near] < (second + 0.5) * workingHz) near++;
    const height = levelMv[near] ?? Infinity;
    // Over three seconds most of the time lies between beats: its middle value is what is left beside them.
    const around = energyMv.slice(Math.max(0, (second - 1) * workingHz), (second + 2) * workingHz).sort();
    noise[second] = (around[around.length >> 1] ?? 0) / height;
    high[second] = rootMeanSquare(highBefore, second * workingHz, (second + 1) * workingHz) / height;
    const { leastCertainty, mostNoise, mostHigh } = qualityDefaults;
    const isBad = certainty[second] < leastCertainty || noise[second] > mostNoise || high[second] > mostHigh;
    isNoisy[second] = Number(!isOff[second] && isBad);
  }
  flagRisen(isNoisy, { certainty, noise, isOff });
  return { certainty, noise, high, isOff, isNoisy };
}

const leastComparedS = 60; // a shorter strip has no calm seconds to speak of
const smoothHalfS = 2;

/** Flags seconds noisier than the lead usually is, and less sure: what is moderate for one lead is usual in another. */
function flagRisen(
  isNoisy: Uint8Array,
  { certainty, noise, isOff }: Pick<LeadQuality, 'certainty' | 'noise' | 'isOff'>,
) {
  if (noise.length < leastComparedS) return;
  const isOn = (_: number, second: number) => isOff[second] === 0;
  const [calm, sure] = [quantileOf(noise.filter(isOn), 0.25), quantileOf(certainty.filter(isOn), 0.75)];
  const { leastRise, leastRisen, leastLessSure } = qualityDefaults;
  for (let second = 0; second < noise.length; second++) {
    const around = noise.slice(Math.max(0, second - smoothHalfS), second + smoothHalfS + 1);
    const isRisen = medianOf(around) > Math.max(leastRisen, leastRise * calm);
    if (!isOff[second] && isRisen && certainty[second] < sure - leastLessSure) isNoisy[second] = 1;
  }
}

/** Flagged stretches of `leastEpisodeS` and more, joined across shorter pauses. */
export function noiseEpisodes(
  isNoisy: ArrayLike<number>,
  leastEpisodeS: number = qualityDefaults.leastEpisodeS,
): NoiseEpisode[] {
  const joined: { fromS: number; toS: number }[] = [];
  for (let second = 0; second < isNoisy.length; second++) {
    if (!isNoisy[second]) continue;
    const last = joined.at(-1);
    if (last && second - last.toS < leastEpisodeS) last.toS = second + 1;
    else joined.push({ fromS: second, toS: second + 1 });
  }
  return joined.filter(({ fromS, toS }) => toS - fromS >= leastEpisodeS);
}

function gapShare(signal: Float32Array, from: number, to: number): number {
  let gaps = 0;
  for (let i = Math.floor(from); i < to; i++) if (i >= signal.length || Number.isNaN(signal[i])) gaps++;
  return gaps / (to - from);
}
