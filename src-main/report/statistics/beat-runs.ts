import type { BeatTable } from '../../domain/beat.ts';

/** Successive beats of one class, as many as there are. */
export interface BeatRun {
  readonly fromBeat: number;
  readonly toBeat: number;
  readonly beats: number;
  /** Mean rate within the run; null for a single beat. */
  readonly perMin: number | null;
}

/**
 * All runs of a class, single beats included. A run ends at a beat of another class, at an artifact beat and at a gap.
 * @param rrMs        interval that ends at each beat, NaN where there is none (`rrBeforeMs`).
 * @param classIndex  index into `beatClasses`.
 */
export function beatRuns(
  beats: BeatTable,
  rrMs: Float64Array,
  classIndex: number,
  isArtifact: (index: number) => boolean,
): BeatRun[] {
  const runs: BeatRun[] = [];
  for (let i = 0; i < rrMs.length; i++) {
    if (beats.label[i] !== classIndex || isArtifact(i)) continue;
    const fromBeat = i;
    let totalMs = 0;
    while (i + 1 < rrMs.length && beats.label[i + 1] === classIndex && !Number.isNaN(rrMs[i + 1])) totalMs += rrMs[++i];
    const intervals = i - fromBeat;
    const perMin = intervals > 0 ? (60_000 * intervals) / totalMs : null;
    runs.push({ fromBeat, toBeat: i, beats: intervals + 1, perMin });
  }
  return runs;
}

export interface RunSummary {
  readonly singles: number;
  readonly couplets: number;
  /** Three or more. */
  readonly runs: number;
  readonly longest: BeatRun | null;
}

/** Counts by length; the longest is the first and, at equal length, the fastest. */
export function summariseRuns(runs: readonly BeatRun[]): RunSummary {
  let longest: BeatRun | null = null;
  for (const run of runs)
    if (
      run.beats > 1 &&
      (!longest || run.beats > longest.beats || (run.beats === longest.beats && run.perMin! > longest.perMin!))
    )
      longest = run;
  return {
    singles: runs.filter((run) => run.beats === 1).length,
    couplets: runs.filter((run) => run.beats === 2).length,
    runs: runs.filter((run) => run.beats > 2).length,
    longest,
  };
}
