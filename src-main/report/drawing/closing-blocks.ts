import type { ReportInput } from '../report-input.ts';
import type { ReportFacts } from '../report-model.ts';
import { across, contentWidthMm, page, strokes, styles, text } from './ink.ts';
import type { Notes } from './notes.ts';
import type { Block } from './summary-blocks.ts';
import { heading, headingMm } from './summary-blocks.ts';
import { wrapText } from './text-measure.ts';

const lineMm = 2.65;
const columnGapMm = 6;
const numberMm = 4;
const columnMm = (contentWidthMm - columnGapMm) / 2;

/** The notes that the pages call, in two columns of about equal height; undefined where none is called. */
export function notesBlock(notes: Notes): Block | undefined {
  const list = notes.list().map(({ number, sentence }) => ({
    number,
    lines: wrapText(sentence, styles.note, columnMm - numberMm),
  }));
  if (list.length === 0) return undefined;
  const linesOf = (column: typeof list) => column.reduce((sum, note) => sum + note.lines.length, 0);
  const halves = list.map((_, i) => [list.slice(0, i + 1), list.slice(i + 1)]);
  const columns = halves.reduce((best, halve) =>
    Math.max(...halve.map(linesOf)) < Math.max(...best.map(linesOf)) ? halve : best,
  );
  return {
    heightMm: headingMm + Math.max(...columns.map(linesOf)) * lineMm + 1,
    draw: (top) => [
      ...heading('Definitions and limits', top),
      ...columns.flatMap((column, i) => {
        const left = page.leftMm + i * (columnMm + columnGapMm);
        let y = top + headingMm + 1.6;
        return column.flatMap((note) => {
          const drawn = [
            text(left + numberMm - 1.2, y, note.number, styles.small, 'end'),
            ...note.lines.map((line, k) => text(left + numberMm, y + k * lineMm, line, styles.note)),
          ];
          y += note.lines.length * lineMm;
          return drawn;
        });
      }),
    ],
  };
}

/** Where the reader signs by hand. */
export function signatureBlock(input: ReportInput, facts: ReportFacts): Block {
  const fields = [
    `Read by ${input.readerInitials}`,
    facts.isDraft ? 'Signature (draft, not final)' : 'Signature',
    'Date',
  ];
  const widthMm = 54;
  return {
    heightMm: 12,
    draw: (top) =>
      fields.flatMap((field, i) => {
        const left = page.leftMm + i * 63;
        return [across(top + 6.5, strokes.thin, left, left + widthMm), text(left, top + 9.4, field, styles.note)];
      }),
  };
}
