import type { LabelOrigin } from '../../../src-main/domain/beat.ts';

/** Who a label is from: of this record's beats, of a reference annotation, or of a second reader. */
export type MarkShape = LabelOrigin | 'reference' | 'second';

interface Outline {
  /** SVG path in a square of `markSize`, used by canvas and SVG alike. */
  readonly path: string;
  /** Filled with the class colour, the letter in `on-class`; else open, the letter in the class colour. */
  readonly isFilled: boolean;
  readonly isDashed: boolean;
}

export const markSize = 18;

const circle = 'M17.25 9A8.25 8.25 0 1 1 .75 9A8.25 8.25 0 1 1 17.25 9Z';
/** Origin is shape, so that it reads in grey and to any eye. */
export const markOutlines: Readonly<Record<MarkShape, Outline>> = {
  none: { path: circle, isFilled: false, isDashed: true },
  model: { path: circle, isFilled: false, isDashed: false },
  confirmed: { path: 'M2 0H16Q18 0 18 2V16Q18 18 16 18H2Q0 18 0 16V2Q0 0 2 0Z', isFilled: true, isDashed: false },
  changed: { path: 'M2 0H11L18 7V16Q18 18 16 18H2Q0 18 0 16V2Q0 0 2 0Z', isFilled: true, isDashed: false },
  reference: { path: 'M9 -1.25L19.25 9L9 19.25L-1.25 9Z', isFilled: false, isDashed: false },
  second: { path: 'M.75 .75H17.25V17.25H.75Z', isFilled: false, isDashed: false },
};
