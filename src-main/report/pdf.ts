import { createWriteStream, readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import type { Primitive, TextLine } from '../domain/drawing.ts';
import { pathOf } from '../domain/drawing.ts';
import type { ReportDocument } from './build-report.ts';
import { unpackWoff } from './woff.ts';

const pointsPerMm = 72 / 25.4;

export interface PdfOptions {
  /** After each page; pages are counted from 1. */
  readonly onProgress?: (progress: { readonly page: number; readonly pages: number }) => void;
  /** Stops before the next page; what was begun is removed. */
  readonly signal?: AbortSignal;
  /** Where the faces of Inter lie. */
  readonly fontsFolder?: string;
}

/** Two folders above this file, in the sources as in the built program. */
const standardFontsFolder = join(import.meta.dirname, '..', '..', 'resources', 'fonts');

/**
 * Writes a report as a vector PDF in true millimetres, fonts embedded.
 * @param target  a file's path, which then is whole or as it was before; or a stream, which is ended.
 * @throws the signal's reason when it was aborted.
 */
export async function writePdf(
  report: ReportDocument,
  target: string | Writable,
  options: PdfOptions = {},
): Promise<void> {
  if (typeof target !== 'string') return paintInto(report, target, options);
  const unfinished = `${target}.part`;
  try {
    await paintInto(report, createWriteStream(unfinished), options);
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function paintInto(report: ReportDocument, stream: Writable, options: PdfOptions): Promise<void> {
  const { onProgress, signal, fontsFolder = standardFontsFolder } = options;
  const written = finished(stream);
  written.catch(() => undefined); // awaited below; a failure before that must not count as unhandled
  const pdf = new PDFDocument({
    autoFirstPage: false,
    pdfVersion: '1.7',
    lang: 'en',
    displayTitle: true,
    info: {
      Title: report.title,
      Creator: report.creator,
      Producer: 'PDFKit',
      CreationDate: new Date(`${report.madeAt}Z`),
    },
  });
  const setFace = faceSetter(pdf, fontsFolder);
  pdf.pipe(stream);
  try {
    for (const [index, drawing] of report.pages.entries()) {
      signal?.throwIfAborted();
      pdf.addPage({ size: [drawing.widthMm * pointsPerMm, drawing.heightMm * pointsPerMm], margin: 0 });
      pdf.scale(pointsPerMm);
      for (const primitive of drawing.primitives)
        if (primitive.kind === 'text') paintText(pdf, primitive, setFace);
        else paintShape(pdf, primitive);
      onProgress?.({ page: index + 1, pages: report.pages.length });
      await setImmediate(); // lets an abort or another job's message in
      if (stream.errored) throw stream.errored;
    }
    signal?.throwIfAborted();
    pdf.end();
    await written;
  } catch (error) {
    pdf.unpipe(stream);
    stream.destroy();
    await written.catch(() => undefined);
    throw error;
  }
}

function paintShape(pdf: PDFKit.PDFDocument, primitive: Exclude<Primitive, TextLine>): void {
  const { stroke, fill } = primitive;
  const path = pathOf(primitive);
  if (path === '' || (!stroke && !fill)) return;
  pdf.path(path);
  if (stroke) {
    pdf.lineWidth(stroke.widthMm).lineJoin('round');
    if (stroke.dashMm) pdf.dash(stroke.dashMm[0], { space: stroke.dashMm[1] });
    else pdf.undash();
  }
  if (fill && stroke) pdf.fillAndStroke(fill, stroke.color);
  else if (fill) pdf.fill(fill);
  else pdf.stroke(stroke!.color);
}

/** Which subset of Inter has a character; one that none has is painted as an empty box. */
function subsetOf(codePoint: number): string {
  if (codePoint >= 0x400 && codePoint < 0x530) return 'cyrillic';
  if (codePoint >= 0x370 && codePoint < 0x400) return 'greek';
  if ((codePoint >= 0x100 && codePoint < 0x2b0) || (codePoint >= 0x1e00 && codePoint < 0x1f00)) return 'latin-ext';
  return 'latin';
}

/** The text in stretches of one subset each. */
function stretchesOf(words: string): { subset: string; words: string }[] {
  const stretches: { subset: string; words: string }[] = [];
  for (const character of words) {
    const subset = subsetOf(character.codePointAt(0)!);
    const last = stretches[stretches.length - 1];
    if (last?.subset === subset) last.words += character;
    else stretches.push({ subset, words: character });
  }
  return stretches;
}

/** Layout features of a text: equal figures where asked for, and no contextual alternates that turn `->` into an arrow. */
const featuresOf = (line: TextLine) =>
  // pdfkit hands features to fontkit, which takes switches too; the types know only the list of those that are on.
  ({ tnum: line.isTabular, calt: false }) as unknown as PDFKit.Mixins.OpenTypeFeatures[];

function paintText(pdf: PDFKit.PDFDocument, line: TextLine, setFace: SetFace): void {
  const features = featuresOf(line);
  const stretches = stretchesOf(line.text).map(({ subset, words }) => {
    setFace(subset, line.weight);
    return { subset, words, widthMm: pdf.fontSize(line.sizeMm).widthOfString(words, { features }) };
  });
  const widthMm = stretches.reduce((sum, stretch) => sum + stretch.widthMm, 0);
  let x = line.xMm - widthMm * { start: 0, middle: 0.5, end: 1 }[line.anchor];
  pdf.fillColor(line.color);
  for (const stretch of stretches) {
    setFace(stretch.subset, line.weight);
    pdf.text(stretch.words, x, line.yMm, { lineBreak: false, baseline: 'alphabetic', features });
    x += stretch.widthMm;
  }
}

type SetFace = (subset: string, weight: TextLine['weight']) => void;

/** Chooses a face of Inter; each is read when it is first needed. */
function faceSetter(pdf: PDFKit.PDFDocument, fontsFolder: string): SetFace {
  const known = new Set<string>();
  return (subset, weight) => {
    const face = `inter-${subset}-${weight}-normal`;
    if (!known.has(face)) pdf.registerFont(face, unpackWoff(readFileSync(join(fontsFolder, `${face}.woff`))));
    known.add(face);
    pdf.font(face);
  };
}
