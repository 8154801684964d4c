import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ComparisonOptions } from '../../../../../src-main/evaluate/ec57/comparison-options.ts';
import { compareRuns, type RunMatrix } from '../../../../../src-main/evaluate/ec57/runs/run-comparison.ts';
import { runFigures } from '../../../../../src-main/evaluate/ec57/runs/run-figures.ts';
import { shareOf } from '../../../../../src-main/evaluate/ec57/ratio.ts';
import { anyBeats, halfHour, marks } from '../marks.ts';

const compare = (reference: string, test: string, options: Partial<ComparisonOptions> = {}) =>
  compareRuns(marks(reference), marks(test), { ...halfHour, ...options });

/** `2/1`: a run of 2 in the reference where the test has 1; as often as it was counted. */
const pairs = (matrix: RunMatrix): string[] =>
  matrix.flatMap((row, reference) =>
    row.flatMap((count, test) => Array.from({ length: count }, () => `${reference}/${test}`)),
  );
const ventricular = (reference: string, test: string, options: Partial<ComparisonOptions> = {}) => {
  const { VE } = compare(reference, test, options);
  return VE && { sensitivity: pairs(VE.sensitivity.matrix), predictivity: pairs(VE.predictivity.matrix) };
};
const supraventricular = (reference: string, test: string) => {
  const { SVE } = compare(reference, test);
  return SVE && { sensitivity: pairs(SVE.sensitivity.matrix), predictivity: pairs(SVE.predictivity.matrix) };
};

describe('ventricular runs', () => {
  it('are V and F beats in a row, searched in a window of 54 samples at either side', () => {
    expect(ventricular('N0 V300 F600 N900', 'N0 V246 V654 N900')).toEqual({
      sensitivity: ['2/2'],
      predictivity: ['2/2'],
    });
    expect(ventricular('N0 V300 F600 N900', 'N0 V245 V655 N900')).toEqual({
      sensitivity: ['2/0'],
      predictivity: ['2/2'],
    });
  });

  it('are as long as the longest one found', () => {
    expect(ventricular('N0 V300 V600 V900 V1200 V1500 N1800', 'N0 V300 N600 V900 V1200 N1500')).toEqual({
      sensitivity: ['5/2'],
      predictivity: ['1/1', '2/2'],
    });
  });

  it('are not told apart beyond 5 beats', () => {
    const run = 'N0 V100 V200 V300 V400 V500 V600 V700 V800 N900';
    expect(ventricular(run, run)).toEqual({ sensitivity: ['6/6'], predictivity: ['6/6'] });
  });

  it('end at a supraventricular, normal or unclassifiable beat and where the signal is lost', () => {
    for (const end of ['S600', 'N600', 'Q600', '~48@600'])
      expect(ventricular(`N0 V300 ${end} V900 N1200`, 'N0')?.sensitivity).toEqual(['1/0', '1/0']);
  });

  it('hold flutter as a long run, from [ or a rhythm', () => {
    for (const flutter of ['[300 ]2000', '+(VFL@300 +(N@2000'])
      expect(ventricular(`N0 ${flutter} N2400`, 'N0 V300 N2400')?.sensitivity).toEqual(['6/1']);
    expect(ventricular('N0 V800 N2400', 'N0 [300 ]2000 N2400')?.sensitivity).toEqual(['1/6']);
  });

  it('count flutter that began in the learning period', () => {
    expect(ventricular('N-900 [-600 ]300 N600', 'N0 N600')?.sensitivity).toEqual(['6/0']);
  });

  it('count when the file ends in them, and do not when the comparison does', () => {
    expect(ventricular('N0 V300 V600', 'N0')?.sensitivity).toEqual(['2/0']);
    expect(ventricular('N0 V300 V600 N900', 'N0', { lengthSamples: 108_700 })?.sensitivity).toEqual([]);
  });
});

describe('supraventricular runs', () => {
  it('end at a ventricular beat', () => {
    expect(supraventricular('N0 S300 A600 V900 J1200 N1500', 'N0')?.sensitivity).toEqual(['1/0', '2/0']);
  });

  it('hold normal beats in atrial fibrillation, which is a long run', () => {
    const fibrillation = 'N0 +(AFIB@300 N400 N800 +(N@1200 N1600';
    expect(supraventricular(fibrillation, 'N0 S400 S800 N1600')).toEqual({
      sensitivity: ['6/2'],
      predictivity: ['6/2'],
    });
  });

  it('are searched by the class map in use', () => {
    const runsIn = (map: 'ec57' | 'literature') =>
      pairs(compare('N0 e300 j600 N900', 'N0', { map }).SVE!.sensitivity.matrix);
    expect([runsIn('ec57'), runsIn('literature')]).toEqual([['2/0'], []]);
  });
});

describe('a file with nothing after 5:00', () => {
  it('cannot be judged', () => {
    expect(ventricular('N0 V300 N900', '')).toBeUndefined();
    expect(ventricular('N0 V300 N900', 'N-500')).toBeUndefined();
    expect(compare('N0', 'N-500').SVE).toBeUndefined();
  });

  it('is judged when a flutter began in it', () => {
    expect(ventricular('N0 V300 N900', '[-500')?.sensitivity).toEqual(['1/6']);
  });
});

describe('every run comparison', () => {
  it('finds every run of a file in itself', () => {
    fc.assert(
      fc.property(anyBeats, (beats) => {
        fc.pre(beats.length > 0);
        // Beats within one match window of each other are not told apart, as in the reference program.
        fc.pre(beats.every(({ atSample }, i) => i === 0 || atSample - beats[i - 1].atSample > 54));
        const { VE, SVE } = compareRuns(beats, beats, halfHour);
        for (const runs of [VE!, SVE!]) {
          const figures = Object.values(runFigures(runs)).map(shareOf);
          expect(figures.every((share) => share === 1 || share === undefined)).toBe(true);
        }
      }),
    );
  });

  it('counts each run of the reference once by sensitivity and each of the test once by predictivity', () => {
    fc.assert(
      fc.property(anyBeats, anyBeats, (reference, test) => {
        fc.pre(reference.length > 0 && test.length > 0);
        const { VE } = compareRuns(reference, test, halfHour);
        const runsIn = (beats: typeof reference) =>
          beats
            .map(({ symbol }) => ('VErF'.includes(symbol) ? 'V' : '-'))
            .join('')
            .match(/V+/g)?.length ?? 0;
        expect(pairs(VE!.sensitivity.matrix)).toHaveLength(runsIn(reference));
        expect(pairs(VE!.predictivity.matrix)).toHaveLength(runsIn(test));
      }),
    );
  });
});
