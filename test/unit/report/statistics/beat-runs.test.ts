import { expect, test } from 'vitest';
import { beatRuns, summariseRuns } from '../../../../src-main/report/statistics/beat-runs.ts';
import { isArtifactBeat, rrBeforeMs } from '../../../../src-main/report/statistics/rr-series.ts';
import type { SketchedBeat } from '../report-inputs.ts';
import { beatTable } from '../report-inputs.ts';

/** Runs of V in beats 100 samples apart at 100 Hz; a small letter is an artifact beat. */
function runsIn(letters: string, gaps: { fromSample: number; toSample: number }[] = []) {
  const beats = beatTable(
    [...letters].map((letter, i) => ({
      atSample: 100 * (i + 1),
      label: letter.toUpperCase() as SketchedBeat['label'],
      isArtifact: letter !== letter.toUpperCase(),
    })),
  );
  return beatRuns(beats, rrBeforeMs(beats, 100, gaps), 2, (i) => isArtifactBeat(beats, i));
}

test('counts singles, couplets and runs of three or more', () => {
  const { singles, couplets, runs, longest } = summariseRuns(runsIn('NVNVVNVVVNVVVVNV'));
  expect([singles, couplets, runs]).toEqual([2, 1, 2]);
  expect(longest).toEqual({ fromBeat: 10, toBeat: 13, beats: 4, perMin: 60 });
});

test('an artifact beat or a gap ends a run, and artifact beats are in none', () => {
  expect(runsIn('VVvVV').map((run) => run.beats)).toEqual([2, 2]);
  expect(runsIn('VVVV', [{ fromSample: 240, toSample: 260 }]).map((run) => run.beats)).toEqual([2, 2]);
});

test('single beats alone have no longest run', () => {
  expect(summariseRuns(runsIn('NVNV')).longest).toBeNull();
});
