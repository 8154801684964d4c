import { plainComparison, type BeatComparison } from './beat-comparison.ts';
import { columnsOfRow, total, type BeatCounts } from './beat-counts.ts';
import { beatFigures, type BeatFigureName } from './beat-figures.ts';
import { percentOf, printedNumber, type Ratio } from '../ratio.ts';

/** Letters of the rows (or, in lower case, columns) that a printed row stands for, by its heading. */
type Grouping = readonly (readonly [heading: string, letters: string])[];

const groupings = {
  full: {
    rows: [...'NSVFQOX'].map((row) => [` ${row}`, row] as const),
    columns: [...'nsvfqox'].map((column) => [column, column] as const),
  },
  condensed: {
    rows: [
      ['  N ', 'N'],
      ['  S ', 'S'],
      ['  V ', 'V'],
      [' F+Q', 'FQ'],
      [' O+X', 'OX'],
    ],
    columns: [
      ['n+f+q', 'nfq'],
      ['s', 's'],
      ['v', 'v'],
      ['o+x', 'ox'],
    ],
  },
} satisfies Record<string, { rows: Grouping; columns: Grouping }>;

/** The whole report of one record as `bxb -S` prints it, `bxb -s` without SVEB. */
export const beatReport = (comparison: BeatComparison, withSveb: boolean): string =>
  report(comparison, withSveb, 'full', '               Algorithm');

/** The report with rows and columns joined as `bxb -C` prints it, `bxb -c` without SVEB. */
export const condensedBeatReport = (comparison: BeatComparison, withSveb: boolean): string =>
  report(comparison, withSveb, 'condensed', '         Algorithm');

/** Every pair of unequal labels as `bxb -v` lists it, one a line: `N(110747)/S(110738)`. */
export const beatMismatches = (comparison: BeatComparison, withSveb: boolean): string =>
  (withSveb ? comparison : plainComparison(comparison)).mismatches
    .map(({ reference, test }) => `${reference.label}(${reference.atSample})/${test.label}(${test.atSample})\n`)
    .join('');

function report(
  comparison: BeatComparison,
  withSveb: boolean,
  grouping: keyof typeof groupings,
  caption: string,
): string {
  const { record, referenceAnnotator, testAnnotator, counts, shutdownS, rmsRrErrorMs } = withSveb
    ? comparison
    : plainComparison(comparison);
  const figures = beatFigures(counts);
  const line = (name: string, figure: BeatFigureName) => ratioLine(name, figures[figure]);
  const rrError = rmsRrErrorMs === undefined ? '     -' : `${printedNumber(rmsRrErrorMs, 2).padStart(6)} ms`;
  return [
    `Beat-by-beat comparison results for record ${record}`,
    `Reference annotator: ${referenceAnnotator}`,
    `     Test annotator: ${testAnnotator}`,
    '',
    caption,
    ...table(counts, grouping, withSveb),
    '',
    line('           QRS sensitivity', 'qrsSe'),
    line(' QRS positive predictivity', 'qrsPpv'),
    line('           VEB sensitivity', 'vebSe'),
    line(' VEB positive predictivity', 'vebPpv'),
    ...(withSveb
      ? [
          line('          SVEB sensitivity', 'svebSe'),
          line('SVEB positive predictivity', 'svebPpv'),
          `     RMS RR interval error: ${rrError}`,
        ]
      : [ratioLine('   VEB false positive rate', figures.vebFpr, 3), '']),
    '',
    line('  Beats missed in shutdown', 'missed'),
    line('      N missed in shutdown', 'missedN'),
    ...(withSveb ? [line('      S missed in shutdown', 'missedS')] : []),
    line('      V missed in shutdown', 'missedV'),
    line('      F missed in shutdown', 'missedF'),
    `       Total shutdown time: ${String(shutdownS).padStart(5)} seconds`,
  ]
    .map((row) => `${row}\n`)
    .join('');
}

function table(counts: BeatCounts, grouping: keyof typeof groupings, withSveb: boolean): string[] {
  const shown = (groups: Grouping) => groups.filter(([, letters]) => withSveb || !/^s$/i.test(letters));
  const [rows, columns] = [shown(groupings[grouping].rows), shown(groupings[grouping].columns)];
  const indent = rows[0][0].length + 2;
  return [
    ' '.repeat(indent) + columns.map(([heading]) => heading.padStart(5)).join(''),
    ' '.repeat(indent - 1) + '_'.repeat(5 * columns.length + 1),
    ...rows.map(([heading, row]) => {
      const isUsed = (letters: string) => columnsOfRow(row[0]).includes(letters[0]);
      const numbers = columns
        .filter(([, letters]) => isUsed(letters))
        .map(([, letters]) => total(counts, row, letters));
      return `${heading} |${numbers.map((count) => ` ${String(count).padStart(4)}`).join('')}`;
    }),
  ];
}

function ratioLine(name: string, ratio: Ratio, decimals = 2): string {
  const percent = percentOf(ratio);
  const figure = percent === undefined ? '     - ' : `${printedNumber(percent, decimals).padStart(6)}%`;
  return `${name}: ${figure} (${ratio.part}/${ratio.whole})`;
}
