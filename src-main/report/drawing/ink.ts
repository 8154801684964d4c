import type { BeatClass } from '../../domain/beat-class.ts';
import type { LabelOrigin } from '../../domain/beat.ts';
import type { Lines, MarkShape, Marks, Polyline, Primitive, Rect, TextLine } from '../../domain/drawing.ts';
import type { TextStyle } from './text-measure.ts';
import { textWidthMm } from './text-measure.ts';

/** A4 upright, and where its content stands. */
export const page = { widthMm: 210, heightMm: 297, leftMm: 15, rightMm: 195, topMm: 12, bottomMm: 280 } as const;
export const contentWidthMm = page.rightMm - page.leftMm;

/** Ink on white paper; every text colour keeps 4.5 : 1. */
export const colors = {
  ink: '#141a20',
  secondary: '#434e59',
  rule: '#77828d',
  hairline: '#c5ccd2',
  trace: '#11161c',
  grid1mm: '#f3d3cc', // as on recorder paper; light enough to vanish behind the trace in a grey print
  grid5mm: '#e0a395',
  white: '#ffffff',
} as const;

/** Class colours of the light theme; the letter beside them carries the class where print is grey. */
export const classColors: Readonly<Record<BeatClass, string>> = {
  N: '#37434f',
  S: '#065fdf',
  V: '#bd3009',
  F: '#5b0b92',
  Q: '#186650',
};
/** In plots, where a letter has no room. */
export const plotShapes: Readonly<Record<BeatClass, MarkShape>> = {
  N: 'dot',
  V: 'square',
  S: 'triangle',
  F: 'diamond',
  Q: 'cross',
};
/** Where a label comes from is a shape: open for a model, filled for a person. */
export const originShapes: Readonly<Record<LabelOrigin, MarkShape>> = {
  none: 'bar',
  model: 'circle',
  confirmed: 'square',
  changed: 'cut-square',
};
export const originMarkMm = 3.6;

const points = (size: number) => (size * 25.4) / 72;
const style = (sizePoints: number, weight: 400 | 600, color: string, isTabular = false): TextStyle => ({
  ...{ sizeMm: points(sizePoints), weight, color, isTabular },
});
export const styles = {
  title: style(15, 600, colors.ink),
  heading: style(8.5, 600, colors.ink),
  body: style(7.5, 400, colors.secondary),
  value: style(7.5, 600, colors.ink, true),
  word: style(7.5, 600, colors.ink),
  cell: style(7.5, 400, colors.ink, true),
  column: style(7, 400, colors.secondary),
  note: style(6.5, 400, colors.secondary),
  small: style(6.5, 400, colors.secondary, true),
  smallStrong: style(6.5, 600, colors.ink),
  lead: style(7.5, 600, colors.ink),
  mark: style(7, 600, colors.ink),
  superscript: style(5, 400, colors.secondary),
} as const;

type Anchor = TextLine['anchor'];

export const text = (xMm: number, yMm: number, words: string, of: TextStyle, anchor: Anchor = 'start'): TextLine => ({
  kind: 'text',
  ...{ xMm, yMm, text: words, anchor },
  ...of,
});

/** A text with the number of its note raised behind it; anchored at its start or end. */
export function notedText(
  x: number,
  y: number,
  words: string,
  note: string,
  of: TextStyle,
  anchor: 'start' | 'end' = 'start',
): TextLine[] {
  if (note === '') return [text(x, y, words, of, anchor)];
  const noteWidth = textWidthMm(note, styles.superscript) + 0.3;
  const wordsX = anchor === 'start' ? x : x - noteWidth;
  const noteX = anchor === 'start' ? x + textWidthMm(words, of) + 0.3 : x;
  return [text(wordsX, y, words, of, anchor), text(noteX, y - 0.95, note, styles.superscript, anchor)];
}

export type Stroke = NonNullable<Lines['stroke']>;
export const strokes = {
  rule: { color: colors.ink, widthMm: 0.25 },
  thin: { color: colors.rule, widthMm: 0.15 },
  hairline: { color: colors.hairline, widthMm: 0.12 },
} as const satisfies Record<string, Stroke>;

export const lines = (ends: readonly number[], stroke: Stroke, part?: string): Lines => ({
  kind: 'lines',
  ends: Float32Array.from(ends),
  stroke,
  ...(part && { part }),
});
export const across = (yMm: number, stroke: Stroke, fromMm: number = page.leftMm, toMm: number = page.rightMm): Lines =>
  lines([fromMm, yMm, toMm, yMm], stroke);
export const rect = (
  xMm: number,
  yMm: number,
  widthMm: number,
  heightMm: number,
  paint: Pick<Rect, 'fill' | 'stroke'>,
  part?: string,
): Rect => ({
  kind: 'rect',
  ...{ xMm, yMm, widthMm, heightMm },
  ...paint,
  ...(part && { part }),
});
export const polyline = (xy: Float32Array, stroke: Stroke, part: string): Polyline => ({
  kind: 'polyline',
  ...{ points: xy, stroke, part },
});
export const marks = (
  shape: MarkShape,
  sizeMm: number,
  xy: readonly number[],
  paint: Pick<Marks, 'fill' | 'stroke'>,
  part?: string,
): Marks => ({
  kind: 'marks',
  ...{ shape, sizeMm, points: Float32Array.from(xy) },
  ...paint,
  ...(part && { part }),
});

/** A beat's mark as it stands over a strip: shape for the origin, letter and colour for the class. */
export function beatMark(x: number, y: number, origin: LabelOrigin, beatClass: BeatClass | undefined): Primitive[] {
  if (beatClass === undefined || origin === 'none')
    return [marks('bar', 2, [x, y], { stroke: { color: colors.ink, widthMm: 0.3 } }, 'beat none')];
  const color = classColors[beatClass];
  const isOpen = origin === 'model';
  const paint = isOpen ? { fill: colors.white, stroke: { color, widthMm: 0.25 } } : { fill: color };
  const letter = text(x, y + 0.9, beatClass, { ...styles.mark, color: isOpen ? color : colors.white }, 'middle');
  return [marks(originShapes[origin], originMarkMm, [x, y], paint, `beat ${origin} ${beatClass}`), letter];
}

export const artifactMark = (x: number, y: number): Marks =>
  marks('cross', 2.2, [x, y], { stroke: { color: colors.ink, widthMm: 0.3 } }, 'beat artifact');
