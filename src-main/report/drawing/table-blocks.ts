import type { BeatClass } from '../../domain/beat-class.ts';
import type { Primitive } from '../../domain/drawing.ts';
import type { ReportInput } from '../report-input.ts';
import type { ReportFacts } from '../report-model.ts';
import type { RunSummary } from '../statistics/beat-runs.ts';
import type { IntervalRow } from '../statistics/interval-rows.ts';
import { rowLengthS } from '../statistics/interval-rows.ts';
import { intervalSummaries } from '../statistics/interval-summary.ts';
import { numberText, recordClock, undefinedFigure } from './figures.ts';
import { across, classColors, notedText, page, strokes, styles, text } from './ink.ts';
import type { NoteName, Notes } from './notes.ts';
import type { Block } from './summary-blocks.ts';
import { heading, headingMm } from './summary-blocks.ts';

const rowMm = 3.9;

export const classTitles: Readonly<Record<BeatClass, string>> = {
  N: 'Normal and bundle branch block',
  S: 'Supraventricular ectopic',
  V: 'Ventricular ectopic',
  F: 'Fusion',
  Q: 'Paced or unclassifiable',
};

interface Column {
  readonly title: string;
  /** Right edge of its figures. */
  readonly rightMm: number;
  readonly notes?: readonly NoteName[];
}

/** The head of a table; its notes are called at once, so that they are listed before the pages are drawn. */
function columnTitles(columns: readonly Column[], notes: Notes): (y: number) => Primitive[] {
  const called = columns.map((column) => notes.mark(...(column.notes ?? [])));
  return (y) =>
    columns.flatMap(({ rightMm, title }, i) => notedText(rightMm, y, title, called[i], styles.column, 'end'));
}

/** A row's figures under its columns; an empty cell is where a figure would make no sense. */
const cells = (columns: readonly Column[], figures: readonly string[], y: number, style = styles.cell): Primitive[] =>
  columns.flatMap((column, i) => (figures[i] === '' ? [] : [text(column.rightMm, y, figures[i], style, 'end')]));

/** Middle value and middle half of each interval; undefined where none was measured. */
export function waveIntervalsBlock({ intervals }: ReportInput, notes: Notes): Block | undefined {
  if (!intervals) return undefined;
  const summaries = intervalSummaries(intervals);
  const columns: Column[] = summaries.map(({ name }, i) => ({
    title: `${name}, ms`,
    rightMm: 74 + ((page.rightMm - 74) / 4) * i,
  }));
  const note = notes.mark('intervals');
  const titles = columnTitles(columns, notes);
  const rows = [
    { label: 'Median', figures: summaries.map(({ medianMs }) => numberText(medianMs)) },
    {
      label: 'Middle half',
      figures: summaries.map(({ lowMs, highMs }) =>
        lowMs === null ? undefinedFigure : `${numberText(lowMs)} – ${numberText(highMs)}`,
      ),
    },
    { label: 'Found in beats', figures: summaries.map(({ beats }) => numberText(beats)) },
  ];
  return {
    heightMm: headingMm + rowMm * (rows.length + 1) + 2,
    draw: (top) => [
      ...heading(`Intervals of N beats in ${intervals.leadName}, automatic`, top, { note }),
      ...titles(top + headingMm + 2.6),
      ...rows.flatMap(({ label, figures }, i) => {
        const y = top + headingMm + rowMm * (i + 1) + 2.8;
        return [text(page.leftMm, y, label, styles.body), ...cells(columns, figures, y)];
      }),
    ],
  };
}

/** Beats by class with burden, review, couplets and runs. */
export function classBlock(input: ReportInput, facts: ReportFacts, notes: Notes): Block {
  const { record, beats } = input;
  const clock = recordClock(record);
  const isPartial = facts.review.unlabeled > 0 && facts.classes.some((count) => count.beats !== null);
  const columns: Column[] = [
    { title: 'Beats', rightMm: 74, ...(isPartial && { notes: ['unlabeled'] }) },
    { title: 'Share, %', rightMm: 89, notes: ['burden'] },
    { title: 'By a person', rightMm: 107 },
    { title: 'Changed', rightMm: 122 },
    { title: 'Single', rightMm: 135, notes: ['runs'] },
    { title: 'Couplets', rightMm: 149 },
    { title: 'Runs', rightMm: 159 },
    { title: 'Longest succession', rightMm: page.rightMm },
  ];
  const titles = columnTitles(columns, notes);
  const longestText = ({ longest }: RunSummary) =>
    longest
      ? `${longest.beats} at ${numberText(longest.perMin)}\u2009/min, ${clock.at(beats.atSample[longest.fromBeat])}`
      : undefinedFigure;
  const rowFigures = facts.classes.map((count) => {
    const runs = { S: facts.sRuns, V: facts.vRuns, N: undefined, F: undefined, Q: undefined }[count.beatClass];
    const review =
      count.beats === null
        ? [undefinedFigure, undefinedFigure]
        : [count.byPerson, count.changed].map((n) => numberText(n));
    const ofRuns =
      runs === undefined
        ? ['', '', '', '']
        : runs === null
          ? Array<string>(4).fill(undefinedFigure)
          : [...[runs.singles, runs.couplets, runs.runs].map((n) => numberText(n)), longestText(runs)];
    return [numberText(count.beats), numberText(count.burdenPercent, 1), ...review, ...ofRuns];
  });
  return {
    heightMm: headingMm + rowMm * (facts.classes.length + 1) + 7.5,
    draw: (top) => {
      const firstRow = top + headingMm + rowMm;
      const after = firstRow + rowMm * facts.classes.length;
      return [
        ...heading('Beats by class', top),
        ...titles(top + headingMm + 2.4),
        ...facts.classes.flatMap((count, i) => {
          const y = firstRow + rowMm * i;
          return [
            across(y - 0.4, strokes.hairline),
            text(
              page.leftMm + 1.5,
              y + 2.7,
              count.beatClass,
              { ...styles.word, color: classColors[count.beatClass] },
              'middle',
            ),
            text(page.leftMm + 4.5, y + 2.7, classTitles[count.beatClass], styles.body),
            ...cells(columns, rowFigures[i], y + 2.7),
          ];
        }),
        across(after - 0.4, strokes.thin),
        text(
          page.leftMm,
          after + 3,
          'Not assessed by this program: atrial fibrillation and other rhythms, AV block, pacemaker function, ST segment. Intervals are measured, not judged.',
          styles.note,
        ),
      ];
    },
  };
}

