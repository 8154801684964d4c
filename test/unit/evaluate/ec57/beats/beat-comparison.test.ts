import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BeatStep,
  compareBeats,
  plainComparison,
} from '../../../../../src-main/evaluate/ec57/beats/beat-comparison.ts';
import { cellOf, noBeats, total } from '../../../../../src-main/evaluate/ec57/beats/beat-counts.ts';
import type { ComparisonOptions } from '../../../../../src-main/evaluate/ec57/comparison-options.ts';
import { anyBeats, anyMarks, halfHour, marks } from '../marks.ts';

const compare = (reference: string, test: string, options: Partial<ComparisonOptions> = {}) =>
  compareBeats(marks(reference), marks(test), { ...halfHour, ...options });

/** The cells that are not 0. */
const cells = (reference: string, test: string, options: Partial<ComparisonOptions> = {}) =>
  Object.fromEntries(Object.entries(compare(reference, test, options).counts).filter(([, count]) => count !== 0));

describe('pairing', () => {
  it('pairs beats 54 samples apart at 360 Hz, and not beats 55 apart', () => {
    expect(cells('N360 N1000', 'N414 V946')).toEqual({ Nn: 1, Nv: 1 });
    expect(cells('N360 N1000', 'N415 V945')).toEqual({ No: 2, On: 1, Ov: 1 });
  });

  it('takes the window from the options and the sampling rate', () => {
    expect(cells('N360', 'N378', { windowS: 0.05 })).toEqual({ Nn: 1 });
    expect(cells('N360', 'N379', { windowS: 0.05 })).toEqual({ No: 1, On: 1 });
    // 0.15 s at 257.5 Hz are 39 samples, and 5:00 is sample 77250.
    expect(cells('N360', 'N399', { samplingHz: 257.5 })).toEqual({ Nn: 1 });
    expect(cells('N360', 'N400', { samplingHz: 257.5 })).toEqual({ No: 1, On: 1 });
  });

  it('gives a beat to the nearer of two test beats', () => {
    expect(cells('N400', 'V370 N410')).toEqual({ Nn: 1, Ov: 1 });
    expect(cells('N400', 'V390 N430')).toEqual({ Nv: 1, On: 1 });
  });

  it('gives a beat to the later of two equally near test beats', () => {
    expect(cells('N400', 'V380 N420')).toEqual({ Nn: 1, Ov: 1 });
  });

  it('pairs beats whose successors suit each other better, though the successor is nearer', () => {
    expect(cells('N400 N440', 'V360 N435')).toEqual({ Nv: 1, Nn: 1 });
  });

  it('leaves a beat alone whose neighbor is nearer, even when that one pairs with another', () => {
    expect(cells('N400 N430', 'V380 N415 N490')).toEqual({ Nn: 1, No: 1, Ov: 1, On: 1 });
  });
});

describe('the two ends', () => {
  it('counts a reference beat at 5:00 and none before', () => {
    expect(cells('N-400 N0', 'N-400 N0')).toEqual({ Nn: 1 });
  });

  it('pairs a test beat of the learning period with a reference beat after it', () => {
    expect(cells('N10 N400', 'V-40 N400')).toEqual({ Nv: 1, Nn: 1 });
  });

  it('counts no extra beat of the learning period', () => {
    expect(cells('N100 N400', 'N-200 N-50 N100 N400')).toEqual({ Nn: 2 });
  });

  it('drops a first test beat within the window that matches worse than its successor', () => {
    expect(cells('N100', 'V20 N100')).toEqual({ Nn: 1 });
    expect(cells('N160', 'V55 N160')).toEqual({ Nn: 1, Ov: 1 });
  });

  it('compares from the very beginning when told', () => {
    expect(cells('N-100000 N0', 'N-100000 V0', { fromS: 0 })).toEqual({ Nn: 1, Nv: 1 });
  });

  it('goes on while either side has a beat up to the end', () => {
    const lengthSamples = 108_000 + 1000;
    expect(cells('N500 N1000', 'N500 N1001', { lengthSamples })).toEqual({ Nn: 2 });
    expect(cells('N500 N1001', 'N500 N1002', { lengthSamples })).toEqual({ Nn: 1 });
    expect(cells('N500', 'N500 V900 V1001', { lengthSamples })).toEqual({ Nn: 1, Ov: 1 });
  });

  it('goes on to the end of the reference when the header gives no length', () => {
    expect(cells('N500', 'N500 V900', { lengthSamples: 0 })).toEqual({ Nn: 1 });
    expect(cells('N500 N900', 'N500', { lengthSamples: 0 })).toEqual({ Nn: 1, No: 1 });
  });

  it('stops where either file ends with toS 0', () => {
    expect(cells('N500 N900', 'N500', { toS: 0 })).toEqual({ Nn: 1 });
    expect(cells('N500', 'N500 V900', { toS: 0 })).toEqual({ Nn: 1 });
  });

  it('counts every beat as missed when there is no test annotation', () => {
    expect(cells('N500 V900', '')).toEqual({ No: 1, Vo: 1 });
  });
});

