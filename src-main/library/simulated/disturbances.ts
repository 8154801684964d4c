import type { Random } from '../../domain/random.ts';
import type { Episodes, Stretch } from './episodes.ts';

const recorderNoiseMv = 0.004;
const muscleRestMv = 0.008;
const muscleTenseMv = 0.09;
const humHz = 60;
const humRestMv = 0.004;
const humNearMv = 0.05;
const breathMv = 0.05;
const rampS = 1;

/** Adds to one lead what a recorder hears besides the heart: baseline wander, muscles, mains, its own noise. */
export function addDisturbances(
  signal: Float32Array,
  samplingHz: number,
  episodes: Episodes,
  breathAt: (atS: number) => number,
  random: Random,
): void {
  addBaseline(signal, samplingHz, breathAt, random);
  const highPass = Math.exp((-2 * Math.PI * 20) / samplingHz); // muscles are heard from 20 Hz on
  const muscleMv = loudness(signal.length, samplingHz, episodes.muscle, muscleRestMv, muscleTenseMv);
  const humMv = loudness(signal.length, samplingHz, episodes.hum, humRestMv, humNearMv);
  const humStep = (2 * Math.PI * humHz) / samplingHz;
  let before = 0;
  let muscle = 0;
  for (let i = 0; i < signal.length; i++) {
    const white = random.normal();
    muscle = highPass * (muscle + white - before);
    before = white;
    const fundamental = Math.sin(humStep * i);
    const hum = fundamental + 0.15 * (3 - 4 * fundamental * fundamental) * fundamental; // with its third harmonic
    signal[i] += muscleMv(i) * muscle + humMv(i) * hum + recorderNoiseMv * (random.uniform() - 0.5) * 3.4;
  }
}

/** Slow electrode drift and breathing; each lead has its own. */
function addBaseline(
  signal: Float32Array,
  samplingHz: number,
  breathAt: (atS: number) => number,
  random: Random,
): void {
  const drifts = Array.from({ length: 4 }, (_, k) => ({
    radPerS: 2 * Math.PI * (0.015 + 0.035 * k) * (0.8 + 0.4 * random.uniform()),
    phase: 2 * Math.PI * random.uniform(),
    heightMv: 0.15 / (k + 1),
  }));
  // Drift is slow: every tenth of a second is enough, with straight lines between.
  const step = Math.max(1, Math.round(samplingHz / 10));
  const at = (sample: number) => {
    const atS = sample / samplingHz;
    const drift = drifts.reduce(
      (sum, { radPerS, phase, heightMv }) => sum + heightMv * Math.sin(radPerS * atS + phase),
      0,
    );
    return drift + breathMv * Math.sin(breathAt(atS) + 0.6);
  };
  for (let from = 0; from < signal.length; from += step) {
    const first = at(from);
    const slope = (at(from + step) - first) / step;
    const to = Math.min(signal.length, from + step);
    for (let i = from; i < to; i++) signal[i] += first + slope * (i - from);
  }
}

/** Loudness by sample: louder in the stretches, which swell and fade over `rampS`; samples are asked for in rising order. */
function loudness(
  length: number,
  samplingHz: number,
  stretches: readonly Stretch[],
  restMv: number,
  loudMv: number,
): (sample: number) => number {
  const ramp = rampS * samplingHz;
  let current = 0;
  return (sample) => {
    while (current < stretches.length && sample > Math.min(length, stretches[current].toS * samplingHz)) current++;
    if (current === stretches.length) return restMv;
    const { fromS, toS } = stretches[current];
    const inside = Math.min(sample - fromS * samplingHz, toS * samplingHz - sample);
    return inside <= 0 ? restMv : restMv + (loudMv - restMv) * Math.min(1, inside / ramp);
  };
}
