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
  if (signal.length === 0) return new Float32Array(0);
  const bridged = bridgeGaps(signal);
  const padding = paddingOf(sections.length, signal.length);
  const padded = extended(bridged, padding, workplace(0, signal.length + 2 * padding));
  runSections(padded, sections, 'forward');
  runSections(padded, sections, 'backward');
  const filtered = inner(padded, padding);
  if (bridged !== signal) for (let i = 0; i < signal.length; i++) if (Number.isNaN(signal[i])) filtered[i] = NaN;
  return filtered;
}

/**
 * Three bands of one signal without gaps, each as `filterZeroPhase` gives it. Side by side they take little longer than
 * one: a recursive filter spends its time waiting for its own last sample.
 */
export function threeBands(
  signal: Float32Array,
  sections: readonly [Section, Section, Section],
): [Float32Array, Float32Array, Float32Array] {
  const padding = paddingOf(1, signal.length);
  const [a, b, c] = [0, 1, 2].map((place) => extended(signal, padding, workplace(place, signal.length + 2 * padding)));
  runThree([a, b, c], sections, 'forward');
  runThree([a, b, c], sections, 'backward');
  return [inner(a, padding), inner(b, padding), inner(c, padding)];
}

const paddingOf = (sections: number, length: number): number => Math.min(3 * (2 * sections + 1), length - 1);

/** The signal with an odd extension at both ends, which keeps value and slope, so that filters do not ring there. */
function extended(signal: Float32Array, padding: number, padded: Float64Array): Float64Array {
  const { length } = signal;
  padded.set(signal, padding);
  for (let i = 1; i <= padding; i++) {
    padded[padding - i] = 2 * signal[0] - signal[i];
    padded[padding + length - 1 + i] = 2 * signal[length - 1] - signal[length - 1 - i];
  }
  return padded;
}

/** What `extended` had between its extensions, in 32 bits. */
function inner(padded: Float64Array, padding: number): Float32Array {
  const values = new Float32Array(padded.length - 2 * padding);
  for (let i = 0; i < values.length; i++) values[i] = padded[padding + i]; // a third of the time of `from`
  return values;
}

const mostKept = 1 << 18; // 2 MB: ten minutes at 360 Hz
const kept = [new Float64Array(0), new Float64Array(0), new Float64Array(0)];
/** Memory to work in, the same for every call, as new memory for each costs as much as the filtering. */
function workplace(place: number, samples: number): Float64Array {
  if (samples > mostKept) return new Float64Array(samples);
  if (kept[place].length < samples) kept[place] = new Float64Array(samples);
  return kept[place].subarray(0, samples);
}

/**
 * Runs a filter once, as a live monitor would: waves come out later than they went in.
 * Gaps as in `filterZeroPhase`; the filter starts as if the first value had stood forever.
 */
export function filterForward(signal: Float32Array, sections: Sections): Float32Array {
  const samples = Float64Array.from(bridgeGaps(signal));
  runSections(samples, sections, 'forward');
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

type Direction = 'forward' | 'backward';
const startOf = (samples: Float64Array, direction: Direction) => (direction === 'forward' ? 0 : samples.length - 1);

/** Filters in place (transposed direct form II), starting in the steady state of the first sample in that direction. */
function runSections(samples: Float64Array, sections: Sections, direction: Direction): void {
  const step = direction === 'forward' ? 1 : -1;
  const start = startOf(samples, direction);
  for (const section of sections) {
    const { b0, b1, b2, a1, a2 } = section;
    let { state1, state2 } = steadyState(section, samples[start]);
    for (let i = start; i >= 0 && i < samples.length; i += step) {
      const x = samples[i];
      const y = b0 * x + state1;
      state1 = b1 * x + state2 - a1 * y; // y comes last, as the next sample waits for it
      state2 = b2 * x - a2 * y;
      samples[i] = y;
    }
  }
}

/** `runSections` on three signals of one length, one section each. */
function runThree(
  [as, bs, cs]: readonly Float64Array[],
  [a, b, c]: readonly [Section, Section, Section],
  direction: Direction,
): void {
  const step = direction === 'forward' ? 1 : -1;
  const start = startOf(as, direction);
  let { state1: a1, state2: a2 } = steadyState(a, as[start]);
  let { state1: b1, state2: b2 } = steadyState(b, bs[start]);
  let { state1: c1, state2: c2 } = steadyState(c, cs[start]);
  for (let i = start; i >= 0 && i < as.length; i += step) {
    const ax = as[i];
    const bx = bs[i];
    const cx = cs[i];
    const ay = a.b0 * ax + a1;
    const by = b.b0 * bx + b1;
    const cy = c.b0 * cx + c1;
    a1 = a.b1 * ax + a2 - a.a1 * ay;
    b1 = b.b1 * bx + b2 - b.a1 * by;
    c1 = c.b1 * cx + c2 - c.a1 * cy;
    a2 = a.b2 * ax - a.a2 * ay;
    b2 = b.b2 * bx - b.a2 * by;
    c2 = c.b2 * cx - c.a2 * cy;
    as[i] = ay;
    bs[i] = by;
    cs[i] = cy;
  }
}

/** The state that a level which has stood forever leaves behind. */
function steadyState({ b0, b1, b2, a1, a2 }: Section, level: number): { state1: number; state2: number } {
  const gainAtZeroHz = (b0 + b1 + b2) / (1 + a1 + a2);
  return { state1: (gainAtZeroHz - b0) * level, state2: (b2 - a2 * gainAtZeroHz) * level };
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
