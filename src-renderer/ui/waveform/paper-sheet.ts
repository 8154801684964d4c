/** Device pixels of one column. */
export const columnPx = 256;

/** What of the sheet is in sight, in device pixels. */
export interface SheetPart {
  /** From the record's start to the left edge of what is in sight. */
  readonly originPx: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

/** Paints a column whose left edge lies so far from the record's start. @returns whether all of it was there to paint. */
export type PaintColumn = (canvas: CanvasRenderingContext2D, fromPx: number) => boolean;

/** First and last column of a part of the sheet, inclusive. */
export const columnsOf = ({ originPx, width }: Pick<SheetPart, 'originPx' | 'width'>) => ({
  first: Math.floor(originPx / columnPx),
  last: Math.floor((originPx + Math.max(1, width) - 1) / columnPx),
});

/** Columns kept on either side of those in sight, for a reader who turns round. */
const kept = 2;

/**
 * The paper in columns that stand at fixed places of the record: each is painted once and copied while the paper
 * scrolls, which costs a processor a tenth of painting it.
 */
export class PaperSheet {
  readonly #columns = new Map<number, CanvasRenderingContext2D>();
  /** Columns of which something was not there yet. */
  readonly #partial = new Set<number>();
  readonly #spare: CanvasRenderingContext2D[] = [];

  /** Everything has changed. */
  clear(): void {
    for (const column of this.#columns.keys()) this.#drop(column);
  }

  /** What was missing may be there now. */
  clearPartial(): void {
    for (const column of this.#partial) this.#drop(column);
  }

  draw(target: CanvasRenderingContext2D, part: SheetPart, paint: PaintColumn): void {
    const { first, last } = columnsOf(part);
    for (const column of this.#columns.keys()) if (column < first - kept || column > last + kept) this.#drop(column);
    for (let column = first; column <= last; column++) {
      const fromPx = column * columnPx;
      let canvas = this.#columns.get(column);
      if (canvas?.canvas.height !== part.height) {
        if (canvas) this.#drop(column);
        canvas = this.#blank(part.height);
        if (!paint(canvas, fromPx)) this.#partial.add(column);
        this.#columns.set(column, canvas);
      }
      target.drawImage(canvas.canvas, part.left + fromPx - part.originPx, 0);
    }
  }

  #drop(column: number): void {
    this.#spare.push(this.#columns.get(column)!);
    this.#columns.delete(column);
    this.#partial.delete(column);
  }

  #blank(height: number): CanvasRenderingContext2D {
    const canvas = this.#spare.pop() ?? document.createElement('canvas').getContext('2d', { alpha: false })!;
    if (canvas.canvas.height !== height) {
      canvas.canvas.width = columnPx;
      canvas.canvas.height = height;
    }
    return canvas;
  }
}
