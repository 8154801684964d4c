/**
 * A printed page as plain values: what the PDF writer paints and what the screen shows as SVG, point for point.
 * All lengths are millimetres; x grows to the right and y downwards from the page's top left corner.
 */
export interface Drawing {
  readonly widthMm: number;
  readonly heightMm: number;
  /** Painted in this order. */
  readonly primitives: readonly Primitive[];
}

export type Primitive = Lines | Polyline | Rect | Marks | TextLine;

interface Painted {
  /** What the primitive shows, such as `trace MLII` or `grid 5 mm`; the name of its group on screen. */
  readonly part?: string;
  readonly stroke?: { readonly color: string; readonly widthMm: number; readonly dashMm?: readonly number[] };
  readonly fill?: string;
}

/** Separate straight lines: x1, y1, x2, y2 of each. */
export interface Lines extends Painted {
  readonly kind: 'lines';
  readonly ends: Float32Array;
}

/** One connected line through x, y of each point. */
export interface Polyline extends Painted {
  readonly kind: 'polyline';
  readonly points: Float32Array;
}

export interface Rect extends Painted {
  readonly kind: 'rect';
  readonly xMm: number;
  readonly yMm: number;
  readonly widthMm: number;
  readonly heightMm: number;
}

export type MarkShape = 'circle' | 'square' | 'cut-square' | 'diamond' | 'triangle' | 'cross' | 'bar' | 'dot';

/** The same shape centred on each of the points x, y; filled or open as its paint says. */
export interface Marks extends Painted {
  readonly kind: 'marks';
  readonly shape: MarkShape;
  readonly sizeMm: number;
  readonly points: Float32Array;
}

/** One line of Inter, kerned, without contextual alternates (OpenType feature `calt` off). */
export interface TextLine {
  readonly kind: 'text';
  readonly part?: string;
  /** Where the anchor stands on the baseline. */
  readonly xMm: number;
  readonly yMm: number;
  readonly text: string;
  readonly sizeMm: number;
  readonly weight: 400 | 600;
  /** Figures of equal width (OpenType feature `tnum`), for columns of numbers. */
  readonly isTabular: boolean;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly color: string;
}

const round = (mm: number) => Math.round(mm * 1000) / 1000;

function markPath(shape: MarkShape, x: number, y: number, sizeMm: number): string {
  const half = round(sizeMm / 2);
  const size = round(half * 2);
  const [left, top] = [round(x - half), round(y - half)];
  switch (shape) {
    case 'circle':
      return `M${left} ${round(y)}a${half} ${half} 0 1 0 ${size} 0a${half} ${half} 0 1 0 ${-size} 0z`;
    case 'dot':
    case 'square':
      return `M${left} ${top}h${size}v${size}h${-size}z`;
    case 'cut-square': {
      const cut = round(size * 0.36);
      return `M${left} ${top}h${round(size - cut)}l${cut} ${cut}v${round(size - cut)}h${-size}z`;
    }
    case 'diamond':
      return `M${round(x)} ${top}l${half} ${half}l${-half} ${half}l${-half} ${-half}z`;
    case 'triangle':
      return `M${round(x)} ${top}l${half} ${size}h${-size}z`;
    case 'cross':
      return `M${left} ${top}l${size} ${size}M${left} ${round(y + half)}l${size} ${-size}`;
    case 'bar':
      return `M${round(x)} ${top}v${size}`;
  }
}

/** The SVG path data of everything that is not text, in millimetres rounded to a micrometre. */
export function pathOf(primitive: Exclude<Primitive, TextLine>): string {
  const parts: string[] = [];
  switch (primitive.kind) {
    case 'lines':
      for (let i = 0; i < primitive.ends.length; i += 4) {
        const [x1, y1, x2, y2] = primitive.ends.subarray(i, i + 4);
        parts.push(`M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}`);
      }
      break;
    case 'polyline':
      for (let i = 0; i < primitive.points.length; i += 2)
        parts.push(`${i === 0 ? 'M' : 'L'}${round(primitive.points[i])} ${round(primitive.points[i + 1])}`);
      break;
    case 'rect': {
      const { xMm, yMm, widthMm, heightMm } = primitive;
      parts.push(`M${round(xMm)} ${round(yMm)}h${round(widthMm)}v${round(heightMm)}h${round(-widthMm)}z`);
      break;
    }
    case 'marks':
      for (let i = 0; i < primitive.points.length; i += 2)
        parts.push(markPath(primitive.shape, primitive.points[i], primitive.points[i + 1], primitive.sizeMm));
  }
  return parts.join('');
}
