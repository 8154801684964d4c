import { bridgeGaps, butterworthBandPass, threeBands } from '../filters.ts';
import { resample } from '../resample.ts';

/** Rate of all that is worked out on candidates: a QRS complex is told from other waves by what it has below 45 Hz. */
export const workingHz = 100;

const band = (lowHz: number, highHz: number) => butterworthBandPass(1, lowHz, highHz, workingHz)[0];
/** One second-order section each, run forward and backward. */
const bands = {
  /** Most of a QRS complex's energy, little of P and T waves (Thakor, Webster and Tompkins 1984). */
  qrs: band(6, 25),
  /** What muscle noise, electrode artifacts and pacing spikes have more of than a QRS complex. */
  high: band(25, 45),
  /** Where annotators see the peak: without the baseline's slope, notches smoothed. */
  peak: band(3, 25),
};

const energyWindowS = 0.06; // about a narrow QRS complex; two such averages in series make a smooth bump of each
const shortestApartS = 0.08; // of two bumps closer than this one is a part of the other
const shapeHalfS = 0.1; // a wide ventricular complex about its middle
const levelBinS = 1.5; // holds a beat down to 40 a minute
const levelBinsEachSide = 5; // 16 s in all: follows changes of amplitude, not a burst of noise or a pause
const leastLevelMv = 1e-4;
/** Faster signals are averaged down to not less than this first: a tenth of the work, and 45 Hz passes unharmed. */
const leastHzToResample = 180;
/** Energy of a QRS complex of about 15 µV; below it only the recorder's own noise is left. */
const leastHeightMv = 0.004;

/** Places of one lead where a beat may be (maxima of QRS energy), with what is needed to judge them. */
export interface Candidates {
  /** Positions at `workingHz`, rising. */
  readonly atSample: Int32Array;
  /** Root of the QRS energy at each candidate, mV. */
  readonly heightMv: Float32Array;
  /** What a beat is high around each candidate: the median of the highest in each `levelBinS`, mV. */
  readonly levelMv: Float32Array;
  /** QRS band about each candidate, scaled to unit norm: (candidate, shapeSamples). */
  readonly shapes: Float32Array;
  readonly shapeSamples: number;
  /** Root of the QRS energy at every sample, mV. */
  readonly energyMv: Float32Array;
  /** Sum of the squared high band before every sample and after the last, mV². */
  readonly highBefore: Float64Array;
  /** The band that marks are placed in, mV. */
  readonly peakBandMv: Float32Array;
}

/**
 * Finds the candidates of one lead; about twice as many as there are beats.
 * @param signal  mV, gaps NaN; at least one sample.
 */
export function findCandidates(signal: Float32Array, samplingHz: number): Candidates {
  const averagedSamples = Math.max(1, Math.floor(samplingHz / leastHzToResample));
  const averaged = meansOf(signal, averagedSamples);
  const sampled = resample(averaged, samplingHz / averagedSamples, workingHz);
  const [qrs, high, peakBandMv] = threeBands(bridgeGaps(sampled), [bands.qrs, bands.high, bands.peak]);
  const energyMv = rootEnergy(qrs);
  const atSample = maximaOf(energyMv, sampled);
  const half = Math.round(shapeHalfS * workingHz);
  return {
    atSample,
    heightMv: valuesAt(atSample, energyMv),
    levelMv: levelsAt(atSample, energyMv, sampled),
    shapes: shapesAt(atSample, qrs, half),
    shapeSamples: 2 * half + 1,
    energyMv,
    highBefore: squaresBefore(high),
    peakBandMv,
  };
}

/** Means of so many samples each, the last incomplete ones left out; a gap makes its mean a gap. */
function meansOf(signal: Float32Array, samples: number): Float32Array {
  if (samples === 1 || signal.length < samples) return signal;
  const means = new Float32Array(Math.floor(signal.length / samples));
  if (samples === 2) {
    for (let i = 0; i < means.length; i++) means[i] = (signal[2 * i] + signal[2 * i + 1]) / 2;
    return means;
  }
  for (let i = 0; i < means.length; i++) {
    let sum = 0;
    for (let k = i * samples; k < (i + 1) * samples; k++) sum += signal[k];
    means[i] = sum / samples;
  }
  return means;
}

/** Root of the mean square of a stretch, from the sums of squares before each sample. */
export function rootMeanSquare(sums: Float64Array, fromSample: number, toSample: number): number {
  const from = Math.max(0, fromSample);
  const to = Math.min(sums.length - 1, toSample);
  return to > from ? Math.sqrt(Math.max(0, sums[to] - sums[from]) / (to - from)) : 0;
}

