import { expect, it } from 'vitest';
import { isBeatSymbol } from '../../../../src-main/domain/annotation.ts';
import { gapSample } from '../../../../src-main/domain/record.ts';
import { simulateRecord } from '../../../../src-main/library/simulated/simulate-record.ts';

const whole = simulateRecord();
const { header, leads, annotations } = whole;
const beats = annotations.filter(({ symbol }) => isBeatSymbol(symbol));
const gapsOf = (lead: Int32Array) => {
  const from = lead.indexOf(gapSample);
  return { from, to: lead.lastIndexOf(gapSample) + 1, count: lead.filter((value) => value === gapSample).length };
};

it('is visibly no patient’s', () => {
  expect(header).toEqual({
    name: 'simulated-demo',
    samplingHz: 360,
    lengthSamples: 648_000,
    leads: ['MLII', 'V1'].map((name) => ({ name, unit: 'mV', gain: 200, baseline: 1024, isCalibrated: true })),
    notes: ['Simulated by RhythmAttention; no patient'],
  });
});

it('is the same for the same seed and another for another', () => {
  const short = { minutes: 2, seed: 5 };
  const again = simulateRecord(short);
  expect(simulateRecord(short)).toEqual(again);
  expect(simulateRecord({ ...short, seed: 6 }).annotations).not.toEqual(again.annotations);
});

it('holds every kind of beat and rhythm', () => {
  const counts = Object.fromEntries(
    ['N', 'A', 'V', 'F', '/'].map((symbol) => [symbol, beats.filter((beat) => beat.symbol === symbol).length]),
  );
  expect(counts.N).toBeGreaterThan(1500);
  expect(Math.min(counts.A, counts.V, counts.F, counts['/'])).toBeGreaterThan(10);
  const rhythms = annotations.filter(({ symbol }) => symbol === '+').map(({ aux }) => aux);
  expect([...new Set(rhythms)].sort()).toEqual(['(B', '(N', '(P', '(VT']);
});

it('keeps annotations in order, inside the record, and beats apart', () => {
  const isInOrder = annotations.every(
    ({ atSample }, i) =>
      atSample >= 0 && atSample < header.lengthSamples && (i === 0 || atSample >= annotations[i - 1].atSample),
  );
  const shortestRrS = Math.min(...beats.slice(1).map(({ atSample }, i) => (atSample - beats[i].atSample) / 360));
  expect(isInOrder).toBe(true);
  expect(shortestRrS).toBeGreaterThan(0.33);
});

it('takes the first lead off once and both once, without beats where nobody hears them', () => {
  const [first, second] = leads.map(gapsOf);
  expect({ firstGapS: first.count / 360, bothGapS: second.count / 360 }).toEqual({ firstGapS: 14, bothGapS: 8 });
  expect(beats.filter(({ atSample }) => leads[1][atSample] === gapSample)).toEqual([]);
  expect(beats.filter(({ atSample }) => leads[0][atSample] === gapSample).length).toBeGreaterThan(4);
});

it('stays within the 12 bits that a recorder has', () => {
  for (const lead of leads) {
    const heard = lead.filter((value) => value !== gapSample);
    expect({ tooLow: heard.some((v) => v < 0), tooHigh: heard.some((v) => v > 2047) }).toEqual({
      tooLow: false,
      tooHigh: false,
    });
  }
});

it.each([
  { minutes: 1, samplingHz: 128 },
  { minutes: 75, samplingHz: 100 },
])('tells its script in records of other lengths: $minutes min at $samplingHz Hz', ({ minutes, samplingHz }) => {
  const other = simulateRecord({ minutes, samplingHz });
  expect(other.leads.map((lead) => lead.length)).toEqual([1, 1].map(() => minutes * 60 * samplingHz));
  expect([...new Set(other.annotations.map(({ symbol }) => symbol))]).toEqual(
    expect.arrayContaining(['N', 'V', '/', '~']),
  );
});

it('refuses lengths and rates out of bounds', () => {
  expect(() => simulateRecord({ minutes: 0 })).toThrow(RangeError);
  expect(() => simulateRecord({ minutes: 1441 })).toThrow(RangeError);
  expect(() => simulateRecord({ samplingHz: 50 })).toThrow(RangeError);
});
