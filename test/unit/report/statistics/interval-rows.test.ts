import { expect, test } from 'vitest';
import { reportFacts } from '../../../../src-main/report/report-model.ts';
import { simulatedInput, steadyBeats } from '../report-inputs.ts';

const rowsOf = (lengthS: number, startOfDayS: number | null, everySamples = 100) => {
  const input = simulatedInput({
    beats: steadyBeats(Math.floor((lengthS * 100) / everySamples) - 1, everySamples, { 7: { label: 'V' } }),
    ...{ samplingHz: 100, lengthS },
  });
  return reportFacts({ ...input, record: { ...input.record, startOfDayS } }).rows;
};
const secondsOf = (rows: ReturnType<typeof rowsOf>) => rows.map((row) => row.fromSample / 100);

test('rows are 5 minutes below 2 h, from the start where the clock is unknown', () => {
  expect(secondsOf(rowsOf(1000, null))).toEqual([0, 300, 600, 900]);
});

test('rows begin on the full hours of the clock from 2 h on', () => {
  expect(secondsOf(rowsOf(2 * 3600, 10 * 3600 + 3000))).toEqual([0, 600, 4200]);
  expect(secondsOf(rowsOf(2 * 3600 - 1, 10 * 3600 + 290)).slice(0, 3)).toEqual([0, 10, 310]);
});

test('the rows add up to the whole record, also where things begin in one row and end in the next', () => {
  const rhythm = 'NNNVVNNVNNSSSNNVVVVNNNQNNFN';
  const input = simulatedInput({
    beats: Array.from({ length: 2000 }, (_, i) => ({
      atSample: 130 + i * 75 + (i % 11) * 6 + Math.floor(i / 40) * 200,
      label: rhythm[i % rhythm.length] as 'N',
      isArtifact: i % 97 === 0,
    })),
    ...{ samplingHz: 100, lengthS: 1700 },
  });
  const { rows, review, classes, rate, vRuns, sRuns } = reportFacts(input);
  const sum = (of: (row: (typeof rows)[number]) => number | null) => rows.reduce((total, row) => total + of(row)!, 0);
  expect({
    beats: sum((row) => row.review.beats),
    artifacts: sum((row) => row.review.artifacts),
    rr: sum((row) => row.rate.rrIntervals),
    pauses: sum((row) => row.rate.pauses.length),
    classes: classes.map((_, i) => sum((row) => row.classes[i].beats)),
    runs: [sum((row) => row.vCouplets), sum((row) => row.vRuns), sum((row) => row.sRuns)],
    fastest: Math.max(...rows.map((row) => row.rate.fastest!.perMin)),
    slowest: Math.min(...rows.map((row) => row.rate.slowest!.perMin)),
  }).toEqual({
    ...{ beats: review.beats, artifacts: review.artifacts, rr: rate.rrIntervals, pauses: rate.pauses.length },
    classes: classes.map((count) => count.beats),
    runs: [vRuns?.couplets, vRuns?.runs, sRuns?.runs],
    ...{ fastest: rate.fastest?.perMin, slowest: rate.slowest?.perMin },
  });
  expect(vRuns!.runs).toBeGreaterThan(0);
  expect(rate.pauses.length).toBeGreaterThan(0);
});

test('a row without beats is not assessed', () => {
  const input = simulatedInput({ beats: steadyBeats(20, 100), samplingHz: 100, lengthS: 700 });
  const second = reportFacts(input).rows[1];
  expect([second.review.beats, second.vRuns, ...second.classes.map((count) => count.beats)]).toEqual([
    ...[0, null, null, null, null, null, null],
  ]);
});
