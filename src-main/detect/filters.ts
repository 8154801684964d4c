/** One second-order section: y = b0 x + b1 x' + b2 x'' - a1 y' - a2 y'' (a0 = 1); a first-order one has b2 = a2 = 0. */
export interface Section {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
}
/** Sections in series: a whole filter. */
export type Sections = readonly Section[];

/**
 * Butterworth low-pass as second-order sections (bilinear transform with the cut-off pre-warped).
 * @param order     1 or more; twice that slope when run forward-backward.
 * @param cutoffHz  where one pass gives -3 dB, between 0 and samplingHz / 2.
 * @throws {RangeError} when the cut-off is not below half the sampling rate.
 */
export function butterworthLowPass(order: number, cutoffHz: number, samplingHz: number): Sections {
  const w = warped(cutoffHz, samplingHz);
  return prototype(order).map((pole) =>
    pole.im === 0 ? firstOrder(0, w, w) : secondOrder(0, 0, w * w, -2 * pole.re * w, w * w),
  );
}

/** Butterworth high-pass as second-order sections; order, cut-off and refusal as in `butterworthLowPass`. */
export function butterworthHighPass(order: number, cutoffHz: number, samplingHz: number): Sections {
  const w = warped(cutoffHz, samplingHz);
  return prototype(order).map((pole) =>
    pole.im === 0 ? firstOrder(1, 0, w) : secondOrder(1, 0, 0, -2 * pole.re * w, w * w),
  );
}

/**
 * Butterworth band-pass as second-order sections.
 * @param order  of each flank: the filter has twice as many poles, as in scipy's `butter`.
 * @throws {RangeError} when the edges do not rise or reach half the sampling rate.
 */
export function butterworthBandPass(order: number, lowHz: number, highHz: number, samplingHz: number): Sections {
  if (!(lowHz < highHz)) throw new RangeError(`band of ${lowHz} to ${highHz} Hz does not rise`);
  const low = warped(lowHz, samplingHz);
  const high = warped(highHz, samplingHz);
  const width = high - low;
  // Each prototype pole p becomes both roots of s^2 - p width s + low high = 0.
  return prototype(order).flatMap(({ re, im }) => {
    const halfRe = (re * width) / 2;
    const halfIm = (im * width) / 2;
    const rootOf = complexRoot(halfRe * halfRe - halfIm * halfIm - low * high, 2 * halfRe * halfIm);
    if (im === 0) return [secondOrder(0, width, 0, -2 * halfRe, low * high)];
    return [1, -1].map((sign) => {
      const poleRe = halfRe + sign * rootOf.re;
      const poleIm = halfIm + sign * rootOf.im;
      return secondOrder(0, width, 0, -2 * poleRe, poleRe * poleRe + poleIm * poleIm);
    });
  });
}

/**
 * Runs a filter forward and backward, so that no wave is shifted in time (Gustafsson 1996; scipy's `sosfiltfilt`).
 * Gaps (NaN) are bridged by straight lines while filtering and are gaps again in the result.
 * @returns a new signal of the same length.
 */
export function filterZeroPhase(signal: Float32Array, sections: Sections): Float32Array {
  const length = signal.length;
  const filtered = new Float32Array(length);
  if (length === 0) return filtered;
  const bridged = bridgeGaps(signal);
  const padding = Math.min(3 * (2 * sections.length + 1), length - 1);
  const padded = new Float64Array(length + 2 * padding);
  for (let i = 0; i < length; i++) padded[padding + i] = bridged[i];
  // An odd extension keeps value and slope at both ends, so that the filter does not ring there.
  for (let i = 1; i <= padding; i++) {
    padded[padding - i] = 2 * bridged[0] - bridged[i];
    padded[padding + length - 1 + i] = 2 * bridged[length - 1] - bridged[length - 1 - i];
  }
  runSections(padded, sections);
  padded.reverse();
  runSections(padded, sections);
  const last = padded.length - 1 - padding; // it stands backward now
  for (let i = 0; i < length; i++) filtered[i] = padded[last - i];
  if (bridged !== signal) for (let i = 0; i < length; i++) if (Number.isNaN(signal[i])) filtered[i] = NaN;
  return filtered;
}

/**
 * Runs a filter once, as a live monitor would: waves come out later than they went in.
 * Gaps as in `filterZeroPhase`; the filter starts as if the first value had stood forever.
 */
