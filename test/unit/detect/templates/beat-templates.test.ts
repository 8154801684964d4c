import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { windowSamples } from '../../../../src-main/domain/record-inputs.ts';
import { findTemplates } from '../../../../src-main/detect/templates/beat-templates.ts';
import { resembledShapes } from '../../../../src-main/detect/templates/clusters.ts';
import { medianOf, quantileOf, SlidingMedian } from '../../../../src-main/detect/templates/order-statistics.ts';
import { cutWindows, prepareRecord } from '../../../../src-main/detect/templates/prepared-record.ts';
import { dotOfRows, shapesOf, shapeSize } from '../../../../src-main/detect/templates/shape.ts';
import { rhythmContext } from '../../../../src-main/detect/templates/rhythm-context.ts';
import { mixedRhythm, simulatedRecord } from './simulated-record.ts';

const kinds = mixedRhythm(300);
const { record, beatSamples } = simulatedRecord(kinds, 360);
const prepared = prepareRecord(record, beatSamples);
const templates = findTemplates(prepared);

describe('preparing a recording', () => {
  it('puts the steadiest lead first and the next that is no likeness of it second, whatever their places and names', () => {
    const [steady, other] = record.leads.map(({ physical }) => physical);
    const noisy = (physical: Float32Array, mv: number) => physical.map((value, i) => value + mv * Math.sin(i * i));
    const leads = {
      steady,
      inverted: noisy(steady, 0.02).map((value) => -2 * value),
      other: noisy(other, 0.05),
      noisy: noisy(other, 0.5),
      // Gaps are bridged by straight lines, which are very steady.
      offHalfTheTime: steady.map((value, i) => (i < 0.6 * steady.length ? NaN : value)),
      off: new Float32Array(steady.length),
    };
    const readOf = (...names: (keyof typeof leads)[]) =>
      prepareRecord({ samplingHz: 360, leads: names.map((name) => ({ name, physical: leads[name] })) }, beatSamples)
        .leads;
    const namesOf = (...names: (keyof typeof leads)[]) => readOf(...names).map(({ name }) => name);
    expect(namesOf('steady', 'other')).toEqual(['steady', 'other']);
    expect(namesOf('other', 'steady')).toEqual(['steady', 'other']);
    expect(namesOf('noisy', 'offHalfTheTime', 'other', 'off', 'inverted', 'steady')).toEqual(['steady', 'other']);
    expect(namesOf('inverted', 'steady')).toEqual(['steady', 'inverted']);
    expect(namesOf('off', 'noisy')).toEqual(['noisy']);
    expect(readOf('noisy', 'other', 'steady')).toEqual(readOf('steady', 'other'));
  });

  it('gives a long recording, prepared in pieces, the samples that it has when prepared whole', () => {
    const samplingHz = 200;
    const noise = (i: number) => Math.sin(i * 12.9898) * 0.05 + Math.sin(i / 400) * 0.3;
    const beatAt = (i: number) => Math.exp(-(((i % 160) - 80) ** 2) / 8);
    const long = Float32Array.from({ length: 2.02 * 3600 * samplingHz }, (_, i) =>
      i % 300_000 < 900 ? NaN : beatAt(i) + noise(i),
    );
    const short = long.slice(0, 1.9 * 3600 * samplingHz);
    const beats = Int32Array.from({ length: 5000 }, (_, i) => 80 + 160 * i);
    const [pieces, whole] = [long, short].map(
      (physical) => prepareRecord({ samplingHz, leads: [{ name: 'II', physical }] }, beats).leads[0],
    );
    const compared = 1.85 * 3600 * 120; // what lies behind the end of the shorter one reaches back a little
    let farthest = 0;
    let gapsApart = 0;
    for (let i = 0; i < compared; i++) {
      farthest = Math.max(farthest, Math.abs(pieces.samples[i] - whole.samples[i]));
      gapsApart += Math.abs(pieces.isGap[i] - whole.isGap[i]);
    }
    expect(farthest).toBeLessThan(1e-5);
    expect(gapsApart).toBe(0);
  });

  it('makes the median QRS one unit high and every window free of its median', () => {
    const windows = cutWindows(prepared, new Int8Array(beatSamples.length));
    const heights: number[] = [];
    for (let beat = 0; beat < beatSamples.length; beat++) {
      const window = windows.subarray(beat * 2 * windowSamples, (beat * 2 + 1) * windowSamples);
      expect(Math.abs(medianOf(window))).toBeLessThan(1e-6);
      const qrs = window.subarray(42, 67);
      heights.push(Math.max(...qrs) - Math.min(...qrs));
    }
    expect(medianOf(heights)).toBeCloseTo(1, 5);
  });

  it('leaves out a lead that is flat or all gaps, and refuses a recording without another', () => {
    const length = record.leads[0].physical.length;
    const flat = { name: 'MLII', physical: new Float32Array(length) };
    const gaps = { name: 'V5', physical: new Float32Array(length).fill(NaN) };
    const good = { name: 'V1', physical: record.leads[1].physical };
    expect(prepareRecord({ samplingHz: 360, leads: [flat, gaps, good] }, beatSamples).leads.length).toBe(1);
    expect(() => prepareRecord({ samplingHz: 360, leads: [flat, gaps] }, beatSamples)).toThrow(RangeError);
  });

  it('refuses beats that do not rise or lie outside, and leads of unequal length', () => {
    expect(() => prepareRecord(record, Int32Array.of(500, 500))).toThrow(/not after beat 0/);
    expect(() => prepareRecord(record, Int32Array.of(500, 1e8))).toThrow(/100000000/);
    const short = { name: 'V1', physical: new Float32Array(10) };
    expect(() => prepareRecord({ samplingHz: 360, leads: [record.leads[0], short] }, beatSamples)).toThrow(/V1 has 10/);
  });
});

