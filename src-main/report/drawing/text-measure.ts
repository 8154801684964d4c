import type { TextLine } from '../../domain/drawing.ts';
import { interAdvances, measuredCharacters } from './inter-advances.ts';

const indexOf = new Map([...measuredCharacters].map((character, index) => [character, index]));
/** Advance of a character that is not in the table: nearly every letter of Latin, Greek and Cyrillic is narrower. */
const unknownAdvance = 900;

export type TextStyle = Pick<TextLine, 'sizeMm' | 'weight' | 'isTabular' | 'color'>;

/** Width of a text in millimetres; kerning, left out here, makes the painted text a little narrower. */
export function textWidthMm(text: string, style: Pick<TextStyle, 'sizeMm' | 'weight' | 'isTabular'>): number {
  const advances = interAdvances[style.isTabular ? 'tabular' : 'proportional'][style.weight];
  let thousandths = 0;
  for (const character of text) thousandths += advances[indexOf.get(character) ?? -1] ?? unknownAdvance;
  return (thousandths / 1000) * style.sizeMm;
}

/** Where a line of text paints, from the top of its capitals and figures to the foot of its descenders. */
export function textBox(line: TextLine): { left: number; right: number; top: number; bottom: number } {
  const width = textWidthMm(line.text, line);
  const left = line.xMm - width * { start: 0, middle: 0.5, end: 1 }[line.anchor];
  return { left, right: left + width, top: line.yMm - line.sizeMm * 0.76, bottom: line.yMm + line.sizeMm * 0.21 };
}

/** Breaks a text at spaces into lines no wider than given, and inside a word only where the word alone is wider. */
export function wrapText(text: string, style: TextStyle, widthMm: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (textWidthMm(longer, style) <= widthMm) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = '';
    for (const character of word) {
      if (line !== '' && textWidthMm(line + character, style) > widthMm) {
        lines.push(line);
        line = '';
      }
      line += character;
    }
  }
  lines.push(line);
  return lines;
}

/** The text, or as much of its start as fits, with an ellipsis; only for names that stand in full elsewhere. */
export function shortenText(text: string, style: TextStyle, widthMm: number): string {
  if (textWidthMm(text, style) <= widthMm) return text;
  let shortened = text;
  while (shortened !== '' && textWidthMm(`${shortened}…`, style) > widthMm) shortened = shortened.slice(0, -1);
  return `${shortened}…`;
}
