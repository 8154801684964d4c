import { windowBefore, windowSamples } from '../../domain/record-inputs.ts';

/** Samples of a window, half-open. */
export interface Region {
  readonly from: number;
  readonly to: number;
}

/** A region of the window given in seconds from the R peak, both ends included. */
export function region(fromS: number, toS: number): Region {
  return { from: windowBefore + Math.round(fromS * 120), to: windowBefore + Math.round(toS * 120) + 1 };
}

/** What a beat's shape is compared over: QRS and ST of both leads. */
const shapeRegion = region(-0.12, 0.22);
const samplesPerLead = shapeRegion.to - shapeRegion.from;
/** The second lead speaks more softly: its electrode differs from recording to recording. */
const secondLeadWeight = 0.7;
/** Numbers in one shape. */
export const shapeSize = 2 * samplesPerLead;

/** Shapes of all beats: row-major (beat, number), each of unit length, and the length they had. */
export interface Shapes {
  readonly units: Float32Array;
  readonly norms: Float32Array;
}

/**
 * The shape of each window: QRS and ST of both leads without their mean.
 * The dot product of two shapes is the correlation of the beats; a beat of no height correlates 0 with all.
 * @param windows  row-major (beat, lead, sample).
 */
export function shapesOf(windows: Float32Array): Shapes {
  const beats = windows.length / (2 * windowSamples);
  const units = new Float32Array(beats * shapeSize);
  const norms = new Float32Array(beats);
  for (let beat = 0; beat < beats; beat++) {
    const shape = units.subarray(beat * shapeSize, (beat + 1) * shapeSize);
    for (let lead = 0; lead < 2; lead++) {
      const windowAt = (2 * beat + lead) * windowSamples + shapeRegion.from;
      let mean = 0;
      for (let i = 0; i < samplesPerLead; i++) mean += windows[windowAt + i] / samplesPerLead;
      const weight = lead === 0 ? 1 : secondLeadWeight;
      for (let i = 0; i < samplesPerLead; i++)
        shape[lead * samplesPerLead + i] = weight * (windows[windowAt + i] - mean);
    }
    let squares = 0;
    for (const value of shape) squares += value * value;
    norms[beat] = Math.sqrt(squares);
    if (squares > 0) for (let i = 0; i < shapeSize; i++) shape[i] /= norms[beat];
  }
  return { units, norms };
}

/** Dot product of two rows of `length` numbers. */
export function dotOfRows(a: Float32Array, aAt: number, b: Float32Array, bAt: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += a[aAt + i] * b[bAt + i];
  return sum;
}

/** Correlation of two beats' shapes. */
export const shapeCorrelation = (units: Float32Array, beat: number, other: number): number =>
  dotOfRows(units, beat * shapeSize, units, other * shapeSize, shapeSize);

/** Correlation of two stretches over a region; 0 where one of them is flat. */
export function correlation(a: Float32Array, aAt: number, b: Float32Array, bAt: number, { from, to }: Region): number {
  let sumA = 0;
  let sumB = 0;
  let squaresA = 0;
  let squaresB = 0;
  let products = 0;
  for (let i = from; i < to; i++) {
    const x = a[aAt + i];
    const y = b[bAt + i];
    sumA += x;
    sumB += y;
    squaresA += x * x;
    squaresB += y * y;
    products += x * y;
  }
  const count = to - from;
  const varianceA = squaresA - (sumA * sumA) / count;
  const varianceB = squaresB - (sumB * sumB) / count;
  if (varianceA < 1e-9 || varianceB < 1e-9) return 0;
  return (products - (sumA * sumB) / count) / Math.sqrt(varianceA * varianceB);
}
