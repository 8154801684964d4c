import { describe, expect, it } from 'vitest';
import { delineate, delineateLeads } from '../../../../src-main/detect/delineation/delineate.ts';
import { detectBeats } from '../../../../src-main/detect/qrs/detect-beats.ts';
import { isBeatSymbol } from '../../../../src-main/domain/annotation.ts';
import { intervalsOf, type Wave } from '../../../../src-main/domain/waves.ts';
import { describeOnRecordings } from '../../../support/shared-data.ts';
import { isChosenOn, ludbRecords, readLudb } from '../ludb-records.ts';
import { readReference } from '../qrs/mitdb-records.ts';
import { boundaries, scoreLead, summaryOf, type BoundaryScore } from './score.ts';

const seconds = 12;
const beatTimes = Array.from({ length: 14 }, (_, i) => 0.6 + 0.8 * i);
/** A half sine from start to end, which has true boundaries. */
const hump = (t: number, from: number, to: number, mv: number) =>
  t <= from || t >= to ? 0 : mv * Math.sin((Math.PI * (t - from)) / (to - from)) ** 2;
/** P from -180 to -80 ms, QRS from -40 to 40 ms, T from 160 to 360 ms. */
const simulated = (samplingHz: number, hasP = true) =>
  Float32Array.from({ length: seconds * samplingHz }, (_, i) =>
    beatTimes.reduce((sum, beat) => {
      const t = i / samplingHz - beat;
      return sum + (hasP ? hump(t, -0.18, -0.08, 0.15) : 0) + hump(t, -0.04, 0.04, 1) + hump(t, 0.16, 0.36, 0.3);
    }, 0),
  );
const measure = (samplingHz: number, hasP = true, scale = 1) => {
  const signal = simulated(samplingHz, hasP).map((mv) => scale * mv);
  const beats = beatTimes.map((t) => Math.round(t * samplingHz));
  return { signal, beats, waves: delineate(signal, beats, samplingHz) };
};
const inMs = (wave: Wave | undefined, beat: number, samplingHz: number) =>
  wave && [wave.onset, wave.peak, wave.offset].map((at) => ((at - beat) / samplingHz) * 1000);

describe('delineate', () => {
  it.each([128, 250, 360, 500, 1000])('finds the boundaries of simulated waves at %d Hz', (samplingHz) => {
    const { waves, beats } = measure(samplingHz);
    const { p, qrs, t } = waves[5];
    const truth = [
      [p, [-180, -130, -80], 35],
      [qrs, [-40, 0, 40], 20],
      [t, [160, 260, 360], 50],
    ] as const;
    for (const [wave, ms, within] of truth)
      inMs(wave, beats[5], samplingHz)?.forEach((at, k) => expect(Math.abs(at - ms[k])).toBeLessThan(within));
    expect(waves.slice(1, -1).every((beat) => beat.p && beat.qrs && beat.t)).toBe(true);
  });

  it('finds no P wave where there is none, and the same waves upside down', () => {
    expect(measure(360, false).waves.filter(({ p }) => p)).toEqual([]);
    expect(measure(360, true, -1).waves).toEqual(measure(360).waves);
  });

  it('leaves out waves that reach into a gap', () => {
    const { signal, beats } = measure(360);
    signal.fill(NaN, beats[5] + 70, beats[5] + 110);
    const [whole, broken] = [delineate(signal, beats, 360)[4], delineate(signal, beats, 360)[5]];
    expect({ whole: whole.t !== undefined, broken: broken.t !== undefined }).toEqual({ whole: true, broken: false });
  });

  it('gives a wave in every lead where the leads together show one, and none where one lead is off', () => {
    const { signal, beats } = measure(360);
    const flat = signal.map(() => 0);
    const quarter = signal.map((mv) => mv / 4);
    const off = flat.map(() => NaN);
    const leads = delineateLeads([signal, quarter, flat, off], beats, 360).map((waves) => waves[5]);
    const [first, second, third, fourth] = leads.map((beat) => [beat.p, beat.qrs, beat.t].map(Boolean));
    expect([first, second, third]).toEqual(Array.from({ length: 3 }, () => [true, true, true]));
    expect(fourth).toEqual([false, false, false]);
    expect(leads[1].t?.offset).toBe(leads[0].t?.offset);
    expect(delineateLeads([], beats, 360)).toEqual([]);
  });

  it('keeps waves in order: P before QRS before T, onset before peak before offset', () => {
    for (const { p, qrs, t } of measure(250).waves.slice(1, -1)) {
      const all = [p, qrs, t].flatMap((wave) => (wave ? [wave.onset, wave.peak, wave.offset] : []));
      expect(all).toEqual(all.toSorted((a, b) => a - b));
    }
  });

  it('measures the same complexes with pacing spikes before them', () => {
    const { signal, beats, waves } = measure(500);
    const paced = signal.slice();
    for (const beat of beats) if (beat > 30) paced[beat - 28] += 1.5;
    expect(delineate(paced, beats, 500).slice(1)).toEqual(waves.slice(1));
  });

  it('gives intervals, and says which were not measured', () => {
    const wave = (onset: number, offset: number) => ({ onset, peak: (onset + offset) / 2, offset });
    const beat = { p: undefined, qrs: wave(100, 150), t: wave(200, 300) };
    expect(intervalsOf(beat, 512, 500)).toEqual({ prMs: NaN, qrsMs: 100, qtMs: 400, qtcMs: 400 / 0.8 });
  });
});