describe('the templates of a recording', () => {
  it('find the usual shape and keep ventricular beats apart', () => {
    const { clusters, dominant } = templates;
    expect(clusters.sizes.reduce((sum, size) => sum + size, 0)).toBe(kinds.length);
    for (const [beat, kind] of [...kinds].entries())
      expect(`${kind} ${clusters.clusterOf[beat] === dominant}`).toBe(`${kind} ${kind !== 'V'}`);
  });

  it('say which shapes each beat resembles: always its own, and another on whose border it lies', () => {
    const degrees = [0, 0, 0, 25, 60, 90];
    const units = Float32Array.from({ length: degrees.length * shapeSize }, (_, i) => {
      const angle = (degrees[Math.floor(i / shapeSize)] * Math.PI) / 180;
      return i % shapeSize === 0 ? Math.cos(angle) : i % shapeSize === 1 ? Math.sin(angle) : 0;
    });
    const shapes = { units, norms: new Float32Array(degrees.length).fill(2) };
    const clusterOf = Int32Array.of(0, 0, 0, 1, 1, 1);
    // the second shape's centre lies at 58 degrees: 0.9 is the cosine of 26
    expect([...resembledShapes(shapes, { clusterOf, sizes: [3, 3] })]).toEqual([1, 1, 1, 3, 2, 2]);
    const many = { clusterOf: clusterOf.map((c) => 40 * c), sizes: Array.from({ length: 41 }, () => 1) };
    expect([...resembledShapes(shapes, many)]).toEqual([1, 0, 1, 0, 1, 0, 1, 256, 0, 256, 0, 256]);
  });

  it('count a larger cluster of early beats for less than the normal ones', () => {
    const bigeminy = simulatedRecord('NNNN' + 'NVV'.repeat(60), 360);
    const found = findTemplates(prepareRecord(bigeminy.record, bigeminy.beatSamples));
    expect(found.clusters.clusterOf[0]).toBe(found.dominant);
    expect(found.clusters.sizes[found.dominant]).toBe(64);
  });

  it('follow a shape that is the usual one for minutes, and no run of ectopic beats', () => {
    const turned = [...mixedRhythm(240, 5)].map((kind) => (kind === 'N' ? 'A' : kind)).join('');
    const all = mixedRhythm(260, 4) + turned + mixedRhythm(200, 6) + 'V'.repeat(20) + mixedRhythm(60, 7);
    const changing = simulatedRecord(all, 360);
    const found = findTemplates(prepareRecord(changing.record, changing.beatSamples));
    const clusterOf = (beat: number) => found.clusters.clusterOf[beat];
    expect(clusterOf(0)).not.toBe(clusterOf(261));
    for (const [beat, usual] of found.usualOf.entries())
      if (beat < 220 || beat > 540) expect(usual).toBe(clusterOf(0));
      else if (beat > 300 && beat < 460) expect(usual).toBe(clusterOf(261));
    expect(new Set(Array.from(found.references, (beat) => all[beat]))).toEqual(new Set(['N', 'A']));
    // A beat's template is of its own usual shape: nothing of it is left, but for a ventricular beat.
    const largest = (beat: number) => {
      const own = found.aligned.subarray(beat * 2 * windowSamples, beat * 2 * windowSamples + windowSamples);
      const at = found.templateOf[beat] * 2 * windowSamples;
      return Math.max(...own.subarray(20, 110).map((value, i) => Math.abs(value - found.templates[at + 20 + i])));
    };
    expect(all[380] + all[120]).toBe('AN');
    expect(largest(380)).toBeLessThan(0.15);
    expect(largest(120)).toBeLessThan(0.15);
    expect(largest(all.indexOf('V', 320))).toBeGreaterThan(0.5);
    // What is usual somewhere is no second shape of the patient's: that is the ventricular one.
    const second = shapesOf(found.second!);
    const ventricular = all.indexOf('V', 320);
    expect(dotOfRows(found.shapes.units, ventricular * shapeSize, second.units, 0, shapeSize)).toBeGreaterThan(0.9);
  });

  it('take no early and no ventricular beat as reference', () => {
    expect(templates.references.length).toBeGreaterThan(200);
    for (const beat of templates.references) expect(kinds[beat]).toBe('N');
  });

  it('are the median of the 101 reference beats nearest in time', () => {
    const { references, aligned, templateOf } = templates;
    for (const beat of [0, 17, 150, 299]) {
      const nearest = [...references]
        .sort((a, b) => Math.abs(beatSamples[a] - beatSamples[beat]) - Math.abs(beatSamples[b] - beatSamples[beat]))
        .slice(0, 101);
      for (const i of [0, 54, 131, 132 + 60]) {
        const column = nearest.map((reference) => aligned[reference * 2 * windowSamples + i]);
        expect(templates.templates[templateOf[beat] * 2 * windowSamples + i]).toBeCloseTo(medianOf(column), 3);
      }
    }
  });

  it('bring beats whose R peak was given wrongly back into line, never by more than ten samples', () => {
    const jitter = Int32Array.from(beatSamples, (_, beat) => ((beat * 7) % 17) - 8); // in samples at 120 Hz
    const moved = beatSamples.map(
      (sample, beat) => sample + 3 * (kinds[beat] === 'N' && beat % 3 === 0 ? jitter[beat] : 0),
    );
    const { shifts } = findTemplates(prepareRecord(record, moved));
    for (const [beat, kind] of [...kinds].entries()) {
      expect(Math.abs(shifts[beat])).toBeLessThanOrEqual(10);
      if (kind === 'N' && beat > 0 && beat < 299)
        expect(Math.abs(shifts[beat] + (beat % 3 === 0 ? jitter[beat] : 0))).toBeLessThanOrEqual(1);
    }
  });

  it('know the second shape of a recording, and none where all beats look alike', () => {
    expect(templates.second).toBeDefined();
    const steady = simulatedRecord('N'.repeat(60), 360);
    expect(findTemplates(prepareRecord(steady.record, steady.beatSamples)).second).toBeUndefined();
  });
});

