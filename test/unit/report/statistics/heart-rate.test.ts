import { expect, test } from 'vitest';
import { standardLimits } from '../../../../src-main/report/report-input.ts';
import { heartRate, nnStatistics } from '../../../../src-main/report/statistics/heart-rate.ts';

const rr = (...ms: number[]) => Float64Array.from([NaN, ...ms]);
const limits = { ...standardLimits, rateOverIntervals: 2 };

test('mean, slowest and fastest rate, longest RR and pauses', () => {
  expect(heartRate(rr(1000, 1000, 500, 500, 2001, 2000), limits)).toEqual({
    rrIntervals: 6,
    meanPerMin: (60_000 * 6) / 7001,
    slowest: { fromBeat: 4, toBeat: 6, perMin: 120_000 / 4001 },
    fastest: { fromBeat: 2, toBeat: 4, perMin: 120 },
    longestRr: { fromBeat: 4, rrMs: 2001 },
    pauses: [{ fromBeat: 4, rrMs: 2001 }],
  });
});

test('a rate window lies within unbroken intervals', () => {
  const broken = heartRate(rr(400, NaN, 400, NaN, 1000, 1000), limits);
  expect([broken.fastest, broken.rrIntervals]).toEqual([{ fromBeat: 4, toBeat: 6, perMin: 60 }, 4]);
});

test('without enough intervals the rates are undefined, not 0', () => {
  expect(heartRate(rr(), limits)).toEqual({
    ...{ rrIntervals: 0, meanPerMin: null, slowest: null, fastest: null, longestRr: null, pauses: [] },
  });
  expect(heartRate(rr(800), limits).slowest).toBeNull();
});

test('a part of the record counts what begins in it', () => {
  const intervals = rr(1000, 900, 800, 2500, 600, 500);
  const first = heartRate(intervals, limits, 0, 4);
  const second = heartRate(intervals, limits, 4, 7);
  expect([first.rrIntervals, second.rrIntervals]).toEqual([4, 2]);
  expect([first.pauses, second.pauses]).toEqual([[{ fromBeat: 3, rrMs: 2500 }], []]);
  expect([first.slowest?.fromBeat, second.slowest?.fromBeat]).toEqual([2, 4]);
});

test('N-N statistics follow the Task Force, by a sum done by hand', () => {
  // N N N V N N N: N-N are 800 820 and 700 760; the successive differences are 20 and 60
  const label = Uint8Array.from([0, 0, 0, 2, 0, 0, 0]);
  const nn = nnStatistics(rr(800, 820, 500, 1200, 700, 760), label);
  const mean = (800 + 820 + 700 + 760) / 4;
  const squares = [800, 820, 700, 760].map((ms) => (ms - mean) ** 2);
  expect(nn).toEqual({
    intervals: 4,
    meanMs: mean,
    sdnnMs: Math.sqrt((squares[0] + squares[1] + squares[2] + squares[3]) / 3),
    rmssdMs: Math.sqrt((20 ** 2 + 60 ** 2) / 2),
    pnn50Percent: 50,
  });
});

test('N-N statistics of nothing are undefined', () => {
  expect(nnStatistics(rr(), Uint8Array.of(0))).toEqual({
    ...{ intervals: 0, meanMs: null, sdnnMs: null, rmssdMs: null, pnn50Percent: null },
  });
});
