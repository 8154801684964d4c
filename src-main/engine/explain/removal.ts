import type { RemovalCurves } from '../../domain/explanation.ts';
import type { ExplainedWindow } from './time-explainer.ts';

/** Samples that are removed together: single ones, put among others, would make a signal that no heart makes. */
export const unitSamples = 4;
/** Parts of the window removed at each point of a curve. */
export const removedShares: readonly number[] = [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1];

export const unitsOf = (samples: number): number => Math.ceil(samples / unitSamples);

/** What an explanation says of each unit. */
export function unitSums(relevance: Float32Array): Float32Array {
  const sums = new Float32Array(unitsOf(relevance.length));
  relevance.forEach((value, sample) => (sums[Math.floor(sample / unitSamples)] += value));
  return sums;
}

/** Units by falling relevance; the earlier first among equals. */
export function unitOrder(relevance: Float32Array): Int32Array {
  const sums = unitSums(relevance);
  return Int32Array.from(sums.keys()).sort((a, b) => sums[b] - sums[a] || a - b);
}

/** The window with the first of the ordered units replaced by another window's. */
export function withUnitsOf(
  other: Float32Array,
  window: Float32Array,
  order: Int32Array,
  share: number,
  samples: number,
): Float32Array {
  const changed = window.slice();
  const width = window.length / samples;
  for (const unit of order.subarray(0, Math.round(share * order.length))) {
    const [from, to] = [unit * unitSamples * width, Math.min(samples, (unit + 1) * unitSamples) * width];
    changed.set(other.subarray(from, to), from);
  }
  return changed;
}

/** The windows of both curves at every share, in the order that `curvesOf` reads their probabilities in. */
export const removalWindows = (one: ExplainedWindow, order: Int32Array, samples: number): Float32Array[] => [
  ...removedShares.map((share) => withUnitsOf(one.baseline, one.window, order, share, samples)),
  ...removedShares.map((share) => withUnitsOf(one.window, one.baseline, order, share, samples)),
];

/** @param probabilities  of each case's removal windows, one array a case. */
export function curvesOf(probabilities: readonly ArrayLike<number>[]): RemovalCurves {
  const curve = (from: number) =>
    removedShares.map((_, i) => probabilities.reduce((sum, row) => sum + row[from + i], 0) / probabilities.length);
  const deletionCurve = curve(0);
  const insertionCurve = curve(removedShares.length);
  return {
    deletionCurve,
    insertionCurve,
    deletion: deletionCurve[0] - areaUnder(deletionCurve),
    insertion: areaUnder(insertionCurve) - insertionCurve[0],
  };
}

/** The mean of several curves. */
export function meanCurves(all: readonly RemovalCurves[]): RemovalCurves {
  const mean = (read: (one: RemovalCurves) => number) => all.reduce((sum, one) => sum + read(one), 0) / all.length;
  return {
    deletionCurve: removedShares.map((_, i) => mean((one) => one.deletionCurve[i])),
    insertionCurve: removedShares.map((_, i) => mean((one) => one.insertionCurve[i])),
    deletion: mean((one) => one.deletion),
    insertion: mean((one) => one.insertion),
  };
}

/** Trapezoids over the shares, which run from 0 to 1. */
const areaUnder = (curve: readonly number[]): number =>
  curve.reduce(
    (sum, value, i) => (i === 0 ? 0 : sum + ((removedShares[i] - removedShares[i - 1]) * (value + curve[i - 1])) / 2),
    0,
  );
