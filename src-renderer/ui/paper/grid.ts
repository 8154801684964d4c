import { gridSteps } from './scale.ts';

export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Rows of the paper whose horizontal lines are laid out together. */
export interface GridBand {
  readonly top: number;
  readonly height: number;
  /** Where a coarse line runs: the others follow from there. */
  readonly lineY: number;
}

export interface GridColors {
  readonly paper: string;
  readonly grid1: string;
  readonly grid5: string;
}

/**
 * ECG paper in whole device pixels, so that every line is crisp.
 * @param area     in device pixels.
 * @param originPx distance of the area's left edge from the record's start: lines stand at absolute times,
 *                 and keep their distances while the paper scrolls.
 * @param bands    what of the area has horizontal lines; vertical ones run through all of it.
 * @param pxPerMm  device pixels in a millimetre.
 */
export function drawGrid(
  canvas: CanvasRenderingContext2D,
  area: Area,
  originPx: number,
  bands: readonly GridBand[],
  pxPerMm: number,
  speedMmPerS: number,
  colors: GridColors,
): void {
  const { hasFine, coarseMm } = gridSteps(speedMmPerS);
  canvas.fillStyle = colors.paper;
  canvas.fillRect(area.left, area.top, area.width, area.height);
  if (hasFine && pxPerMm >= 3) {
    canvas.fillStyle = colors.grid1;
    drawLines(canvas, area, originPx, bands, pxPerMm, pxPerMm);
  }
  canvas.fillStyle = colors.grid5;
  drawLines(canvas, area, originPx, bands, coarseMm * pxPerMm, 5 * pxPerMm);
}

function drawLines(
  canvas: CanvasRenderingContext2D,
  { left, top, width, height }: Area,
  originPx: number,
  bands: readonly GridBand[],
  stepX: number,
  stepY: number,
): void {
  for (let k = Math.ceil(originPx / stepX); ; k++) {
    const x = Math.round(k * stepX) - originPx;
    if (x >= width) break;
    if (x >= 0) canvas.fillRect(left + x, top, 1, height);
  }
  for (const { top: from, height: rows, lineY } of bands)
    for (let k = Math.ceil((from - lineY) / stepY); ; k++) {
      const y = Math.round(lineY + k * stepY);
      if (y >= from + rows) break;
      if (y >= from) canvas.fillRect(left, y, width, 1);
    }
}
