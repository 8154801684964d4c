import type { AggregateFigure } from '../aggregate-figures.ts';
import { aggregateBeats } from './beat-aggregate.ts';
import { plainComparison, type BeatComparison } from './beat-comparison.ts';
import { sumCounts, total, type BeatCounts } from './beat-counts.ts';
import { beatFigures, type BeatFigureName } from './beat-figures.ts';
import { figureColumn, grossAndAverage, spaced, type LineTable } from '../line-table.ts';
import { percentOf } from '../ratio.ts';

/** One column of counts: its least width and the cells it adds up. */
type Column = readonly [width: number, rows: string, columns: string];

/** Class Q is folded into F throughout, and X into O. */
const svebColumns: readonly Column[] = [
  ...([
    [5, 'N', 'nfq'],
    [3, 'S', 'nfq'],
    [3, 'V', 'nfq'],
    [3, 'FQ', 'nfq'],
    [3, 'OX', 'nfq'],
  ] as const),
  ...([
    [3, 'N', 's'],
    [3, 'S', 's'],
    [3, 'V', 's'],
    [3, 'FQ', 's'],
    [3, 'OX', 's'],
  ] as const),
  ...([
    [3, 'N', 'v'],
    [3, 'S', 'v'],
    [4, 'V', 'v'],
    [3, 'FQ', 'v'],
    [3, 'OX', 'v'],
  ] as const),
  ...([
    [3, 'N', 'ox'],
    [3, 'S', 'ox'],
    [3, 'V', 'ox'],
    [3, 'FQ', 'ox'],
  ] as const),
];
const plainColumns = svebColumns.filter(([, row, column]) => row !== 'S' && column !== 's');

const countsOf = (counts: BeatCounts, columns: readonly Column[]) =>
  columns.map(([, row, column]) => total(counts, row, column));

/** A table whose comparisons are taken without SVEB before anything is printed. */
const plainTable = (table: LineTable<BeatComparison>): LineTable<BeatComparison> => ({
  ...table,
  line: (comparison) => table.line(plainComparison(comparison)),
  summary: (comparisons) => table.summary(comparisons.map(plainComparison)),
});

const svebNames: readonly BeatFigureName[] = ['qrsSe', 'qrsPpv', 'vebSe', 'vebPpv', 'svebSe', 'svebPpv'];
const plainNames: readonly BeatFigureName[] = ['qrsSe', 'qrsPpv', 'vebSe', 'vebPpv', 'vebFpr'];
const decimalsOf = (name: BeatFigureName) => (name === 'vebFpr' ? 3 : 2);
const beatTotal = (counts: BeatCounts, rows: string) => total(counts, rows, 'nsvfqox');

/** `bxb -L FILE1`: the beats, with SVEB. */
export const svebLines: LineTable<BeatComparison> = {
  heading: [
    "Record Nn' Sn' Vn' Fn' On'  Ns  Ss  Vs  Fs' Os' Nv  Sv   Vv  Fv' Ov' No' So' Vo' Fo'" +
      '  Q Se   Q +P   V Se   V +P   S Se   S +P RR err',
  ],
  line: (comparison) => {
    const { rmsRrErrorMs } = comparison;
    const rrError = rmsRrErrorMs === undefined ? '     -' : figureColumn(rmsRrErrorMs);
    return beatLine(comparison, svebColumns, svebNames) + rrError;
  },
  ruleWidth: 132,
  summary: (comparisons) => {
    const { counts, figures, averageRmsRrErrorMs } = aggregateBeats(comparisons);
    return [
      `Sum ${spaced(countsOf(counts, svebColumns), [6, ...svebColumns.slice(1).map(([width]) => width)])}`,
      ...grossAndAverage(
        [78, 76],
        svebNames.map((name) => grossColumn(figures[name])),
        [...svebNames.map((name) => averageColumn(figures[name])), figureColumn(averageRmsRrErrorMs)],
      ),
      `Total QRS complexes: ${beatTotal(counts, 'NSVFQ')}  Total VEBs: ${beatTotal(counts, 'V')}  ` +
        `Total SVEBs: ${beatTotal(counts, 'S')}`,
    ];
  },
};

