import { bridgeGaps } from './filters.ts';

/** Zero crossings of the sinc on each side: flat to .9 of the lower half rate, -60 dB beyond 1.1 of it. */
const zeroCrossings = 10;
const kaiserBeta = 5;
/** Fractions of a sample that the kernel is tabled at where the two rates have no smaller common grid. */
const mostPhases = 1024;

/**
 * The signal at another sampling rate: band-limited interpolation with a linear-phase kernel (Kaiser-windowed sinc,
 * Oppenheim and Schafer, section 7.5), so that no wave is moved. Output sample i stands at time i / toHz; the
 * positions are exact for any two rates and do not drift.
 * Gaps (NaN) are bridged by straight lines for the computation; an output sample whose nearest input is a gap is a gap.
 * @throws {RangeError} when a rate is not positive.
 */
export function resample(signal: Float32Array, fromHz: number, toHz: number): Float32Array {
  if (!(fromHz > 0 && toHz > 0)) throw new RangeError(`cannot resample from ${fromHz} to ${toHz} Hz`);
  if (fromHz === toHz) return signal.slice();
  const step = fromHz / toHz;
  const phases = phaseCount(fromHz, toHz);
  const { kernels, reach } = kernelTable(Math.min(1, toHz / fromHz), phases);
  const taps = 2 * reach + 1;
  const bridged = bridgeGaps(signal);
  const last = signal.length - 1;
  const resampled = new Float32Array(resampledLength(signal.length, fromHz, toHz));
  for (let i = 0; i < resampled.length; i++) {
    const position = i * step;
    if (Number.isNaN(signal[Math.min(last, Math.round(position))])) {
      resampled[i] = NaN;
      continue;
    }
    let centre = Math.floor(position);
    let phase = Math.round((position - centre) * phases);
    if (phase === phases) {
      phase = 0;
      centre++;
    }
    const kernelAt = phase * taps;
    const from = centre - reach;
    let sum = 0;
    if (from >= 0 && centre + reach <= last)
      for (let tap = 0; tap < taps; tap++) sum += kernels[kernelAt + tap] * bridged[from + tap];
    else
      for (let tap = 0; tap < taps; tap++)
        sum += kernels[kernelAt + tap] * bridged[Math.max(0, Math.min(last, from + tap))];
    resampled[i] = sum;
  }
  return resampled;
}

/** Samples that `resample` gives: those whose time lies before the end of the signal. */
export const resampledLength = (length: number, fromHz: number, toHz: number): number =>
  Math.ceil(Math.round(((length * toHz) / fromHz) * 1e6) / 1e6);

/** One row of taps for each fraction of an input sample; rows add up to 1, so that a level stays a level. */
function kernelTable(cutoff: number, phases: number): { kernels: Float64Array; reach: number } {
  const halfWidth = zeroCrossings / cutoff;
  const reach = Math.ceil(halfWidth);
  const taps = 2 * reach + 1;
  const kernels = new Float64Array(phases * taps);
  for (let phase = 0; phase < phases; phase++) {
    const row = kernels.subarray(phase * taps, (phase + 1) * taps);
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const distance = tap - reach - phase / phases;
      const inside = 1 - (distance / halfWidth) ** 2;
      row[tap] = inside > 0 ? sinc(distance * cutoff) * besselI0(kaiserBeta * Math.sqrt(inside)) : 0;
      sum += row[tap];
    }
    for (let tap = 0; tap < taps; tap++) row[tap] /= sum;
  }
  return { kernels, reach };
}

/** The smallest number of phases that holds every output position exactly, or `mostPhases` where it is larger. */
function phaseCount(fromHz: number, toHz: number): number {
  for (let phases = 1; phases < mostPhases; phases++) {
    const steps = (fromHz / toHz) * phases;
    if (Math.abs(steps - Math.round(steps)) < 1e-9 * steps) return phases;
  }
  return mostPhases;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** Modified Bessel function of order zero by its power series; exact to 1e-12 for the arguments of a window. */
function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
