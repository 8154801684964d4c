import {
  featureNames,
  windowBefore,
  windowChannels,
  windowSamples,
  type RecordInputs,
} from '../../domain/record-inputs.ts';
import { principalComponents } from './principal-components.ts';

/** The beats of one recording as points of a space in which like beats lie close; made once for a recording. */
export interface Neighbourhood {
  readonly beats: number;
  /** Numbers of one point. */
  readonly size: number;
  /** Row-major (beat, number). */
  readonly points: Float32Array;
  /** Width h of the kernel exp(-d^2 / 2 h^2). */
  readonly width: number;
}

const components = 20;
/** -0.2 to +0.4 s around the R peak, every second sample, both leads. */
const from = windowBefore - 24;
const to = windowBefore + 48;
/** Its 20th neighbour tells how far a beat's likes reach. */
const neighbour = 20;
const widthOfDistance = 1.5;
/** Beats whose neighbours are sought; the median over them no longer moves with more. */
const measuredBeats = 200;
/** Kernel values below this are zero, so that beats out of reach keep the model's probabilities to the last bit. */
export const kernelFloor = 1e-4;

/**
 * Places the beats of a recording: the 45 standardised features beside 20 principal components of the aligned
 * windows, each part scaled to a total variance of 1.
 * @param standard  features as the model takes them, (beat, 45): see `standardFeatures`.
 */
export function prepareBlend(inputs: RecordInputs, standard: Float32Array): Neighbourhood {
  const { beats } = inputs;
  if (standard.length !== beats * featureNames.length)
    throw new RangeError(`${beats} beats have ${standard.length} features, expected ${featureNames.length} each`);
  const shapes = alignedShapes(inputs);
  const parts = [standard, principalComponents(shapes, shapes.length / Math.max(1, beats), components)];
  const widths = [featureNames.length, components];
  const size = widths[0] + widths[1];
  const points = new Float32Array(beats * size);
  for (const [p, part] of parts.entries()) {
    const scale = 1 / Math.sqrt(totalVariance(part, widths[p]) || 1);
    const offset = p === 0 ? 0 : widths[0];
    for (let beat = 0; beat < beats; beat++)
      for (let i = 0; i < widths[p]; i++) points[beat * size + offset + i] = scale * part[beat * widths[p] + i];
  }
  return { beats, size, points, width: kernelWidth(points, beats, size) };
}

/** K of two beats, in [0, 1]: 1 for the same point, 0 where it would be below 1e-4. */
export function kernelBetween({ points, size, width }: Neighbourhood, beat: number, other: number): number {
  const limit = -2 * width * width * Math.log(kernelFloor);
  let squares = 0;
  let at = beat * size;
  let to = other * size;
  const end = at + size;
  while (at < end) {
    const pause = Math.min(end, at + 16); // a quarter of a point
    // Two sums, since each addition waits for the one before it.
    let odd = 0;
    for (; at < pause - 1; at += 2, to += 2) {
      const one = points[at] - points[to];
      const two = points[at + 1] - points[to + 1];
      squares += one * one;
      odd += two * two;
    }
    if (at < pause) squares += (points[at++] - points[to++]) ** 2;
    squares += odd;
    if (squares > limit) return 0;
  }
  return Math.exp(-squares / (2 * width * width));
}

/** Both leads of the windows at the beats' best fit to the dominant shape. */
function alignedShapes({ beats, windows, shifts }: RecordInputs): Float32Array {
  const perLead = (to - from) / 2 + 1;
  const shapes = new Float32Array(beats * 2 * perLead);
  for (let beat = 0; beat < beats; beat++)
    for (let lead = 0; lead < 2; lead++)
      for (let i = 0; i < perLead; i++) {
        const sample = Math.max(0, Math.min(windowSamples - 1, from + 2 * i + shifts[beat]));
        shapes[(2 * beat + lead) * perLead + i] = windows[(beat * windowSamples + sample) * windowChannels + lead];
      }
  return shapes;
}

function totalVariance(rows: Float32Array, columns: number): number {
  const count = rows.length / columns;
  let total = 0;
  for (let column = 0; column < columns; column++) {
    let sum = 0;
    let squares = 0;
    for (let at = column; at < rows.length; at += columns) {
      sum += rows[at];
      squares += rows[at] ** 2;
    }
    if (count > 0) total += squares / count - (sum / count) ** 2;
  }
  return total;
}

/** 1.5 times the median distance to the 20th neighbour (to the farthest where there are fewer). */
function kernelWidth(points: Float32Array, beats: number, size: number): number {
  const step = Math.max(1, beats / measuredBeats);
  const distances: number[] = [];
  const nearest = new Float64Array(Math.min(neighbour, beats - 1) + 1); // squares, rising; the beat itself is the first
  for (let m = 0; m < Math.min(beats, measuredBeats); m++) {
    const beat = Math.floor(m * step);
    nearest.fill(Infinity);
    for (let other = 0; other < beats; other++)
      insert(nearest, squaresBelow(points, size, beat, other, nearest.at(-1)!));
    distances.push(Math.sqrt(nearest.at(-1)!));
  }
  distances.sort((a, b) => a - b);
  return Math.max(1e-6, widthOfDistance * (distances[distances.length >> 1] ?? 1));
}

/** Squared distance of two points; given up as Infinity once it reaches a limit. */
function squaresBelow(points: Float32Array, size: number, beat: number, other: number, limit: number): number {
  const [one, two] = [beat * size, other * size];
  let squares = 0;
  for (let i = 0; i < size;) {
    const pause = Math.min(size, i + 13); // a fifth of a point
    for (; i < pause; i++) squares += (points[one + i] - points[two + i]) ** 2;
    if (squares >= limit) return Infinity;
  }
  return squares;
}

/** Puts a value among rising ones, of which the last falls out; none that is not below the last. */
function insert(rising: Float64Array, value: number): void {
  let at = rising.length - 1;
  if (!(value < rising[at])) return;
  for (; at > 0 && rising[at - 1] > value; at--) rising[at] = rising[at - 1];
  rising[at] = value;
}
