import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gapSample, type RecordHeader } from '../../../../src-main/domain/record.ts';
import { TileCache } from '../../../../src-renderer/ui/waveform/tile-cache.ts';
import { binSamplesAt, isInMv, levelOfBin, TraceWindow } from '../../../../src-renderer/ui/waveform/trace-window.ts';
import { tileBins } from '../../../../src-main/domain/signal-tile.ts';
import { tileLoader } from '../../../support/ui-harness/simulated-record.ts';

const lead = { name: 'MLII', unit: 'mV', gain: 200, baseline: 1024, isCalibrated: true };
const headerOf = (signal: Int32Array): RecordHeader => ({
  name: 'one',
  samplingHz: 360,
  lengthSamples: signal.length,
  leads: [lead],
  notes: [],
});

/** A window over a signal whose tiles are all here. */
async function filled(signal: Int32Array, fromSample: number, toSample: number, binSamples: number) {
  const header = headerOf(signal);
  const load = tileLoader([signal]);
  let awaited = 0;
  const cache = new TileCache(
    (level, index) => load(level, index),
    () => awaited--,
    (error) => {
      throw error;
    },
  );
  const window = new TraceWindow();
  window.fill(cache, header, fromSample, toSample, binSamples);
  awaited = window.missing.length;
  cache.wish(window.missing);
  while (awaited > 0) await new Promise((resolve) => setImmediate(resolve));
  window.fill(cache, header, fromSample, toSample, binSamples);
  return window;
}

const mvOf = (digital: number) => Math.fround((digital - lead.baseline) / lead.gain);
const signals = fc.tuple(fc.integer({ min: 1, max: 70_000 }), fc.integer({ min: 1, max: 1000 })).map(([length, seed]) =>
  Int32Array.from({ length }, (_, i) => {
    const value = Math.imul(i + seed, 2654435761) >>> 20;
    return value % 61 === 0 ? gapSample : value;
  }),
);

test('every bin shows the least and the greatest of its samples, at any scale', async () => {
  await fc.assert(
    fc.asyncProperty(signals, fc.integer({ min: 1, max: 8 }), async (signal, power) => {
      const bin = 2 ** power;
      const window = await filled(signal, 0, signal.length, bin);
      expect(window.count).toBe(2 * Math.ceil(signal.length / bin));
      for (let b = 0; b < window.count / 2; b++) {
        const samples = signal.subarray(b * bin, (b + 1) * bin).filter((sample) => sample !== gapSample);
        const shown = [window.ys[0][2 * b], window.ys[0][2 * b + 1]].sort((x, y) => x - y);
        const wanted = samples.length === 0 ? [NaN, NaN] : [Math.min(...samples), Math.max(...samples)].map(mvOf);
        if (shown[0] !== wanted[0] || shown[1] !== wanted[1]) expect(shown).toEqual(wanted);
      }
    }),
    { numRuns: 30 },
  );
});

test('up to one sample a pixel every sample is drawn where it is', async () => {
  const signal = Int32Array.from({ length: 5000 }, (_, i) => 1024 + (i % 300));
  const window = await filled(signal, 4000, 4200, binSamplesAt(0.9));
  expect(window.binSamples).toBe(1);
  expect([...window.xs.subarray(0, window.count)]).toEqual(Array.from({ length: 200 }, (_, i) => 4000 + i));
  expect([...window.ys[0].subarray(0, window.count)]).toEqual(
    Array.from({ length: 200 }, (_, i) => mvOf(signal[4000 + i])),
  );
});

test('a spike keeps the order in which it rose and fell', async () => {
  const signal = new Int32Array(4096).fill(1024);
  signal[1001] = 2000;
  signal[1003] = 0;
  const window = await filled(signal, 1000, 1004, 4);
  expect([...window.ys[0].subarray(0, 2)]).toEqual([mvOf(2000), mvOf(0)]);
});

test('a gap is a gap with its ends, never a zero', async () => {
  const signal = new Int32Array(9000).fill(1024);
  signal.fill(gapSample, 4000, 4400);
  const window = await filled(signal, 3600, 5000, 8);
  expect(window.gaps[0]).toEqual([{ fromSample: 4000, toSample: 4400 }]);
  expect(window.ys[0][window.pointBefore(4200)]).toBeNaN();
});

test('tiles that are not here are wished for and leave no gap', () => {
  const signal = new Int32Array(20_000).fill(1024);
  const never = new TileCache(
    () => new Promise(() => undefined),
    () => undefined,
    () => undefined,
  );
  const window = new TraceWindow();
  window.fill(never, headerOf(signal), 4000, 9000, 1);
  expect([window.missing, window.gaps]).toEqual([
    [
      { level: 0, index: 0 },
      { level: 0, index: 1 },
      { level: 0, index: 2 },
    ],
    [[]],
  ]);
});

test('bins are a power of two near one a pixel, read from the level just below', () => {
  expect([0.5, 1.2, 3.8, 19, 900].map((perPx) => [binSamplesAt(perPx), levelOfBin(binSamplesAt(perPx), 1e9)])).toEqual([
    [1, 0],
    [1, 0],
    [4, 0],
    [16, 1],
    [1024, 3],
  ]);
});

test('millivolts are said only of a calibrated lead in a unit of voltage', () => {
  expect([
    isInMv(lead),
    isInMv({ ...lead, unit: 'uV' }),
    isInMv({ ...lead, isCalibrated: false }),
    isInMv({ ...lead, unit: 'bpm' }),
  ]).toEqual([true, true, false, false]);
});

test('a stretch is missing as long as one of its tiles is not here', () => {
  const header = headerOf(new Int32Array(3 * tileBins));
  const never = new TileCache(
    () => new Promise(() => undefined),
    () => undefined,
    () => undefined,
  );
  const window = new TraceWindow();
  window.fill(never, header, tileBins, 2 * tileBins, 1);
  const isMissing = (from: number, to: number) => window.isMissing(from * tileBins, to * tileBins);
  expect([isMissing(1, 2), isMissing(1.5, 1.6), isMissing(0.5, 1), isMissing(2, 3)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('a gap that may hide a beat is one, a shorter one is none', async () => {
  const signal = new Int32Array(10_000).fill(1100);
  signal.fill(gapSample, 2000, 2036); // 0.1 s
  signal.fill(gapSample, 4000, 4030);
  const window = await filled(signal, 0, 10_000, 1);
  const isWithout = (from: number, to: number) => window.isWithoutSamples(from, to);
  expect([isWithout(1900, 2100), isWithout(1000, 1900), isWithout(3900, 4100)]).toEqual([true, false, false]);
});
