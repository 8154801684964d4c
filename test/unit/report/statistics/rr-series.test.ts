import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rrIntervalsMs } from '../../../../src-main/domain/rr-interval.ts';
import { rrBeforeMs } from '../../../../src-main/report/statistics/rr-series.ts';
import { beatTable } from '../report-inputs.ts';

test('gives each beat the interval before it', () => {
  const beats = beatTable([{ atSample: 100 }, { atSample: 300 }, { atSample: 550 }]);
  expect([...rrBeforeMs(beats, 250, [])]).toEqual([NaN, 800, 1000]);
});

test('bridges no artifact beat', () => {
  const beats = beatTable([
    { atSample: 100 },
    { atSample: 200, isArtifact: true },
    { atSample: 300 },
    { atSample: 400 },
  ]);
  expect([...rrBeforeMs(beats, 100, [])]).toEqual([NaN, NaN, NaN, 1000]);
});

test('bridges no gap, and a gap that ends at a beat or begins behind one breaks nothing else', () => {
  const beats = beatTable([100, 200, 300, 400, 500].map((atSample) => ({ atSample })));
  const gaps = [
    { fromSample: 20, toSample: 100 },
    { fromSample: 210, toSample: 215 },
    { fromSample: 390, toSample: 450 },
  ];
  expect([...rrBeforeMs(beats, 100, gaps)]).toEqual([NaN, 1000, NaN, NaN, NaN]);
});

test('without artifact and gap the intervals are those of the domain', () => {
  const samples = fc.uniqueArray(fc.nat(1_000_000), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(samples, fc.integer({ min: 1, max: 2000 }), (unsorted, samplingHz) => {
      const sorted = unsorted.toSorted((a, b) => a - b);
      const rrMs = rrBeforeMs(beatTable(sorted.map((atSample) => ({ atSample }))), samplingHz, []);
      expect([...rrMs.slice(1)]).toEqual([...rrIntervalsMs(sorted, samplingHz)]);
    }),
  );
});
