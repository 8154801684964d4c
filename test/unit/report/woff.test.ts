import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import PDFDocument from 'pdfkit';
import { expect, test } from 'vitest';
import { unpackWoff } from '../../../src-main/report/woff.ts';
import { projectRoot } from '../../support/shared-data.ts';

const woff = readFileSync(join(projectRoot, 'resources', 'fonts', 'inter-latin-400-normal.woff'));

test('gives the font that the packed file holds', () => {
  const font = unpackWoff(woff);
  expect(font.length).toBe(woff.readUInt32BE(16)); // totalSfntSize
  const pdf = new PDFDocument();
  const widthIn = (source: Buffer) =>
    pdf
      .font(source as unknown as string)
      .fontSize(1000)
      .widthOfString('Beats 1234');
  expect(widthIn(font)).toBe(widthIn(woff));
});

test('each table has the checksum that its directory states', () => {
  const font = unpackWoff(woff);
  for (let i = 0; i < font.readUInt16BE(4); i++) {
    const entry = 12 + 16 * i;
    const tag = font.toString('latin1', entry, entry + 4);
    const [stated, offset, length] = [4, 8, 12].map((field) => font.readUInt32BE(entry + field));
    let sum = 0;
    for (let at = offset; at < offset + length; at += 4) sum = (sum + font.readUInt32BE(at)) >>> 0;
    if (tag === 'head') sum = (sum - font.readUInt32BE(offset + 8)) >>> 0; // its own adjustment is not part of it
    expect(`${tag} ${sum}`).toBe(`${tag} ${stated}`);
  }
});

test('refuses what is no WOFF file', () => {
  expect(() => unpackWoff(Buffer.from('wOF2 and more bytes than a header of forty-four bytes'))).toThrow(RangeError);
  expect(() => unpackWoff(Buffer.from('wOFF'))).toThrow(RangeError);
});
