import { bootstrap, type AggregateFigure } from './aggregate-figures.ts';
import { beatFigures, type BeatFigureName } from './beats/beat-figures.ts';
import { percentOf, printedNumber } from './ratio.ts';
import type { Aggregate, RecordComparison } from './record-comparison.ts';
import { runFigureNames, runFigures, type RunFigureName } from './runs/run-figures.ts';

type Row = readonly string[];

const beatTitles: Partial<Record<BeatFigureName, string>> = {
  qrsSe: 'QRS Se',
  qrsPpv: 'QRS +P',
  vebSe: 'VEB Se',
  vebPpv: 'VEB +P',
  vebFpr: 'VEB FPR',
  svebSe: 'SVEB Se',
  svebPpv: 'SVEB +P',
  missed: 'missed in shutdown',
};
const runTitles: Readonly<Record<RunFigureName, string>> = {
  coupletSe: 'couplet Se',
  coupletPpv: 'couplet +P',
  shortRunSe: 'short Se',
  shortRunPpv: 'short +P',
  longRunSe: 'long Se',
  longRunPpv: 'long +P',
};

const intervalTitles = ['95 % from', '95 % to'] as const;

/**
 * A table to read: one line a record, then gross and average figures, for beats and for runs; percentages.
 * The class map and everything that is not by EC57 are named above it, and what a reader may stumble over below.
 * @param comparisons  at least one.
 * @param aggregate    of several records; undefined for one.
 */
export function comparisonTable(
  comparisons: readonly RecordComparison[],
  aggregate: Aggregate | undefined,
  withSveb: boolean,
): string {
  const { map, nonstandard, referenceAnnotator, testAnnotator } = comparisons[0].beats;
  const kinds = withSveb ? (['VE', 'SVE'] as const) : (['VE'] as const);
  const blocks = [
    [
      `EC57 comparison of ${testAnnotator} (test) with ${referenceAnnotator} (reference), class map ${map}` +
        (withSveb ? '' : ', class S counted as N') +
        ', figures in percent',
      ...(nonstandard.length > 0 ? [`Not by EC57: ${nonstandard.join('; ')}.`] : []),
    ],
    aligned(beatRows(comparisons, aggregate, withSveb)),
    ...kinds.map((kind) => [
      kind === 'VE' ? 'Ventricular runs' : 'Supraventricular runs',
      ...aligned(runRows(comparisons, aggregate, kind)),
    ]),
    notes(aggregate, withSveb),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(''))
    .join('\n');
}

function beatRows(
  comparisons: readonly RecordComparison[],
  aggregate: Aggregate | undefined,
  withSveb: boolean,
): Row[] {
  const names = (Object.keys(beatTitles) as BeatFigureName[]).filter((name) => withSveb || !name.startsWith('sveb'));
  const decimalsOf = (name: BeatFigureName) => (name === 'vebFpr' ? 3 : 2);
  const rows = comparisons.map(({ beats: { record, counts, rmsRrErrorMs, shutdownS } }) => {
    const figures = beatFigures(counts);
    const printed = names.map((name) => printedFigure(percentOf(figures[name]), decimalsOf(name)));
    return [record, String(figures.missed.whole), ...printed, printedFigure(rmsRrErrorMs), String(shutdownS)];
  });
  const title = ['Record', 'Beats', ...names.map((name) => beatTitles[name] ?? name), 'RR error ms', 'Shutdown s'];
  if (aggregate === undefined) return [title, ...rows];
  const { figures, averageRmsRrErrorMs } = aggregate.beats;
  const summary = (of: (figure: AggregateFigure) => number | undefined) =>
    names.map((name) => printedFigure(of(figures[name]), decimalsOf(name)));
  return [
    title,
    ...rows,
    ['Gross', String(figures.missed.gross.whole), ...summary(({ gross }) => percentOf(gross)), '', ''],
    ['Average', '', ...summary(({ averagePercent }) => averagePercent), printedFigure(averageRmsRrErrorMs), ''],
    ['Median', '', ...summary(({ medianPercent }) => medianPercent), '', ''],
    ...intervalTitles.map((name, end) => [
      name,
      '',
      ...summary(({ intervalPercent }) => intervalPercent?.[end]),
      '',
      '',
    ]),
  ];
}

function runRows(
  comparisons: readonly RecordComparison[],
  aggregate: Aggregate | undefined,
  kind: 'VE' | 'SVE',
): Row[] {
  const rows = comparisons.map(({ runs }) => {
    const figures = runs[kind] && runFigures(runs[kind]);
    const printed = runFigureNames.map((name) => printedFigure(figures && percentOf(figures[name])));
    return [runs.record, ...printed];
  });
  const title = ['Record', ...runFigureNames.map((name) => runTitles[name])];
  if (aggregate === undefined) return [title, ...rows];
  const figures = aggregate.runs[kind];
  return [
    title,
    ...rows,
    ['Gross', ...runFigureNames.map((name) => printedFigure(percentOf(figures[name].gross)))],
    ['Average', ...runFigureNames.map((name) => printedFigure(figures[name].averagePercent))],
    ['Median', ...runFigureNames.map((name) => printedFigure(figures[name].medianPercent))],
    ...intervalTitles.map((name, end) => [
      name,
      ...runFigureNames.map((figure) => printedFigure(figures[figure].intervalPercent?.[end])),
    ]),
  ];
}

function notes(aggregate: Aggregate | undefined, withSveb: boolean): string[] {
  if (aggregate === undefined) return [];
  const { records, leftOutPaced } = aggregate;
  return [
    `Gross and average of ${records.length} record${records.length === 1 ? '' : 's'}.` +
      (leftOutPaced.length > 0 ? ` Left out for paced beats, as EC57 asks: ${leftOutPaced.join(', ')}.` : ''),
    `95 %: interval of the gross figures over ${bootstrap.draws} draws of records, never of beats. Average and median: of the records in which the figure is defined.`,
    ...(withSveb
      ? [
          'Gross and average SVEB +P leave fusion beats called S out, as sumstats does; the figure of a record counts them.',
        ]
      : []),
  ];
}

const printedFigure = (value: number | undefined, decimals = 2): string =>
  value === undefined ? '-' : printedNumber(value, decimals);

/** Rows as text, the first column to the left and the others to the right, two blanks apart. */
function aligned(rows: readonly Row[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join('  ')
      .trimEnd(),
  );
}
