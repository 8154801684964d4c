import type { RunMatrix, RunsOfKind } from './run-comparison.ts';
import { ratioOf, type Ratio } from '../ratio.ts';

/** Sensitivity and positive predictivity of couplets, short runs (3 to 5 beats) and long runs (more). */
export interface RunFigures {
  readonly coupletSe: Ratio;
  readonly coupletPpv: Ratio;
  readonly shortRunSe: Ratio;
  readonly shortRunPpv: Ratio;
  readonly longRunSe: Ratio;
  readonly longRunPpv: Ratio;
}
export type RunFigureName = keyof RunFigures;
export const runFigureNames: readonly RunFigureName[] = [
  ...(['coupletSe', 'coupletPpv', 'shortRunSe', 'shortRunPpv', 'longRunSe', 'longRunPpv'] as const),
];

/** Lengths of the matrix, from and to, both included. */
type Lengths = readonly [from: number, to: number];

/** Sum of a matrix over reference and test lengths. */
export function totalRuns(matrix: RunMatrix, reference: Lengths, test: Lengths): number {
  const within = (values: readonly number[], [from, to]: Lengths) => values.slice(from, to + 1);
  return matrix
    .slice(reference[0], reference[1] + 1)
    .flatMap((row) => within(row, test))
    .reduce((sum, count) => sum + count, 0);
}

/** Figures of one record: a run is found when the other file has one at least as long in its place (couplet: 2). */
export function runFigures({ sensitivity, predictivity }: RunsOfKind): RunFigures {
  const se = (located: Lengths, shortest: number) =>
    ratioOf(
      totalRuns(sensitivity.matrix, located, [shortest, 6]),
      totalRuns(sensitivity.matrix, located, [0, shortest - 1]),
    );
  const ppv = (located: Lengths, shortest: number) =>
    ratioOf(
      totalRuns(predictivity.matrix, [shortest, 6], located),
      totalRuns(predictivity.matrix, [0, shortest - 1], located),
    );
  return {
    coupletSe: se([2, 2], 2),
    coupletPpv: ppv([2, 2], 2),
    shortRunSe: se([3, 5], 3),
    shortRunPpv: ppv([3, 5], 3),
    longRunSe: se([6, 6], 6),
    longRunPpv: ppv([6, 6], 6),
  };
}
