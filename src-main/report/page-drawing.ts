import type { Drawing, Primitive } from '../domain/drawing.ts';
import { notesBlock, signatureBlock } from './drawing/closing-blocks.ts';
import { numberText, percentText } from './drawing/figures.ts';
import { across, artifactMark, beatMark, originMarkMm, page, strokes, styles, text } from './drawing/ink.ts';
import { Notes } from './drawing/notes.ts';
import { stripBlocks } from './drawing/strip-blocks.ts';
import { rowSamplesAt } from './drawing/strip-layout.ts';
import type { Block } from './drawing/summary-blocks.ts';
import { heading, headingMm, summaryBlock, titleBlock } from './drawing/summary-blocks.ts';
import { classBlock, intervalBlocks, waveIntervalsBlock } from './drawing/table-blocks.ts';
import { shortenText, textWidthMm, wrapText } from './drawing/text-measure.ts';
import { trendBlock } from './drawing/trend-block.ts';
import type { ReportInput } from './report-input.ts';
import type { ReportFacts } from './report-model.ts';
import type { StripChoice } from './statistics/strip-choice.ts';
import { chooseStrips, mostRows } from './statistics/strip-choice.ts';

/** A table of at most this many rows still finds room on page 1. */
const rowsOnPage1 = 9;
const rowsOnFullPage = 52;
const runningHeadMm = 6;

export interface ReportPages {
  readonly pages: readonly Drawing[];
  readonly strips: readonly StripChoice[];
}

/** Lays the report out: summary, trend, table, definitions and signature, then the strips. */
export function drawPages(input: ReportInput, facts: ReportFacts): ReportPages {
  const { sections } = input;
  const notes = new Notes(input);
  const title = titleBlock(input, facts);
  const summary = [
    summaryBlock(input, facts, notes),
    classBlock(input, facts, notes),
    waveIntervalsBlock(input, notes),
  ].filter((block) => block !== undefined);
  const trend = sections.trend ? [trendBlock(input, facts, notes)] : [];
  const table = sections.hourly ? intervalBlocks(input, facts, notes, rowsOnFullPage) : [];
  const strips = sections.strips
    ? chooseStrips(
        input,
        facts.rate,
        { S: facts.sRuns?.longest ?? null, V: facts.vRuns?.longest ?? null },
        rowSamplesAt(input.record.samplingHz),
      )
    : [];
  const closing = [notesBlock(notes), signatureBlock(input, facts)].filter((block) => block !== undefined);
  const isShort = facts.rows.length <= rowsOnPage1;
  const front = isShort
    ? [title, ...summary, ...trend, ...table, ...closing]
    : [title, ...summary, ...trend, ...closing, ...table];
  const stripRows = strips.flatMap((strip) => stripBlocks(input, facts, strip));
  const pages = paginate([...front, ...(stripRows.length > 0 ? [stripKeyBlock()] : []), ...stripRows]);
  return {
    strips,
    pages: pages.map((primitives, i) => ({
      ...{ widthMm: page.widthMm, heightMm: page.heightMm },
      primitives: [
        ...(i > 0 ? runningHead(input, facts) : []),
        ...primitives,
        ...foot(input, facts, i + 1, pages.length),
      ],
    })),
  };
}

/** Puts blocks on pages in their order; a block never breaks. The first page has no running head. */
function paginate(blocks: readonly Block[]): Primitive[][] {
  const pages: Primitive[][] = [[]];
  let y: number = page.topMm;
  blocks.forEach((block, i) => {
    const neededMm = block.heightMm + (block.keepsWithNext ? (blocks[i + 1]?.heightMm ?? 0) : 0);
    const isEmpty = pages[pages.length - 1].length === 0;
    if (y + neededMm > page.bottomMm && !isEmpty) {
      pages.push([]);
      y = page.topMm + runningHeadMm;
    }
    pages[pages.length - 1].push(...block.draw(y));
    y += block.heightMm;
  });
  return pages;
}

/** How to read the marks of the strips. */
function stripKeyBlock(): Block {
  const key: [string, (x: number, y: number) => Primitive[]][] = [
    ['model only', (x, y) => beatMark(x, y, 'model', 'N')],
    ['confirmed by a person', (x, y) => beatMark(x, y, 'confirmed', 'N')],
    ['changed by a person', (x, y) => beatMark(x, y, 'changed', 'N')],
    ['no label', (x, y) => beatMark(x, y, 'none', undefined)],
    ['artifact', (x, y) => [artifactMark(x, y)]],
  ];
  return {
    heightMm: headingMm + 14,
    keepsWithNext: true,
    draw: (top) => {
      let x: number = page.leftMm;
      const y = top + headingMm + 2.6;
      const drawn = key.flatMap(([words, mark]) => {
        const shown = [...mark(x + originMarkMm / 2, y - 0.9), text(x + originMarkMm + 1.2, y, words, styles.note)];
        x += originMarkMm + 1.2 + textWidthMm(words, styles.note) + 5;
        return shown;
      });
      const sentences = [
        'Letter: class. Below the paper: RR in ms. Bar over the marks: what the title speaks of.',
        `Chosen: longest run and one beat of each class found (a person’s label before the model’s, then the surest), fastest and slowest rate, longest RR; at most ${mostRows} rows each.`,
      ];
      return [
        ...heading('Strips', top),
        ...drawn,
        ...sentences.map((words, i) => text(page.leftMm, y + 4.2 + i * 3, words, styles.note)),
      ];
    },
  };
}

function runningHead({ record, patient }: ReportInput, facts: ReportFacts): Primitive[] {
  const state = [record.isSimulated ? 'SIMULATED' : '', facts.isDraft ? 'DRAFT' : 'FINAL'].filter(Boolean).join(' · ');
  const room = page.rightMm - page.leftMm - textWidthMm(state, styles.smallStrong) - 4;
  const subject = `ECG beat report · record ${record.name} · patient ${patient.pseudonym}`;
  return [
    text(page.leftMm, page.topMm, shortenText(subject, styles.note, room), styles.note),
    text(page.rightMm, page.topMm, state, styles.smallStrong, 'end'),
    across(page.topMm + 1.8, strokes.hairline),
  ];
}

/** What must be read with every page, wherever it ends up. */
function foot(input: ReportInput, facts: ReportFacts, pageNumber: number, pageCount: number): Primitive[] {
  const { model, record } = input;
  const figures = (model?.cardFigures ?? []).map(
    ({ name, sePercent, ppvPercent }) => `${name} Se ${numberText(sePercent, 1)}, +P ${numberText(ppvPercent, 1)}`,
  );
  const byPerson = percentText(facts.byPersonPercent);
  const sentences = [
    record.isSimulated ? 'Simulated' : '',
    model ? `Model ${model.name} ${model.version} (${model.hash.slice(0, 8)})` : 'No model',
    ...figures,
    `${byPerson} of beats labeled by a person`,
  ];
  const words = wrapText(sentences.filter(Boolean).join(' · '), styles.note, page.rightMm - page.leftMm - 22);
  const program = `Not a medical device: does not diagnose. RhythmAttention Workstation ${input.programVersion}`;
  const top = page.bottomMm + 2.5;
  return [
    across(top, strokes.thin),
    ...words.map((line, i) => text(page.leftMm, top + 3 + i * 2.8, line, styles.note)),
    text(page.leftMm, top + 3 + words.length * 2.8, program, styles.smallStrong),
    text(page.rightMm, top + 3, `Page ${pageNumber} of ${pageCount}`, styles.note, 'end'),
  ];
}