describeOnRecordings('delineation on the Lobachevsky University database, lead II', () => {
  it('keeps what was measured on the records that nothing was chosen on', async () => {
    const scores: BoundaryScore[] = [];
    for (const name of ludbRecords().filter((one) => !isChosenOn(one))) {
      const strip = await readLudb(name, 'ii');
      const beats = detectBeats({ samplingHz: strip.samplingHz, leads: [strip.signal] });
      scores.push(scoreLead(strip, delineate(strip.signal, beats, strip.samplingHz)));
    }
    const summary = summaryOf(scores);
    const mostMs = {
      'P onset': 16, 'P peak': 16, 'P offset': 15, 'QRS onset': 9, 'QRS peak': Infinity, 'QRS offset': 11, 'T onset': 22, 'T peak': 25, 'T offset': 24 }; // prettier-ignore
    for (const boundary of boundaries) {
      const { meanMs, sdMs } = summary[boundary];
      if (boundary !== 'QRS peak') expect(Math.abs(meanMs)).toBeLessThan(6); // the detector marks the larger peak, not R
      expect(sdMs).toBeLessThan(mostMs[boundary]);
    }
    expect(summary['QRS onset'].sePercent).toBeGreaterThan(99.5);
    expect(summary['T peak'].sePercent).toBeGreaterThan(97);
    expect(summary['P peak'].sePercent).toBeGreaterThan(96);
    expect(summary['P peak'].ppvPercent).toBeGreaterThan(96);
  });
});

describeOnRecordings('delineation on the MIT-BIH Arrhythmia Database, first lead', () => {
  it('gives normal beats P waves in bigeminy, and hardly any in atrial fibrillation', async () => {
    const shareWithP = async (name: string) => {
      const { signal, samplingHz, reference } = await readReference(name);
      const piece = signal.subarray(0, 200 * samplingHz);
      const beats = reference.filter(({ symbol, atSample }) => isBeatSymbol(symbol) && atSample < piece.length);
      const waves = delineate(piece, beats.map(({ atSample }) => atSample), samplingHz); // prettier-ignore
      const normal = waves.filter((_, i) => beats[i].symbol === 'N');
      return normal.filter(({ p }) => p !== undefined).length / normal.length;
    };
    expect(await shareWithP('119')).toBeGreaterThan(0.95);
    expect(await shareWithP('203')).toBeLessThan(0.05);
  });
});
