import { workingHz } from './candidates.ts';

/** No two QRS complexes are nearer: the shortest interval of the MIT-BIH records is 250 ms, a mark may lie 15 ms off. */
export const refractoryS = 0.22;

/**
 * Chooses the beats among the candidates: of all sets without two closer than `refractoryS` the one with the greatest
 * sum of log-odds (weighted interval scheduling). A double response to one wide complex thus costs nothing.
 * @param atSample  candidates at `workingHz`, rising.
 * @param logOdds   how likely each is a beat; those of 0 or less are never chosen.
 * @returns         indices of the chosen ones, rising.
 */
export function chooseBeats(atSample: Int32Array, logOdds: Float64Array): Int32Array {
  const refractory = Math.round(refractoryS * workingHz);
  const bestBefore = new Float64Array(atSample.length + 1);
  /** For each candidate that ends the best set so far: how many come before its refractory period; else -1. */
  const goesOnFrom = new Int32Array(atSample.length).fill(-1);
  let free = 0;
  for (let i = 0; i < atSample.length; i++) {
    while (atSample[free] <= atSample[i] - refractory) free++;
    const withThis = bestBefore[free] + logOdds[i];
    const isBetter = logOdds[i] > 0 && withThis > bestBefore[i];
    bestBefore[i + 1] = isBetter ? withThis : bestBefore[i];
    if (isBetter) goesOnFrom[i] = free;
  }
  const chosen: number[] = [];
  for (let i = atSample.length - 1; i >= 0;) {
    if (goesOnFrom[i] >= 0) chosen.push(i);
    i = goesOnFrom[i] >= 0 ? goesOnFrom[i] - 1 : i - 1;
  }
  return Int32Array.from(chosen.reverse());
}
