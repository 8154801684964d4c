import { describe, expect, it } from 'vitest';
import { beatsByBlock, detectBeats } from '../../../../src-main/detect/qrs/detect-beats.ts';
import { resample } from '../../../../src-main/detect/resample.ts';
import { isBeatSymbol } from '../../../../src-main/domain/annotation.ts';
import { seededRandom } from '../../../../src-main/domain/random.ts';
import { physicalOf } from '../../../../src-main/domain/record.ts';
import { simulateRecord } from '../../../../src-main/library/simulated/simulate-record.ts';

const samplingHz = 360;
const { header, leads: digital, annotations } = simulateRecord({ minutes: 15, seed: 3 });
const leads = digital.map((lead, i) => physicalOf(lead, header.leads[i]));
const beats = annotations.filter(({ symbol }) => isBeatSymbol(symbol)).map(({ atSample }) => atSample);
/** A complex this near to an edge is not seen whole. */
const edgeSamples = 0.15 * samplingHz;
const wholeIn = (signal: Float32Array, marks: readonly number[] = beats) =>
  marks.filter(
    (at) =>
      at >= edgeSamples &&
      at < signal.length - edgeSamples &&
      !signal.subarray(at - edgeSamples, at + edgeSamples).some(Number.isNaN),
  );
const heardBeats = wholeIn(leads[0]);
const calmS = 60; // the script begins with sinus rhythm
const calm = leads[0].subarray(0, calmS * samplingHz);
const calmBeats = wholeIn(calm);
const detect = (signal: Float32Array, hz = samplingHz) => [...detectBeats({ samplingHz: hz, leads: [signal] })];
/** How far detected beats lie from the reference at most, ms; infinite where their numbers differ. */
const farthestMs = (detected: readonly number[], reference: readonly number[], hz = samplingHz) =>
  detected.length === reference.length
    ? Math.max(...detected.map((at, i) => (1000 * Math.abs(at - reference[i])) / hz))
    : Infinity;

