import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

export interface ReadText {
  readonly text: string;
  readonly xMm: number;
  /** Baseline below the page's top. */
  readonly yMm: number;
  readonly widthMm: number;
}

const mm = (points: number) => (points * 25.4) / 72;

/** The pages and properties of a PDF as an independent reader, Mozilla's pdf.js, finds them. */
export async function readPdf(bytes: Uint8Array) {
  const task = getDocument({ data: new Uint8Array(bytes), verbosity: 0 });
  const pdf = await task.promise;
  const pages: { widthMm: number; heightMm: number; texts: ReadText[] }[] = [];
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number);
    const { width, height } = page.getViewport({ scale: 1 });
    const { items } = await page.getTextContent({ disableNormalization: true });
    const texts = items.flatMap((item) =>
      'str' in item && item.str !== ''
        ? [{ text: item.str, xMm: mm(item.transform[4]), yMm: mm(height - item.transform[5]), widthMm: mm(item.width) }]
        : [],
    );
    pages.push({ widthMm: mm(width), heightMm: mm(height), texts });
  }
  const properties = (await pdf.getMetadata()).info as Record<string, unknown>;
  await task.destroy();
  return { pages, properties };
}
