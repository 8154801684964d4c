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
  const placeOf = (i: number) => {
    const centre = Math.floor(i * step);
    const phase = Math.round((i * step - centre) * phases);
    return phase === phases
      ? { from: centre + 1 - reach, kernelAt: 0 }
      : { from: centre - reach, kernelAt: phase * taps };
  };
  const sumAtEdge = (i: number) => {
    const { from, kernelAt } = placeOf(i);
    let sum = 0;
    for (let tap = 0; tap < taps; tap++)
      sum += kernels[kernelAt + tap] * bridged[Math.max(0, Math.min(last, from + tap))];
    return sum;
  };
  // So many outputs on, the same row of taps falls so many inputs on: four are summed at once, which halves the time.
  const every = phases < mostPhases ? phases : 1;
  const inputs = phases < mostPhases ? Math.round(step * phases) : 0;
  for (let first = 0; first < Math.min(every, resampled.length); first++) {
    let i = first;
    for (; i < resampled.length && (inputs === 0 || placeOf(i).from < 0); i += every) resampled[i] = sumAtEdge(i);
    if (i >= resampled.length) continue;
    const { from: firstFrom, kernelAt } = placeOf(i);
    let from = firstFrom;
    for (
      ;
      i + 3 * every < resampled.length && from + 3 * inputs + taps - 1 <= last;
      i += 4 * every, from += 4 * inputs
    ) {
      let sum0 = 0;
      let sum1 = 0;
      let sum2 = 0;
      let sum3 = 0;
      for (let tap = 0, at = from; tap < taps; tap++, at++) {
        const weight = kernels[kernelAt + tap];
        sum0 += weight * bridged[at];
        sum1 += weight * bridged[at + inputs];
        sum2 += weight * bridged[at + 2 * inputs];
        sum3 += weight * bridged[at + 3 * inputs];
      }
      resampled[i] = sum0;
      resampled[i + every] = sum1;
      resampled[i + 2 * every] = sum2;
      resampled[i + 3 * every] = sum3;
    }
    for (; i < resampled.length; i += every) resampled[i] = sumAtEdge(i);
  }
  if (bridged !== signal)
    for (let i = 0; i < resampled.length; i++)
      if (Number.isNaN(signal[Math.min(last, Math.round(i * step))])) resampled[i] = NaN;
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