/** `bxb -l FILE1`: the beats, class S counted as N. */
export const plainLines = plainTable({
  heading: ["Record Nn' Vn' Fn' On'  Nv   Vv  Fv' Ov' No' Vo' Fo'  Q Se   Q +P   V Se   V +P  V FPR"],
  line: (comparison) => beatLine(comparison, plainColumns, plainNames),
  ruleWidth: 86,
  summary: (comparisons) => {
    const { counts, figures } = aggregateBeats(comparisons);
    return [
      `Sum  ${spaced(countsOf(counts, plainColumns), [6, ...plainColumns.slice(1).map(([width]) => width)])}`,
      ...grossAndAverage(
        [49, 47],
        plainNames.map((name) => grossColumn(figures[name], decimalsOf(name))),
        plainNames.map((name) => averageColumn(figures[name], decimalsOf(name))),
      ),
      `Total QRS complexes: ${beatTotal(counts, 'NVFQ')}  Total VEBs: ${beatTotal(counts, 'V')}`,
    ];
  },
});

/** `bxb -L FILE2`: beats missed in shutdown, with SVEB. */
export const svebShutdownLines: LineTable<BeatComparison> = {
  heading: [
    'Record Nx   Sx   Vx   Fx   Qx  % beats  % N    % S    % V    % F   Total Shutdown',
    '                                missed missed missed missed missed      Time',
  ],
  line: (comparison) => shutdownLine(comparison, 'NSVFQ', ['missed', 'missedN', 'missedS', 'missedV', 'missedF']),
  ruleWidth: 72,
  summary: (comparisons) => [
    `Sum  ${missedSums(comparisons, 'NSVFQ')}${' '.repeat(38)}${shutdownSum(comparisons)} seconds`,
  ],
};

const plainMissedNames: readonly BeatFigureName[] = ['missed', 'missedN', 'missedV', 'missedF'];

/**
 * `bxb -l FILE2`: beats missed in shutdown, class S counted as N. sumstats adds each record's totals to its gross
 * denominators twice, so its gross figures are half of the true ones; they are printed as it prints them.
 */
export const plainShutdownLines = plainTable({
  heading: [
    'Record Nx   Vx   Fx   Qx  % beats  % N    % V    % F   Total Shutdown',
    '                           missed missed missed missed      Time',
  ],
  line: (comparison) => shutdownLine(comparison, 'NVFQ', plainMissedNames),
  ruleWidth: 68,
  summary: (comparisons) => {
    const { figures } = aggregateBeats(comparisons);
    const halved = ({ gross: { part, whole } }: AggregateFigure) => percentOf({ part, whole: 2 * whole });
    return [
      `Sum   ${missedSums(comparisons, 'NVFQ')}${' '.repeat(31)}${shutdownSum(comparisons)} seconds`,
      ...grossAndAverage(
        [20, 18],
        plainMissedNames.map((name) => figureColumn(halved(figures[name]))),
        plainMissedNames.map((name) => averageColumn(figures[name])),
      ),
    ];
  },
  isCounted: ({ counts }) => beatTotal(counts, 'NSVFQ') > 0,
});

function beatLine(
  { record, counts }: BeatComparison,
  columns: readonly Column[],
  names: readonly BeatFigureName[],
): string {
  const figures = beatFigures(counts);
  const numbers = spaced(
    countsOf(counts, columns),
    columns.map(([width]) => width),
  );
  const printed = names.map((name) => figureColumn(percentOf(figures[name]), decimalsOf(name)));
  return `${record.padStart(4)} ${numbers}${printed.join('')}`;
}

function shutdownLine(
  { record, counts, shutdownS }: BeatComparison,
  rows: string,
  names: readonly BeatFigureName[],
): string {
  const figures = beatFigures(counts);
  const missed = [...rows].map((row) => ` ${String(total(counts, row, 'x')).padStart(4)}`);
  const printed = names.map((name) => figureColumn(percentOf(figures[name])));
  const totals = [...'NSVFQ'].map((row) => ` ${beatTotal(counts, row)}`);
  return (
    `${record.padStart(4)}${missed.join('')}  ${printed.join('')}` +
    `${String(shutdownS).padStart(5)} seconds${totals.join('')}`
  );
}

function missedSums(comparisons: readonly BeatComparison[], rows: string): string {
  const counts = sumCounts(comparisons.map((comparison) => comparison.counts));
  return spaced(
    [...rows].map((row) => total(counts, row, 'x')),
    [...rows].map(() => 4),
  );
}

const shutdownSum = (comparisons: readonly BeatComparison[]) =>
  String(comparisons.reduce((sum, { shutdownS }) => sum + shutdownS, 0)).padStart(4);

const grossColumn = ({ gross }: AggregateFigure, decimals = 2) => figureColumn(percentOf(gross), decimals);
const averageColumn = ({ averagePercent }: AggregateFigure, decimals = 2) => figureColumn(averagePercent, decimals);
