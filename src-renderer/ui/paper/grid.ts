import { gridSteps } from './scale.ts';

export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
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
 * @param lineY    where a coarse line runs: the grid is laid out from there.
 * @param pxPerMm  device pixels in a millimetre.
 */
export function drawGrid(
  canvas: CanvasRenderingContext2D,
  area: Area,
  originPx: number,
  lineY: number,
  pxPerMm: number,
  speedMmPerS: number,
  colors: GridColors,
): void {
  const { hasFine, coarseMm } = gridSteps(speedMmPerS);
  canvas.fillStyle = colors.paper;
  canvas.fillRect(area.left, area.top, area.width, area.height);
  if (hasFine && pxPerMm >= 3) {
    canvas.fillStyle = colors.grid1;
    drawLines(canvas, area, originPx, lineY, pxPerMm, pxPerMm);
  }
  canvas.fillStyle = colors.grid5;
  drawLines(canvas, area, originPx, lineY, coarseMm * pxPerMm, 5 * pxPerMm);
}

function drawLines(
  canvas: CanvasRenderingContext2D,
  { left, top, width, height }: Area,
  originPx: number,
  lineY: number,
  stepX: number,
  stepY: number,
): void {
  const bottom = top + height;
  for (let k = Math.ceil(originPx / stepX); ; k++) {
    const x = Math.round(k * stepX) - originPx;
    if (x >= width) break;
    if (x >= 0) canvas.fillRect(left + x, top, 1, height);
  }
  for (let k = Math.ceil((top - lineY) / stepY); ; k++) {
    const y = Math.round(lineY + k * stepY);
    if (y >= bottom) break;
    if (y >= top) canvas.fillRect(left, y, width, 1);
  }
}
