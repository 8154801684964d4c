import { aggregateFigures } from '../aggregate-figures.ts';
import { figureColumn, grossAndAverage, spaced, type LineTable } from '../line-table.ts';
import { percentOf, type Ratio } from '../ratio.ts';
import type { RunComparison, RunMatrix, RunsOfKind } from './run-comparison.ts';
import { runFigureNames, runFigures, totalRuns, type RunFigureName } from './run-figures.ts';
import type { RunKind } from './run-rules.ts';

/** A printed row or column: its heading and the lengths it joins, both ends included. */
type LengthGroup = readonly [heading: string, from: number, to: number];

interface RunLayout {
  readonly caption: string;
  readonly sensitivityCaption: string;
  readonly rows: readonly LengthGroup[];
}

const fullLayout: RunLayout = {
  caption: '               Algorithm Run Length',
  sensitivityCaption: '      (Run Sensitivity Summary Matrix)',
  rows: [...Array.from({ length: 6 }, (_, length): LengthGroup => [String(length), length, length]), ['>5', 6, 6]],
};
const condensedLayout: RunLayout = {
  caption: '          Algorithm Run Length',
  sensitivityCaption: '    (Run Sensitivity Summary Matrix)',
  rows: [
    ['NC', 0, 0],
    ['V', 1, 1],
    ['C', 2, 2],
    ['S', 3, 5],
    ['L', 6, 6],
  ],
};

const figureTitles: Readonly<Record<RunFigureName, string>> = {
  coupletSe: '            Couplet sensitivity',
  coupletPpv: '  Couplet positive predictivity',
  shortRunSe: '          Short run sensitivity',
  shortRunPpv: 'Short run positive predictivity',
  longRunSe: '           Long run sensitivity',
  longRunPpv: ' Long run positive predictivity',
};

/** The report as `rxr -S` prints it, `rxr -s` without SVEB; empty where the record cannot be judged. */
export const runReport = (comparison: RunComparison, withSveb: boolean): string =>
  report(comparison, withSveb, fullLayout);

/** The report with lengths joined as `rxr -C` prints it, `rxr -c` without SVEB. */
export const condensedRunReport = (comparison: RunComparison, withSveb: boolean): string =>
  report(comparison, withSveb, condensedLayout);

function report(comparison: RunComparison, withSveb: boolean, layout: RunLayout): string {
  const { record, referenceAnnotator, testAnnotator, VE, SVE } = comparison;
  const part = (kind: RunKind, runs: RunsOfKind) => [
    `${kind} run-by-run comparison results for record ${record}`,
    `Reference annotator: ${referenceAnnotator}`,
    `     Test annotator: ${testAnnotator}`,
    '',
    ...matrixLines(runs.sensitivity.matrix, layout),
    layout.sensitivityCaption,
    '',
    '',
    ...matrixLines(runs.predictivity.matrix, layout),
    ' (Run Positive Predictivity Summary Matrix)',
    '',
    ...runFigureNames.map((name) => figureLine(figureTitles[name], runFigures(runs)[name])),
    '',
  ];
  return [...(VE ? part('VE', VE) : []), ...(withSveb && SVE ? part('SVE', SVE) : [])]
    .map((line) => `${line}\n`)
    .join('');
}

function matrixLines(matrix: RunMatrix, { caption, rows }: RunLayout): string[] {
  const line = ([heading, from, to]: LengthGroup, r: number) => {
    const counts = rows.map(([, columnFrom, columnTo], c) =>
      // No run on either side is no pair: its place stays blank.
      r === 0 && c === 0 ? '    ' : String(totalRuns(matrix, [from, to], [columnFrom, columnTo])).padStart(4),
    );
    return `${heading.padStart(4)} | ${counts.join(' ')}`;
  };
  return [
    caption,
    `      ${rows.map(([heading]) => heading.toLowerCase().padStart(5)).join('')}`,
    `     ${'_'.repeat(5 * rows.length + 1)}`,
    ...rows.map(line),
    '',
  ];
}

function figureLine(title: string, { part, whole }: Ratio): string {
  const percent = wholePercent({ part, whole });
  return `${title}: ${percent === undefined ? '  - ' : `${String(percent).padStart(3)}%`} (${part}/${whole})`;
}

/** rxr rounds halves up, unlike all else. */
function wholePercent(ratio: Ratio): number | undefined {
  const percent = percentOf(ratio);
  return percent === undefined ? undefined : Math.trunc(percent + 0.5);
}

/** `rxr -L FILE1` and `FILE2`: ventricular and supraventricular runs. Records that cannot be judged have no line. */
export const runLines: Readonly<Record<RunKind, LineTable<RunsOfRecord>>> = {
  VE: runTable([]),
  SVE: runTable(['(SVE run detection)']),
};

/** The runs of one kind in one record. */
export interface RunsOfRecord {
  readonly record: string;
  readonly runs: RunsOfKind;
}

function runTable(title: readonly string[]): LineTable<RunsOfRecord> {
  const figureOf = (value: number | undefined) => figureColumn(value, 0, 3);
  const countsOf = (figures: readonly Ratio[]) => figures.flatMap(({ part, whole }) => [part, whole - part]);
  return {
    heading: [...title, 'Record CTs CFN CTp CFP STs SFN STp SFP LTs LFN LTp LFP  CSe C+P SSe S+P LSe L+P'],
    line: ({ record, runs }) => {
      const figures = runFigureNames.map((name) => runFigures(runs)[name]);
      const printed = figures.map((ratio) => figureOf(wholePercent(ratio)));
      return `${record.padStart(4)} ${spaced(countsOf(figures), Array<number>(12).fill(3))} ${printed.join('')}`;
    },
    ruleWidth: 77,
    summary: (records) => {
      const aggregate = aggregateFigures(
        records.map(({ runs }) => runFigures(runs)),
        runFigureNames,
      );
      const gross = runFigureNames.map((name) => aggregate[name].gross);
      const [couplets, shortRuns, longRuns] = [0, 2, 4].map((i) => gross[i].whole);
      return [
        `Sum   ${spaced(countsOf(gross), [4, ...Array<number>(11).fill(3)])}`,
        ...grossAndAverage(
          [50, 48],
          gross.map((ratio) => figureOf(percentOf(ratio))),
          runFigureNames.map((name) => figureOf(aggregate[name].averagePercent)),
        ),
        `Total couplets: ${couplets}  Total short runs: ${shortRuns}  Total long runs: ${longRuns}`,
      ];
    },
  };
}
