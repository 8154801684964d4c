import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TextLine } from '../../../src-main/domain/drawing.ts';
import type { ReportDocument } from '../../../src-main/report/build-report.ts';
import { buildReport } from '../../../src-main/report/build-report.ts';
import { textBox } from '../../../src-main/report/drawing/text-measure.ts';
import { writePdf } from '../../../src-main/report/pdf.ts';
import { readPdf } from './read-pdf.ts';
import { simulatedInput, steadyBeats } from './report-inputs.ts';

const beats = steadyBeats(60, 220, { 5: { label: 'V' }, 9: { label: 'S', origin: 'confirmed' } });
const report = buildReport({ ...simulatedInput({ beats }), patient: { pseudonym: 'P-Šťě-Αθήνα-Жук' } });

async function bytesOf(document: ReportDocument): Promise<Buffer> {
  const stream = new PassThrough();
  const [, bytes] = await Promise.all([writePdf(document, stream), buffer(stream)]);
  return bytes;
}
/** All characters in their order; pdf.js adds spaces of its own between texts on one line. */
const inked = (texts: readonly { text: string }[]) => texts.map(({ text }) => text.replace(/\s/g, '')).join('');
const folder = mkdtempSync(join(tmpdir(), 'report-pdf-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a written report', () => {
  let bytes: Buffer;
  let pages: Awaited<ReturnType<typeof readPdf>>['pages'];
  let properties: Awaited<ReturnType<typeof readPdf>>['properties'];
  beforeAll(async () => {
    bytes = await bytesOf(report);
    ({ pages, properties } = await readPdf(bytes));
  });

  test('has A4 pages in true millimetres', () => {
    expect(pages.length).toBe(report.pages.length);
    for (const page of pages) {
      expect(page.widthMm).toBeCloseTo(210, 3);
      expect(page.heightMm).toBeCloseTo(297, 3);
    }
  });

  test('holds every text of the drawing, where the drawing has it', () => {
    report.pages.forEach((drawing, i) => {
      const lines = drawing.primitives.filter((primitive): primitive is TextLine => primitive.kind === 'text');
      const found = pages[i].texts;
      expect(inked(found)).toBe(inked(lines));
      for (const line of lines.filter(({ text }) => /^[\x20-\x7e]+$/.test(text))) {
        const box = textBox(line);
        const onBaseline = found.filter(({ text, yMm }) => Math.abs(yMm - line.yMm) < 0.05 && text.includes(line.text));
        expect(onBaseline.length, `${line.text} at ${line.yMm} mm`).toBeGreaterThan(0);
        const alone = onBaseline.filter(({ text }) => text === line.text);
        if (alone.length === 0) continue; // pdf.js joined it with its neighbour
        const nearest = Math.min(...alone.map(({ xMm }) => Math.abs(xMm - box.left)));
        expect(nearest, `${line.text} at ${box.left} mm`).toBeLessThan(0.05 * (box.right - box.left) + 0.1);
      }
    });
  });

  test('embeds its fonts', () => {
    const file = bytes.toString('latin1');
    expect(file.match(/\/FontFile2 /g)!.length).toBeGreaterThanOrEqual(2);
    expect(file).not.toMatch(/\/BaseFont \/(Helvetica|Times|Courier)/);
  });

  test('names the pseudonym and the program in its properties, and nobody else', () => {
    expect(properties).toMatchObject({
      Title: 'ECG beat report, patient P-Šťě-Αθήνα-Жук',
      Creator: 'RhythmAttention Workstation 0.1.0',
      CreationDate: 'D:20260301140500Z',
    });
    expect(Object.keys(properties)).not.toContain('Author');
    expect(Object.keys(properties)).not.toContain('Subject');
  });

  test('is the same file for the same input', async () => {
    expect((await bytesOf(report)).equals(bytes)).toBe(true);
  });
});

describe('writing to a path', () => {
  test('tells of each page and leaves the whole file', async () => {
    const path = join(folder, 'report.pdf');
    const told: number[][] = [];
    await writePdf(report, path, { onProgress: ({ page, pages }) => told.push([page, pages]) });
    expect(told).toEqual(report.pages.map((_, i) => [i + 1, report.pages.length]));
    expect((await readPdf(readFileSync(path))).pages.length).toBe(report.pages.length);
  });

  test('stops when aborted, leaves what was there, and nothing half done', async () => {
    const path = join(folder, 'kept.pdf');
    writeFileSync(path, 'as before');
    const abort = new AbortController();
    const writing = writePdf(report, path, {
      signal: abort.signal,
      onProgress: () => abort.abort(new Error('no longer wanted')),
    });
    await expect(writing).rejects.toThrow('no longer wanted');
    expect(readFileSync(path, 'utf8')).toBe('as before');
    expect(readdirSync(folder).filter((name) => name.startsWith('kept'))).toEqual(['kept.pdf']);
  });

  test('fails where the folder does not exist', async () => {
    await expect(writePdf(report, join(folder, 'nowhere', 'report.pdf'))).rejects.toThrow('ENOENT');
  });
});
