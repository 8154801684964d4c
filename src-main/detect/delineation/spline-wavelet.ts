/**
 * Dyadic wavelet transform with a quadratic spline (algorithme a trous; Mallat and Zhong 1992, Martinez et al. 2004):
 * at each scale the slope of the signal smoothed so far. A wave is a pair of extremes of opposite sign, its peak the
 * zero crossing between them.
 * @param signal  without gaps.
 * @param scales  how many; scale k has its pass band near samplingHz / 2^(k + 1).
 * @returns       one array for each scale, all half a sample early: value i belongs to time i + 0.5.
 */
export function splineWavelet(signal: Float32Array, scales: number): Float32Array[] {
  const last = signal.length - 1;
  const at = (values: Float32Array, i: number) => values[i < 0 ? 0 : i > last ? last : i];
  const slopes: Float32Array[] = [];
  let smooth = signal;
  for (let scale = 0; scale < scales; scale++) {
    const step = 2 ** scale;
    // The first step has no middle sample: it looks half a sample ahead, and so does all that follows.
    const back = step === 1 ? 0 : step / 2;
    const slope = new Float32Array(signal.length);
    for (let i = 0; i <= last; i++) slope[i] = 2 * (at(smooth, i - back + step) - at(smooth, i - back));
    slopes.push(slope);
    if (scale === scales - 1) break;
    const first = step === 1 ? -1 : -1.5 * step;
    const next = new Float32Array(signal.length);
    for (let i = 0; i <= last; i++) {
      const from = i + first;
      next[i] =
        (at(smooth, from) +
          3 * at(smooth, from + step) +
          3 * at(smooth, from + 2 * step) +
          at(smooth, from + 3 * step)) /
        8;
    }
    smooth = next;
  }
  return slopes;
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