export function filterForward(signal: Float32Array, sections: Sections): Float32Array {
  const samples = Float64Array.from(bridgeGaps(signal));
  runSections(samples, sections);
  return Float32Array.from(samples, (value, i) => (Number.isNaN(signal[i]) ? NaN : value));
}

/**
 * The signal with straight lines across its gaps (NaN); the nearest value stands before the first and after the last
 * valid sample, and a signal of gaps alone becomes zeros. Gives the same array where there is no gap.
 */
export function bridgeGaps(signal: Float32Array): Float32Array {
  const firstGap = firstGapOf(signal);
  if (firstGap < 0) return signal;
  const bridged = signal.slice();
  let before = firstGap - 1;
  for (let i = firstGap; i <= signal.length; i++) {
    if (i < signal.length && Number.isNaN(signal[i])) continue;
    const left = before >= 0 ? signal[before] : i < signal.length ? signal[i] : 0;
    const right = i < signal.length ? signal[i] : left;
    for (let gap = before + 1; gap < i; gap++) bridged[gap] = left + ((right - left) * (gap - before)) / (i - before);
    before = i;
  }
  return bridged;
}

/** Index of the first gap; -1 where there is none. A loop, since a call a sample costs ten times as much. */
function firstGapOf(signal: Float32Array): number {
  for (let i = 0; i < signal.length; i++) if (signal[i] !== signal[i]) return i; // only NaN is unlike itself
  return -1;
}

/** Filters in place (transposed direct form II), starting in the steady state of the first sample. */
function runSections(samples: Float64Array, sections: Sections): void {
  for (const { b0, b1, b2, a1, a2 } of sections) {
    const gainAtZeroHz = (b0 + b1 + b2) / (1 + a1 + a2);
    const first = samples[0];
    let state1 = (gainAtZeroHz - b0) * first;
    let state2 = (b2 - a2 * gainAtZeroHz) * first;
    for (let i = 0; i < samples.length; i++) {
      const x = samples[i];
      const y = b0 * x + state1;
      state1 = b1 * x - a1 * y + state2;
      state2 = b2 * x - a2 * y;
      samples[i] = y;
    }
  }
}

/** The cut-off in the analog plane that the bilinear transform s = (1 - z') / (1 + z') maps back to the wanted one. */
function warped(cutoffHz: number, samplingHz: number): number {
  if (!(cutoffHz > 0 && cutoffHz < samplingHz / 2))
    throw new RangeError(`cut-off of ${cutoffHz} Hz is not between 0 and half of ${samplingHz} Hz`);
  return Math.tan((Math.PI * cutoffHz) / samplingHz);
}

/** Poles of the analog Butterworth filter of cut-off 1: one of each conjugate pair, and the real one of odd orders. */
function prototype(order: number): { re: number; im: number }[] {
  if (!(Number.isInteger(order) && order >= 1)) throw new RangeError(`order ${order} is not a whole number above 0`);
  return Array.from({ length: Math.ceil(order / 2) }, (_, k) => {
    const angle = (Math.PI * (2 * k + 1)) / (2 * order);
    return 2 * k + 1 === order ? { re: -1, im: 0 } : { re: -Math.sin(angle), im: Math.cos(angle) };
  });
}

/** Digital section of (n2 s^2 + n1 s + n0) / (s^2 + d1 s + d0). */
function secondOrder(n2: number, n1: number, n0: number, d1: number, d0: number): Section {
  const scale = 1 / (1 + d1 + d0);
  return {
    b0: (n2 + n1 + n0) * scale,
    b1: 2 * (n0 - n2) * scale,
    b2: (n2 - n1 + n0) * scale,
    a1: 2 * (d0 - 1) * scale,
    a2: (1 - d1 + d0) * scale,
  };
}

/** Digital section of (n1 s + n0) / (s + d0). */
function firstOrder(n1: number, n0: number, d0: number): Section {
  const scale = 1 / (1 + d0);
  return { b0: (n1 + n0) * scale, b1: (n0 - n1) * scale, b2: 0, a1: (d0 - 1) * scale, a2: 0 };
}

function complexRoot(re: number, im: number): { re: number; im: number } {
  const size = Math.hypot(re, im);
  const rootIm = Math.sqrt((size - re) / 2);
  return { re: Math.sqrt((size + re) / 2), im: im < 0 ? -rootIm : rootIm };
}
