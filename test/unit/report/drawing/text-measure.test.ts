import { join } from 'node:path';
import PDFDocument from 'pdfkit';
import { expect, test } from 'vitest';
import { interAdvances, measuredCharacters } from '../../../../src-main/report/drawing/inter-advances.ts';
import { styles } from '../../../../src-main/report/drawing/ink.ts';
import { shortenText, textWidthMm, wrapText } from '../../../../src-main/report/drawing/text-measure.ts';
import { projectRoot } from '../../../support/shared-data.ts';

const pdf = new PDFDocument();
const fontOf = (weight: number) => join(projectRoot, 'resources', 'fonts', `inter-latin-${weight}-normal.woff`);

test('the table of widths is that of the font', () => {
  for (const weight of [400, 600] as const)
    for (const [figures, features] of [
      ['proportional', []],
      ['tabular', ['tnum']],
    ] as const) {
      pdf.font(fontOf(weight)).fontSize(1000);
      const measured = [...measuredCharacters].map((c) =>
        Math.round(pdf.widthOfString(c, { features: [...features] })),
      );
      expect([...interAdvances[figures][weight]]).toEqual(measured);
    }
});

test('a text is painted at most 1 % wider and 5 % narrower than measured', () => {
  const sentences = [
    'Labeled by a person 1 332 (45.1 %)',
    'VEB Se / +P of the model',
    'Every AV block, To and fro: 10:02:33',
  ];
  pdf.font(fontOf(400)).fontSize(styles.body.sizeMm);
  for (const sentence of sentences) {
    const painted = pdf.widthOfString(sentence);
    const measured = textWidthMm(sentence, styles.body);
    expect(painted).toBeLessThan(1.01 * measured);
    expect(painted).toBeGreaterThan(0.95 * measured);
  }
});

test('wrapped lines fit and hold every word; only a word wider than the line is broken', () => {
  const words = 'A sentence of several words with one-that-is-far-too-long-for-a-line-of-this-width in it';
  const lines = wrapText(words, styles.body, 30);
  for (const line of lines) expect(textWidthMm(line, styles.body)).toBeLessThanOrEqual(30);
  expect(lines.join('').replaceAll(' ', '')).toBe(words.replaceAll(' ', ''));
  expect(wrapText('one two', styles.body, 100)).toEqual(['one two']);
});

test('a shortened name fits and shows that it goes on', () => {
  const shortened = shortenText('An extraordinarily long lead name', styles.lead, 14);
  expect(shortened).toMatch(/^An ex.*…$/);
  expect(textWidthMm(shortened, styles.lead)).toBeLessThanOrEqual(14);
  expect(shortenText('V5', styles.lead, 14)).toBe('V5');
});