describe('detectBeats', () => {
  it('finds every beat of a simulated record, ectopic and paced ones too, on the R peak', () => {
    expect(farthestMs(wholeIn(leads[0], detect(leads[0])), heardBeats)).toBeLessThan(15);
  });

  it.each([100, 128, 250, 257.5, 500, 1000])('works at %f Hz', (hz) => {
    const reference = calmBeats.map((at) => (at * hz) / samplingHz);
    expect(farthestMs(detect(resample(calm, samplingHz, hz), hz), reference, hz)).toBeLessThan(12);
  });

  it.each([-1, 0.1, 10])('does not care for polarity and gain: times %f', (factor) => {
    const scaled = leads[0].map((value) => factor * value);
    expect(farthestMs(wholeIn(scaled, detect(scaled)), heardBeats)).toBeLessThan(60);
  });

  it('gives the same beats for a stretch, be it alone or in its record', () => {
    const from = 580 * samplingHz;
    const to = 640 * samplingHz;
    const alone = detect(leads[0].subarray(from, to)).map((at) => at + from);
    const isInside = (at: number) => at >= from + 20 * samplingHz && at < to - 20 * samplingHz;
    expect(alone.filter(isInside)).toEqual(detect(leads[0]).filter(isInside));
  });

  it.each([
    { what: 'nothing', signal: new Float32Array(0) },
    { what: 'one sample', signal: Float32Array.of(1) },
    { what: 'half a second', signal: calm.subarray(0, 180) },
    { what: 'gaps alone', signal: new Float32Array(7200).fill(NaN) },
    { what: 'a flat line', signal: new Float32Array(7200).fill(-2.5) },
    {
      what: 'the recorder’s own steps',
      signal: Float32Array.from({ length: 7200 }, (_, i) => ((i * 7919) % 13 > 6 ? 0.005 : 0)),
    },
  ])('finds no beat in $what', ({ signal }) => {
    expect(detect(signal).filter((at) => at < 0 || at >= signal.length || signal.length > 180)).toEqual([]);
  });

  it('reads eleven minutes of each lead at most, and finds what it finds in the whole', () => {
    const lengthSamples = leads[0].length;
    let longest = 0;
    const read = (lead: number, from: number, to: number) => {
      longest = Math.max(longest, to - from);
      return leads[lead].subarray(from, to);
    };
    const blocks = [...beatsByBlock({ samplingHz, lengthSamples, leads: leads.length, read })];
    const whole = detectBeats({ samplingHz, leads }, { otherLeads: 'fuse' });
    expect({ blocks: blocks.length, found: blocks.flatMap((block) => block.beats) }).toEqual({
      blocks: 2,
      found: [...whole],
    });
    expect(longest).toBeLessThan(11 * 60 * samplingHz);
  });

  it('finds the beats of a strip of three seconds', () => {
    const strip = calm.subarray(0, 3 * samplingHz);
    expect(farthestMs(wholeIn(strip, detect(strip)), wholeIn(strip))).toBeLessThan(12);
  });

  it.each([
    { what: 'a gap', value: NaN },
    { what: 'saturation', value: 5 },
  ])('gives no beats in $what and keeps those around it', ({ value }) => {
    const from = 20 * samplingHz;
    const to = 27 * samplingHz;
    const broken = calm.slice().fill(value, from, to);
    const isBeside = (at: number) => (at >= from - 72 && at < from) || (at >= to && at < to + 72);
    const detected = detect(broken);
    expect(detected.filter((at) => at >= from && at < to)).toEqual([]);
    expect(
      farthestMs(
        detected.filter((at) => !isBeside(at)),
        calmBeats.filter((at) => (at < from || at >= to) && !isBeside(at)),
      ),
    ).toBeLessThan(12);
  });

  it('lets the other leads fill gaps of the first when asked to', () => {
    const whole = { samplingHz, leads };
    const isLost = (at: number) => Number.isNaN(leads[0][at]) && !Number.isNaN(leads[1][at]);
    expect([...detectBeats(whole)].filter(isLost)).toEqual([]);
    const filled = [...detectBeats(whole, { otherLeads: 'fill-gaps' })];
    expect(filled.filter(isLost).length).toBe(beats.filter(isLost).length);
    expect(filled.filter((at) => !isLost(at))).toEqual([...detectBeats(whole)]);
  });

  it('finds with all leads what noise hides in the first', () => {
    const random = seededRandom(5);
    const noisy = calm.map((value, i) => (i < calm.length / 3 ? value : value + random.normal()));
    const second = leads[1].subarray(0, calm.length);
    const fused = [...detectBeats({ samplingHz, leads: [noisy, second] }, { otherLeads: 'fuse' })];
    const missed = (found: readonly number[]) =>
      calmBeats.filter((at) => !found.some((beat) => Math.abs(beat - at) < 0.15 * samplingHz)).length;
    expect({ missed: missed(fused), found: wholeIn(calm, fused).length }).toEqual({
      missed: 0,
      found: calmBeats.length,
    });
    expect(missed(detect(noisy))).toBeGreaterThan(0);
  });

  it('does not let a lead without signal decide', () => {
    const off = new Float32Array(calm.length).fill(NaN);
    const fused = (pair: Float32Array[]) => [...detectBeats({ samplingHz, leads: pair }, { otherLeads: 'fuse' })];
    expect(fused([calm, off])).toEqual(detect(calm));
    expect(fused([off, calm])).toEqual(detect(calm));
  });

  it('refuses rates, leads and options that it does not know', () => {
    expect(() => detect(calm, 99)).toThrow('sampling rate 99 Hz, expected 100 to 1000');
    expect(() => detectBeats({ samplingHz, leads: [calm, calm.subarray(1)] })).toThrow(
      `lead 2 has ${calm.length - 1} samples, the first has ${calm.length}`,
    );
    const misspelt = { otherLead: 'ignore' } as object;
    expect(() => detectBeats({ samplingHz, leads: [calm] }, misspelt)).toThrow('unknown option otherLead');
  });
});