describe('the rhythm around a beat', () => {
  it('takes the mean of the past five minutes, and of the first thirty intervals at the start', () => {
    const times = Float64Array.from({ length: 900 }, (_, i) => (i < 450 ? i * 0.5 : 225 + (i - 450)));
    const { preS, postS, mean5S, pre5 } = rhythmContext(times);
    expect(mean5S[5]).toBeCloseTo(0.5, 12);
    expect(mean5S[899]).toBeCloseTo(1, 12);
    expect([preS[0], preS[10], postS[10], postS[899]]).toEqual([0.5, 0.5, 0.5, mean5S[899]]);
    expect(pre5[451]).toBeCloseTo(Math.log(1 / mean5S[451]), 12);
  });

  it('keeps a tachycardia that sets in suddenly out of what is usual, and nothing else', () => {
    const timesOf = (intervals: readonly number[]) => {
      let at = 0;
      return Float64Array.from(intervals, (rr) => (at += rr));
    };
    const of = (beats: number, rr: (i: number) => number) => Array.from({ length: beats }, (_, i) => rr(i));
    const usual = of(100, (i) => 0.8 + 0.02 * Math.sin(i));
    const beatsOfRun = (fast: readonly number[]) =>
      rhythmContext(timesOf([...usual, ...fast, ...usual])).isInRun.reduce((sum, one) => sum + one, 0);
    const run = of(900, (i) => 0.42 + 0.005 * Math.sin(i));
    expect(beatsOfRun(run)).toBe(900);
    const { mean5S, pre5, pre5OfAll } = rhythmContext(timesOf([...usual, ...run, ...usual]));
    expect(mean5S[999]).toBeCloseTo(0.8, 1); // six minutes after it began
    expect(pre5[999]).toBeCloseTo(Math.log(0.42 / 0.8), 1);
    expect(pre5OfAll[999]).toBeCloseTo(0, 1);

    expect(beatsOfRun(run.slice(0, 7))).toBe(0); // a short one
    expect(beatsOfRun(of(300, (i) => 0.8 - 0.004 * Math.min(i, 95)))).toBe(0); // quickening from beat to beat
    expect(beatsOfRun(of(300, (i) => 0.42 + 0.1 * Math.sin(i * i)))).toBe(0); // irregular
    expect(beatsOfRun(of(300, () => 0.59))).toBe(0); // little faster
    const blocked = of(100, () => 1.6);
    const givesWay = rhythmContext(timesOf([...blocked, ...of(100, () => 0.8), ...blocked]));
    expect(givesWay.isInRun.every((one) => one === 0)).toBe(true); // twice as fast, and no tachycardia
    expect(beatsOfRun(of(5000, () => 0.42))).toBe(0); // of more than half an hour: how this heart beats
  });

  it('holds a pause of an hour to the longest ratio that counts', () => {
    const { pre5 } = rhythmContext(Float64Array.of(0, 1, 2, 3, 3603, 3604));
    expect(Math.max(...pre5)).toBeLessThanOrEqual(Math.log(6));
  });
});

describe('order statistics', () => {
  it('slide: the median of what was added and not removed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 5, maxLength: 40 }), (values) => {
        const sliding = new SlidingMedian(6);
        for (const [i, value] of values.entries()) {
          sliding.add(value);
          if (i >= 5) sliding.remove(values[i - 5]);
          expect(sliding.median()).toBe(medianOf(values.slice(Math.max(0, i - 4), i + 1)));
        }
      }),
    );
  });

  it('are linear between neighbours and undefined of nothing', () => {
    expect(quantileOf([4, 1, 3, 2], 0.75)).toBe(3.25);
    expect(medianOf([])).toBeNaN();
  });
});
