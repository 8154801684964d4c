import { beforeAll, expect, it } from 'vitest';
import { compareBeats } from '../../../../src-main/evaluate/ec57/beats/beat-comparison.ts';
import { beatReport } from '../../../../src-main/evaluate/ec57/beats/beat-report.ts';
import { formatComparisons } from '../../../../src-main/evaluate/ec57/comparison-formats.ts';
import { compareRecord, type RecordComparison } from '../../../../src-main/evaluate/ec57/record-comparison.ts';
import { describeOnRecordings } from '../../../support/shared-data.ts';
import {
  aggregateSides,
  expectedMismatches,
  expectedSummary,
  optionsOfCommand,
  referenceCases,
  sidesOf,
  smallSets,
  tableNames,
  type ReferenceCase,
  type TableName,
} from './reference-cases.ts';

/** Each text of `formatComparisons` that a command of the reference programs answers. */
const fullTexts: readonly [
  key: string,
  format: 'report' | 'condensed' | 'runs' | 'run-condensed',
  withSveb: boolean,
][] = [
  ['bxb.S', 'report', true],
  ['bxb.s', 'report', false],
  ['bxb.C', 'condensed', true],
  ['bxb.c', 'condensed', false],
  ['rxr.S', 'runs', true],
  ['rxr.C', 'run-condensed', true],
];

/** The two files of a line format as one text; empty where the program wrote none. */
const twoFiles = ({ file1, file2 }: { file1?: string | null; file2?: string | null }): string =>
  file1 == null || file2 == null ? '' : `${file1}--\n${file2}`;

/** The text of one of the six tables of several records, with what sumstats appends. */
function tableText(table: TableName, comparisons: readonly RecordComparison[]): string {
  const format = table.startsWith('bxb') ? 'lines' : 'run-lines';
  const both = formatComparisons(comparisons, format, { withSveb: table.includes('-L'), withSummary: true });
  return both.split(/^--\n/m)[Number(table.at(-1)) - 1];
}

describeOnRecordings('the comparison beside the reference programs', () => {
  let cases: ReferenceCase[];
  let compared: Map<string, RecordComparison>;
  beforeAll(() => {
    cases = referenceCases();
    compared = new Map(cases.map((one) => [one.id, compareRecord(...sidesOf(one))]));
  });
  /** One text by case, to compare all at once and see which case differs. */
  const byCase = (textOf: (one: ReferenceCase, comparison: RecordComparison) => unknown) =>
    Object.fromEntries(cases.map((one) => [one.id, textOf(one, compared.get(one.id)!)]));

  it('has all 120 cases at hand', () => {
    expect(cases).toHaveLength(120);
  });

  it('counts every cell as bxb does', () => {
    expect(byCase((_, { beats }) => beats.counts)).toEqual(byCase((one) => one.counts));
  });

  it('counts every cell as bxb does from the beginning of the record', () => {
    const fromBeginning = (one: ReferenceCase) => {
      const [reference, test, options] = sidesOf(one);
      return compareBeats(reference, test, { ...options, fromS: 0 }).counts;
    };
    expect(byCase(fromBeginning)).toEqual(byCase((one) => one.counts_f0));
  });

  it('lists the mismatches of bxb -v', () => {
    expect(byCase((_, comparison) => formatComparisons([comparison], 'mismatches'))).toEqual(
      byCase((one) => expectedMismatches(one.id)),
    );
  });

  it.each(fullTexts)('prints what %s prints', (key, format, withSveb) => {
    const answered = (one: ReferenceCase) => one.out[key]?.stdout;
    expect(
      byCase((one, comparison) =>
        answered(one) === undefined ? undefined : formatComparisons([comparison], format, { withSveb }),
      ),
    ).toEqual(byCase(answered));
  });

  it('prints what bxb -L, bxb -l and rxr -L write to their two files', () => {
    expect(
      byCase((_, comparison) => [
        formatComparisons([comparison], 'lines'),
        formatComparisons([comparison], 'lines', { withSveb: false }),
        formatComparisons([comparison], 'run-lines'),
      ]),
    ).toEqual(byCase(({ out }) => [twoFiles(out['bxb.L']), twoFiles(out['bxb.l']), twoFiles(out['rxr.L'])]));
  });

  it('keeps to other windows, starts and ends', () => {
    const others = (one: ReferenceCase) => Object.keys(one.out).filter((key) => /^(bxb|rxr)\.[ftw]/.test(key));
    const printed = (one: ReferenceCase) =>
      others(one).map((key) => {
        const [reference, test, options] = sidesOf(one);
        const given = Object.entries(optionsOfCommand(one.out[key].cmd)).filter(([, value]) => value !== undefined);
        const all = { ...options, ...Object.fromEntries(given) };
        return key.startsWith('bxb')
          ? beatReport(compareBeats(reference, test, all), true)
          : formatComparisons([compareRecord(reference, test, all)], 'run-lines');
      });
    const expected = (one: ReferenceCase) => others(one).map((key) => one.out[key].stdout ?? twoFiles(one.out[key]));
    expect(cases.flatMap(others)).toHaveLength(316);
    expect(byCase(printed)).toEqual(byCase(expected));
  });

  it('counts every run as rxr does', () => {
    const matrices = ({ runs }: RecordComparison) =>
      runs.VE && runs.SVE
        ? Object.fromEntries(
            (['VE', 'SVE'] as const).map((kind) => [
              kind,
              { sensitivity: runs[kind]!.sensitivity.matrix, predictivity: runs[kind]!.predictivity.matrix },
            ]),
          )
        : {};
    expect(byCase((_, comparison) => matrices(comparison))).toEqual(byCase((one) => one.runs));
  });

  it('finds the runs of unequal length that rxr -v lists', () => {
    const listed = ({ runs }: RecordComparison) =>
      (['VE', 'SVE'] as const).flatMap((kind) =>
        (['sensitivity', 'predictivity'] as const).flatMap(
          (pass) =>
            runs[kind]?.[pass].mismatches.map(
              (run) => `${run.referenceLength}/${run.testLength}(${run.fromSample}-${run.toSample})`,
            ) ?? [],
        ),
      );
    const judged = (one: ReferenceCase) => one.runs.VE !== undefined; // of others rxr lists a part, then gives up
    expect(byCase((one, comparison) => (judged(one) ? listed(comparison) : []))).toEqual(
      byCase((one) => (judged(one) ? one.out['rxr.v'].filter((line) => /^\d/.test(line)) : [])),
    );
  });

  it('sums up small sets as sumstats does, ties and undefined figures included', () => {
    const sets = smallSets();
    const appended = sets.map(({ table, cases: ids }) => {
      const comparisons = ids.map((id) => compared.get(id)!);
      return tableText(table, comparisons).split(/^(?=_{20,}$)/m)[1];
    });
    expect(appended).toEqual(sets.map((set) => set.appended));
  });

  it('sums up the 44 records without paced beats as sumstats does', () => {
    const comparisons = aggregateSides().map(([record, reference, test]) =>
      compareRecord(reference, test, { record, samplingHz: 360, lengthSamples: 650_000 }),
    );
    expect(tableNames.map((table) => tableText(table, comparisons))).toEqual(tableNames.map(expectedSummary));
  });
});
