/** Measures the glyphs of Inter: `node resources/fonts/write-inter-advances.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import PDFDocument from 'pdfkit';

const between = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i));
const characters = [...between(0x20, 0x7e), ...between(0xa0, 0xff), ...'\u2009–—‘’“”…−'].join('');
const document = new PDFDocument();

const advancesOf = (weight: number, features: 'tnum'[]) => {
  document.font(join(import.meta.dirname, `inter-latin-${weight}-normal.woff`)).fontSize(1000);
  return [...characters].map((c) => Math.round(document.widthOfString(c, { features })));
};

const source = `// Written by resources/fonts/write-inter-advances.ts; do not edit.
/** Characters whose widths are known. */
export const measuredCharacters = ${JSON.stringify(characters)};
/** Advance of each in thousandths of the font size, without kerning, by weight; \`tabular\` with the feature tnum. */
export const interAdvances = {
  proportional: { 400: ${JSON.stringify(advancesOf(400, []))}, 600: ${JSON.stringify(advancesOf(600, []))} },
  tabular: { 400: ${JSON.stringify(advancesOf(400, ['tnum']))}, 600: ${JSON.stringify(advancesOf(600, ['tnum']))} },
} as const;
`;
writeFileSync(join(import.meta.dirname, '../../src-main/report/drawing/inter-advances.ts'), source);
