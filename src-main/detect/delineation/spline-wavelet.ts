/**
 * Dyadic wavelet transform with a quadratic spline (algorithme a trous; Mallat and Zhong 1992, Martinez et al. 2004):
 * at each scale the slope of the signal smoothed so far. A wave is a pair of extremes of opposite sign, its peak the
 * zero crossing between them.
 * @param signal  without gaps.
 * @param scales  how many; scale k has its pass band near samplingHz / 2^(k + 1).
 * @returns       one array for each scale, all half a sample early: value i belongs to time i + 0.5.
 */
export function splineWavelet(signal: Float32Array, scales: number): Float32Array[] {
  const slopes: Float32Array[] = [];
  let smooth = signal;
  for (let scale = 0; scale < scales; scale++) {
    const step = 2 ** scale;
    // The first step has no middle sample: it looks half a sample ahead, and so does all that follows.
    const back = step === 1 ? 0 : step / 2;
    slopes.push(filtered(smooth, -back, step, [-2, 2]));
    if (scale < scales - 1)
      smooth = filtered(smooth, step === 1 ? -1 : -1.5 * step, step, [1 / 8, 3 / 8, 3 / 8, 1 / 8]);
  }
  return slopes;
}

/** Sum of taps that lie `step` apart, the first at `first`; beyond its ends the signal goes on level. */
function filtered(signal: Float32Array, first: number, step: number, taps: readonly number[]): Float32Array {
  const last = signal.length - 1;
  const result = new Float32Array(signal.length);
  taps.forEach((weight, tap) => {
    const shift = first + tap * step;
    const [from, to] = [Math.max(0, -shift), Math.max(0, Math.min(last, last - shift) + 1)];
    for (let i = 0; i < Math.min(from, signal.length); i++) result[i] += weight * signal[0];
    for (let i = from; i < to; i++) result[i] += weight * signal[i + shift];
    for (let i = Math.max(from, to); i <= last; i++) result[i] += weight * signal[last];
  });
  return result;
}

/** Local extremes of |slope| of at least `least` in [from, to), rising. */
export function extremesOf(slope: Float32Array, from: number, to: number, least: number): number[] {
  const found: number[] = [];
  for (let i = Math.max(1, from); i < Math.min(slope.length - 1, to); i++) {
    const size = Math.abs(slope[i]);
    if (size >= least && size >= Math.abs(slope[i - 1]) && size > Math.abs(slope[i + 1])) found.push(i);
  }
  return found;
}
