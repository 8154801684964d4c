import { describe, expect, it } from 'vitest';
import { comparisonFormats, formatComparisons } from '../../../../src-main/evaluate/ec57/comparison-formats.ts';
import { compareRecord } from '../../../../src-main/evaluate/ec57/record-comparison.ts';
import { halfHour, marks } from './marks.ts';

const compare = (record: string, reference: string, test: string) =>
  compareRecord(marks(reference), marks(test), { ...halfHour, record, testAnnotator: 'qrs' });
const one = compare('100', 'N0 V300 F600 A900 N1200', 'N0 V300 V600 N900 V1800');
const other = compare('101', 'N0 N300', 'N0 N300');
const paced = compare('102', '/0', '/0');

/** Parts of the JSON that the tests look at. */
interface Json {
  readonly counts: Readonly<Record<string, number>>;
  readonly runs: Readonly<Record<string, { sensitivity: number[][]; coupletSe: number | null } | null>>;
  readonly [name: string]: unknown;
}
const json = (comparisons: Parameters<typeof formatComparisons>[0], withSveb = true) =>
  JSON.parse(formatComparisons(comparisons, 'json', { withSveb })) as Json;

describe('json', () => {
  it('holds counts, figures, runs and what is not standard, with null for the undefined', () => {
    const { counts, runs, ...rest } = json([one]);
    expect(rest).toEqual({
      record: '100',
      map: 'ec57',
      qrs: { TP: 4, FN: 1, FP: 1, Se: 0.8, PPV: 0.8 },
      veb: { TP: 1, FN: 0, FP: 1, Se: 1, PPV: 0.5, FPR: 1 / 3 },
      sveb: { TP: 0, FN: 1, FP: 0, Se: 0, PPV: null },
      rmsRrErrorMs: expect.closeTo(2500 / 3, 9) as number, // the unpaired last beats compare 300 with 900 samples
      shutdown: { seconds: 0, missed: { all: 0, N: 0, S: 0, V: 0, F: 0 } },
      isPaced: false,
      nonstandard: [],
    });
    expect(Object.entries(counts).filter(([, count]) => count > 0)).toEqual([
      ...[
        ['Nn', 1],
        ['No', 1],
        ['Sn', 1],
        ['Vv', 1],
        ['Fv', 1],
        ['Ov', 1],
      ],
    ]);
    expect([runs.VE?.sensitivity[2][2], runs.VE?.coupletSe, runs.SVE?.coupletSe]).toEqual([1, 1, null]);
  });

  it('has neither SVEB nor supraventricular runs where class S counts as N', () => {
    const { counts, runs, sveb } = json([one], false);
    expect([counts.Nn, counts.Sn, sveb, Object.keys(runs)]).toEqual([2, 0, undefined, ['VE']]);
  });

  it('has null for runs that cannot be judged', () => {
    expect(json([compare('100', 'N0', '')]).runs).toEqual({ VE: null, SVE: null });
  });

  it('lists several records and their aggregate', () => {
    const { records, aggregate } = json([one, other, paced]) as unknown as {
      records: { record: string }[];
      aggregate: { records: string[]; leftOutPaced: string[]; gross: Record<string, number | null> };
    };
    expect(records.map(({ record }) => record)).toEqual(['100', '101', '102']);
    expect([aggregate.records, aggregate.leftOutPaced]).toEqual([['100', '101'], ['102']]);
    expect([aggregate.gross.qrsSe, aggregate.gross.missedF]).toEqual([6 / 7, 0]);
  });
});

describe('table', () => {
  it('names the annotators and the class map, and prints no aggregate of one record', () => {
    expect(formatComparisons([one], 'table').split('\n').slice(0, 4)).toEqual([
      'EC57 comparison of qrs (test) with atr (reference), class map ec57, figures in percent',
      '',
      'Record  Beats  QRS Se  QRS +P  VEB Se  VEB +P  VEB FPR  SVEB Se  SVEB +P  missed in shutdown  RR error ms  Shutdown s',
      '100         5   80.00   80.00  100.00   50.00   33.333     0.00        -                0.00       833.33           0',
    ]);
    expect(formatComparisons([one], 'table')).not.toContain('Gross');
  });

  it('names what is not by EC57', () => {
    const early = compareRecord(marks('N0'), marks('N0'), { ...halfHour, fromS: 0 });
    expect(formatComparisons([early], 'table')).toContain('Not by EC57: starts at 0 s instead of 300 s.\n');
  });

  it('prints gross and average figures of several records and the ones left out', () => {
    const table = formatComparisons([one, other, paced], 'table');
    expect(table.match(/^(Gross|Average) +[\d.]+ +[\d.]+/gm)).toEqual([
      'Gross          7   85.71',
      'Average            90.00   90.00',
      ...['Gross          100.00      100.00', 'Average        100.00      100.00'],
    ]);
    expect(table).toContain('Gross and average of 2 records. Left out for paced beats, as EC57 asks: 102.\n');
  });
});

describe('every format', () => {
  it('parts the two files of a line format by a line, and sums up several records only', () => {
    expect(
      formatComparisons([one], 'lines')
        .split('\n')
        .filter((line) => line === '--'),
    ).toHaveLength(1);
    expect(formatComparisons([one], 'lines')).not.toContain('Summary');
    expect(formatComparisons([one, other], 'run-lines').match(/^Summary of results from 2 records$/gm)).toHaveLength(2);
    expect(formatComparisons([one, other], 'run-lines', { withSummary: false })).not.toContain('Summary');
  });

  it('ends with a line end and names each record', () => {
    for (const format of comparisonFormats.filter((name) => name !== 'mismatches')) {
      const text = formatComparisons([one, other], format);
      expect([format, text.endsWith('\n'), text.includes('100'), text.includes('101')]).toEqual([
        format,
        true,
        true,
        true,
      ]);
    }
  });

  it('refuses to print nothing', () => {
    expect(() => formatComparisons([], 'table')).toThrow('0 records');
  });
});