describe('labels', () => {
  const escapes = ['e400 j800 n1200', 'N400 N800 N1200'] as const;

  it('puts e, j and n in S by the EC57 map and in N by the map of the literature', () => {
    expect(cells(...escapes)).toEqual({ Sn: 3 });
    expect(cells(...escapes, { map: 'literature' })).toEqual({ Nn: 3 });
  });

  it('names the map and all else that is not by EC57', () => {
    expect(compare(...escapes).nonstandard).toEqual([]);
    expect(compare(...escapes, { map: 'literature', fromS: 0, toS: 1200, windowS: 0.1 }).nonstandard).toEqual([
      'starts at 0 s instead of 300 s',
      'stops at 1200 s',
      'match window 0.1 s instead of 0.15 s',
      'class map literature instead of ec57',
    ]);
  });

  it('reads ? as a beat of class Q and r as V', () => {
    expect(cells('?400 r800', 'Q400 V800')).toEqual({ Qq: 1, Vv: 1 });
  });

  it('reads a stray flutter wave as a beat that is none', () => {
    expect(cells('N400 !800 !1200', '!400 N800 !1200')).toEqual({ No: 1, On: 1 });
  });

  it('passes over what is no beat', () => {
    expect(cells('+(N@300 N400 |450 N800', 'N400 "500 N800')).toEqual({ Nn: 2 });
  });

  it('knows a record with paced beats', () => {
    expect([compare('/400', 'N400').isPaced, compare('N400', '/400').isPaced]).toEqual([true, false]);
  });
});

describe('ventricular flutter', () => {
  it('compares no beats inside it', () => {
    expect(cells('N400 [800 !900 V1000 ]1200 N1600', 'N400 V900 V1000 N1600')).toEqual({ Nn: 2 });
  });

  it('lists an extra beat inside it without counting it', () => {
    expect(compare('N400 [800 ]1200 N1600', 'N400 V1000 N1600').mismatches).toEqual([
      { reference: { atSample: 109_600, label: '*' }, test: { atSample: 109_000, label: 'V' } },
    ]);
  });

  it('counts reference beats inside the flutter of the test as missed', () => {
    expect(cells('N400 N1000 N1600', 'N400 [800 N1000 ]1200 N1600')).toEqual({ Nn: 2, No: 1 });
  });

  it('lasts to the end of the file where it is never ended', () => {
    expect(cells('N400 [800 N1000', 'N400 V900 V2000')).toEqual({ Nn: 1 });
  });
});

describe('shutdown', () => {
  it.each([-1, 48, 51, 63])('begins with subtype %i and counts missed beats apart', (subtype) => {
    expect(cells('N400 N1000 V1100 N1600', `N400 ~${subtype}@800 ~0@1200 N1600`)).toEqual({ Nn: 2, Nx: 1, Vx: 1 });
  });

  it.each([0, 1, 16, 32])('does not begin with subtype %i', (subtype) => {
    expect(cells('N400 N1000 N1600', `N400 ~${subtype}@800 ~0@1200 N1600`)).toEqual({ Nn: 2, No: 1 });
  });

  it('counts extra beats apart while the reference is shut down', () => {
    expect(cells('N400 ~48@800 ~0@1200 N1600', 'N400 V1000 N1600')).toEqual({ Nn: 2, Xv: 1 });
  });

  it('spans the whole gap where one mark stands in its middle, but for the window at either side', () => {
    expect(cells('N400 N453 N500 N900 N1200', 'N400 ~48@800 N1200')).toEqual({ Nn: 2, No: 1, Nx: 2 });
  });

  it('lasts to the end in a reference that never ends it', () => {
    expect(cells('N400 ~48@800', 'N400 V2000')).toEqual({ Nn: 1, Xv: 1 });
  });

  it('is timed in the test, half a second and the learning period included', () => {
    expect(compare('N400', '~48@-7200 ~0@-6300 N400 ~48@800 ~0@979').shutdownS).toBe(3); // 2.5 + 0.497 + 0.5 s
    expect(compare('N400', 'N400').shutdownS).toBe(0);
  });

  it('is timed to the end of the comparison where the test never ends it', () => {
    expect(compare('N400', 'N400 ~48@3600', { toS: 400 }).shutdownS).toBe(90); // begins at 310 s
  });
});

describe('the RMS RR interval error', () => {
  it('is over the intervals of both sides before each pair', () => {
    // Intervals 360, 360 and 342, 396 samples: errors of 50 and 100 ms.
    const { rmsRrErrorMs } = compare('N0 N360 N720', 'N0 N342 N738');
    expect(rmsRrErrorMs).toBeCloseTo(Math.sqrt((0 + 50 ** 2 + 100 ** 2) / 2), 9);
  });

  it('is undefined without two intervals to compare', () => {
    expect(compare('N400', 'N400').rmsRrErrorMs).toBeUndefined();
  });
});