const intervalColumns = (facts: ReportFacts): Column[] => [
  { title: 'Beats', rightMm: 45 },
  { title: 'Slowest', rightMm: 58 },
  { title: 'Mean', rightMm: 68 },
  { title: 'Fastest', rightMm: 79 },
  { title: 'Pauses', rightMm: 90 },
  ...facts.classes.slice(1).map(({ beatClass }, i) => ({ title: beatClass, rightMm: 99 + 10 * i })),
  { title: 'V couplets', rightMm: 144 },
  { title: 'V runs', rightMm: 155 },
  { title: 'S runs', rightMm: 166 },
  { title: 'Artifact', rightMm: 179 },
  { title: 'By a person', rightMm: page.rightMm },
];

function intervalFigures(
  row: Pick<IntervalRow, 'review' | 'classes' | 'rate' | 'vCouplets' | 'vRuns' | 'sRuns'>,
): string[] {
  const { review, rate, classes } = row;
  return [
    numberText(review.beats),
    ...[rate.slowest?.perMin, rate.meanPerMin, rate.fastest?.perMin].map((perMin) => numberText(perMin ?? null)),
    rate.rrIntervals > 0 ? numberText(rate.pauses.length) : undefinedFigure,
    ...classes.slice(1).map((count) => numberText(count.beats)),
    ...[row.vCouplets, row.vRuns, row.sRuns].map((count) => numberText(count)),
    numberText(review.artifacts),
    review.beats > 0 ? `${numberText((100 * review.byPerson) / review.beats)}\u2009%` : undefinedFigure,
  ];
}

/** The table by intervals, cut into blocks that each repeat its head. */
export function intervalBlocks(input: ReportInput, facts: ReportFacts, notes: Notes, rowsPerBlock: number): Block[] {
  if (!facts.areBeatsAssessed || facts.rows.length === 0) return [];
  const clock = recordClock(input.record);
  const columns = intervalColumns(facts);
  const title =
    rowLengthS(input.record) < 3600 ? 'By 5 minutes' : clock.isClockTime ? 'By clock hour' : 'By hour from the start';
  const note = notes.mark('rows');
  const titles = columnTitles(columns, notes);
  const total = {
    ...facts,
    ...{ vCouplets: facts.vRuns?.couplets ?? null, vRuns: facts.vRuns?.runs ?? null, sRuns: facts.sRuns?.runs ?? null },
  };
  const blocks: Block[] = [];
  for (let from = 0; from < facts.rows.length; from += rowsPerBlock) {
    const rows = facts.rows.slice(from, from + rowsPerBlock);
    const isLast = from + rowsPerBlock >= facts.rows.length;
    blocks.push({
      heightMm: headingMm + rowMm * (rows.length + (isLast ? 2 : 1)) + 3.5,
      draw: (top) => {
        const rowTop = (i: number) => top + headingMm + rowMm * (i + 1);
        return [
          ...heading(from === 0 ? title : `${title}, continued`, top),
          ...notedText(page.leftMm, top + headingMm + 2.4, 'From', note, styles.column),
          ...titles(top + headingMm + 2.4),
          ...rows.flatMap((row, i) => [
            across(rowTop(i) - 0.4, strokes.hairline),
            text(page.leftMm, rowTop(i) + 2.7, clock.at(row.fromSample), styles.cell),
            ...cells(columns, intervalFigures(row), rowTop(i) + 2.7),
          ]),
          across(rowTop(rows.length) - 0.4, strokes.thin),
          ...(isLast
            ? [
                text(page.leftMm, rowTop(rows.length) + 2.7, 'Whole record', styles.word),
                ...cells(columns, intervalFigures(total), rowTop(rows.length) + 2.7, styles.value),
              ]
            : []),
        ];
      },
    });
  }
  return blocks;
}