/** Sums of the squares before each sample and after the last. */
function squaresBefore(values: Float32Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) sums[i + 1] = sums[i] + values[i] * values[i];
  return sums;
}

/** Squared, averaged twice over `energyWindowS`, root taken; beyond the ends the signal counts as nothing. */
function rootEnergy(values: Float32Array): Float32Array {
  const half = Math.round((energyWindowS / 2) * workingHz);
  const windowSamples = 2 * half + 1;
  const sums = squaresBefore(values);
  const last = values.length;
  const energy = new Float32Array(last);
  const sumAround = (i: number) => sums[Math.min(last, i + half + 1)] - sums[Math.max(0, i - half)];
  for (let i = 0; i < last; i++)
    energy[i] = i >= half && i < last - half ? sums[i + half + 1] - sums[i - half] : sumAround(i);
  for (let i = 0; i < last; i++) sums[i + 1] = sums[i] + energy[i];
  for (let i = 0; i < last; i++) {
    const sum = i >= half && i < last - half ? sums[i + half + 1] - sums[i - half] : sumAround(i);
    energy[i] = Math.sqrt(Math.max(0, sum)) / windowSamples;
  }
  return energy;
}

/** Samples outside gaps that are the highest within `shortestApartS`, the later of equals. */
function maximaOf(energyMv: Float32Array, sampled: Float32Array): Int32Array {
  const apart = Math.round(shortestApartS * workingHz);
  const maxima: number[] = [];
  for (let i = 1; i < energyMv.length - 1; i++) {
    const height = energyMv[i];
    if (height < leastHeightMv || height < energyMv[i - 1] || height <= energyMv[i + 1]) continue;
    if (!Number.isNaN(sampled[i]) && height >= highestIn(energyMv, i - apart, i + apart + 1)) maxima.push(i);
  }
  return Int32Array.from(maxima);
}

/** Highest value of a stretch; 0 where it is empty. */
export function highestIn(values: Float32Array, fromSample: number, toSample: number): number {
  const to = Math.min(values.length, toSample);
  let highest = 0;
  for (let i = Math.max(0, fromSample); i < to; i++) highest = Math.max(highest, values[i]); // no branch to guess wrong
  return highest;
}

function valuesAt(atSample: Int32Array, values: Float32Array): Float32Array {
  const chosen = new Float32Array(atSample.length);
  for (let i = 0; i < chosen.length; i++) chosen[i] = values[atSample[i]];
  return chosen;
}

function levelsAt(atSample: Int32Array, energyMv: Float32Array, sampled: Float32Array): Float32Array {
  const binSamples = Math.round(levelBinS * workingHz);
  const bins = Math.max(1, Math.floor(energyMv.length / binSamples));
  const highest = new Float32Array(bins);
  for (let bin = 0; bin < bins; bin++) {
    // A bin that lies mostly in a gap says nothing about how high beats are.
    const isHeard = gapsIn(sampled, bin * binSamples, (bin + 1) * binSamples) < binSamples / 2;
    highest[bin] = isHeard ? highestIn(energyMv, bin * binSamples, (bin + 1) * binSamples) : NaN;
  }
  const around = new Float32Array(2 * levelBinsEachSide + 1);
  const levels = new Float32Array(bins);
  for (let bin = 0; bin < bins; bin++) {
    let count = 0;
    for (let i = Math.max(0, bin - levelBinsEachSide); i < Math.min(bins, bin + levelBinsEachSide + 1); i++)
      if (!Number.isNaN(highest[i])) around[count++] = highest[i];
    levels[bin] = Math.max(leastLevelMv, around.subarray(0, count).sort()[count >> 1] ?? 0);
  }
  const levelMv = new Float32Array(atSample.length);
  for (let i = 0; i < levelMv.length; i++)
    levelMv[i] = levels[Math.min(bins - 1, Math.floor(atSample[i] / binSamples))];
  return levelMv;
}

function gapsIn(samples: Float32Array, fromSample: number, toSample: number): number {
  let gaps = 0;
  for (let i = fromSample; i < toSample; i++) if (Number.isNaN(samples[i])) gaps++;
  return gaps;
}

function shapesAt(atSample: Int32Array, qrs: Float32Array, half: number): Float32Array {
  const samples = 2 * half + 1;
  const shapes = new Float32Array(atSample.length * samples);
  for (let i = 0; i < atSample.length; i++) {
    let squares = 0;
    for (let k = 0; k < samples; k++) {
      const value = qrs[atSample[i] - half + k] ?? 0;
      shapes[i * samples + k] = value;
      squares += value * value;
    }
    const scale = 1 / Math.sqrt(squares + 1e-12);
    for (let k = 0; k < samples; k++) shapes[i * samples + k] *= scale;
  }
  return shapes;
}