describe('without SVEB', () => {
  it('counts class S as N and lists no mismatch between them', () => {
    const plain = plainComparison(compare('S400 N800 V1200 A1600', 'N400 S800 S1200'));
    expect({
      nn: plain.counts.Nn,
      vn: plain.counts.Vn,
      no: plain.counts.No,
      s: total(plain.counts, 'S', 'nsvfqox'),
    }).toEqual({ nn: 2, vn: 1, no: 1, s: 0 });
    expect(plain.mismatches.map(({ reference, test }) => reference.label + test.label)).toEqual(['VN', 'NO']);
  });
});

describe('every comparison', () => {
  it('counts each beat of either side once', () => {
    fc.assert(
      fc.property(anyBeats, anyBeats, (reference, test) => {
        const { counts } = compareBeats(reference, test, halfHour);
        expect(total(counts, 'NSVFQ', 'nsvfqox')).toBe(reference.length);
        expect(total(counts, 'NSVFQOX', 'nsvfq')).toBe(test.length);
      }),
    );
  });

  it('finds no error when a file is compared with itself', () => {
    fc.assert(
      fc.property(anyBeats, (beats) => {
        const { counts, mismatches, rmsRrErrorMs } = compareBeats(beats, beats, halfHour);
        const right = counts.Nn + counts.Ss + counts.Vv + counts.Ff + counts.Qq;
        expect([right, mismatches, rmsRrErrorMs ?? 0]).toEqual([beats.length, [], 0]);
      }),
    );
  });

  const oddOptions = fc.record({
    fromS: fc.constantFrom(0, 0.5, 10, 300),
    toS: fc.constantFrom(undefined, 0, 0.4, 20, 1800),
    windowS: fc.constantFrom(0.01, 0.05, 0.15, 1),
    lengthSamples: fc.constantFrom(0, 5000, 650_000),
  });

  it('tells its steps in order: they add up to the counts, and no pair is wider than the window', () => {
    fc.assert(
      fc.property(anyMarks, anyMarks, oddOptions, (reference, test, options) => {
        const steps: BeatStep[] = [];
        const all = { ...halfHour, ...options };
        const { counts, mismatches } = compareBeats(reference, test, all, (step) => steps.push(step));
        const counted = noBeats();
        for (const step of steps) {
          const cell = cellOf(step.reference.label, step.test.label);
          if (cell) counted[cell]++;
        }
        expect(counted).toEqual(counts);
        expect(steps.filter((step) => step.reference.label !== step.test.label)).toEqual(mismatches);
        const isPair = ({ reference: { label: r }, test: { label: t } }: BeatStep) => /^[NSVFQ]{2}$/.test(r + t);
        const apart = steps.filter(isPair).map((step) => Math.abs(step.reference.atSample - step.test.atSample));
        expect(Math.max(0, ...apart)).toBeLessThanOrEqual(Math.trunc(options.windowS * 360 + 0.5));
      }),
    );
  });

  it('counts no beat twice, whatever marks lie between', () => {
    fc.assert(
      fc.property(anyMarks, anyMarks, oddOptions, (reference, test, options) => {
        const { counts } = compareBeats(reference, test, { ...halfHour, ...options });
        const beats = (marked: typeof reference) => marked.filter(({ symbol }) => 'NVSF/?'.includes(symbol)).length;
        expect(total(counts, 'NSVFQ', 'nsvfqox')).toBeLessThanOrEqual(beats(reference));
        expect(total(counts, 'NSVFQOX', 'nsvfq')).toBeLessThanOrEqual(beats(test));
      }),
    );
  });

  it('depends on times alone: twice the rate and twice the samples count the same', () => {
    const doubled = (marked: ReturnType<typeof marks>) =>
      marked.map((mark) => ({ ...mark, atSample: 2 * mark.atSample }));
    fc.assert(
      fc.property(anyMarks, anyMarks, fc.constantFrom(0, 10), (reference, test, fromS) => {
        const twice = { ...halfHour, samplingHz: 720, lengthSamples: 2 * halfHour.lengthSamples, fromS };
        expect(compareBeats(doubled(reference), doubled(test), twice).counts).toEqual(
          compareBeats(reference, test, { ...halfHour, fromS }).counts,
        );
      }),
    );
  });

  it('has as many beats in each map, and as many without SVEB', () => {
    fc.assert(
      fc.property(anyBeats, anyBeats, (reference, test) => {
        const all = (map: 'ec57' | 'literature') => compareBeats(reference, test, { ...halfHour, map });
        const size = ({ counts }: ReturnType<typeof all>) => [
          total(counts, 'NSVFQ', 'nsvfq'),
          total(counts, 'NSVFQ', 'ox'),
          total(counts, 'OX', 'nsvfq'),
        ];
        expect(size(all('literature'))).toEqual(size(all('ec57')));
        expect(size(plainComparison(all('ec57')))).toEqual(size(all('ec57')));
      }),
    );
  });

  it('refuses what is no rate and no time', () => {
    expect(() => compare('', '', { samplingHz: 0 })).toThrow('sampling rate 0 Hz');
    expect(() => compare('', '', { fromS: -1 })).toThrow('fromS is -1 s');
    expect(() => compare('', '', { windowS: Number.NaN })).toThrow('windowS is NaN s');
  });
});
