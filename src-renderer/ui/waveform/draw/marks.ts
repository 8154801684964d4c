import { noLabel } from '../../../../src-main/domain/beat.ts';
import { beatClasses } from '../../../../src-main/domain/beat-class.ts';
import { markOutlines, markSize, type MarkShape } from '../../paper/mark-shape.ts';
import type { Palette } from '../../paper/palette.svelte.ts';

/** Room around the square of a mark: the diamond is larger, as a letter in it needs. */
const margin = 2;

/** The marks of one theme and size, each drawn once and copied ever after. */
export class MarkSheet {
  readonly #palette: Palette;
  readonly #unit: number;
  /** Pictures and not canvases: of a canvas a copy would be made whenever it is drawn. */
  readonly #sprites = new Map<string, ImageBitmap>();

  /** @param unit  device pixels of one design pixel. */
  constructor(palette: Palette, unit: number) {
    this.#palette = palette;
    this.#unit = unit;
  }

  isFor(palette: Palette, unit: number): boolean {
    return this.#palette === palette && this.#unit === unit;
  }

  /** Draws a mark with its middle at a whole device pixel. @param label  index into `beatClasses`, 255 for none. */
  draw(
    canvas: CanvasRenderingContext2D,
    x: number,
    y: number,
    shape: MarkShape,
    label: number,
    isArtifact = false,
  ): void {
    const key = `${shape}${label}${isArtifact}`;
    let sprite = this.#sprites.get(key);
    if (!sprite) this.#sprites.set(key, (sprite = this.#paint(shape, label, isArtifact)));
    canvas.drawImage(sprite, Math.round(x - sprite.width / 2), Math.round(y - sprite.height / 2));
  }

  #paint(shape: MarkShape, label: number, isArtifact: boolean): ImageBitmap {
    const side = Math.ceil((markSize + 2 * margin) * this.#unit);
    const sprite = new OffscreenCanvas(side, side);
    const canvas = sprite.getContext('2d')!;
    const { path, isFilled, isDashed } = markOutlines[shape];
    const { classes, ink3, onClass, paper, font } = this.#palette;
    const color = isArtifact || label === noLabel ? ink3 : classes[label];
    const isSolid = isFilled && !isArtifact;
    canvas.scale(this.#unit, this.#unit);
    canvas.translate(side / this.#unit / 2 - markSize / 2, side / this.#unit / 2 - markSize / 2);
    const outline = new Path2D(path);
    canvas.fillStyle = isSolid ? color : paper;
    canvas.fill(outline);
    if (!isSolid) {
      canvas.strokeStyle = color;
      canvas.lineWidth = 1.5;
      canvas.setLineDash(isDashed || isArtifact ? [2.6, 1.6] : []);
      canvas.stroke(outline);
    }
    canvas.fillStyle = isSolid ? onClass : color;
    canvas.font = `600 11px ${font}`;
    canvas.textAlign = 'center';
    canvas.fillText(isArtifact ? '×' : label === noLabel ? '?' : beatClasses[label], markSize / 2, markSize / 2 + 3.9);
    return sprite.transferToImageBitmap();
  }
}

/** A tick for "a person agreed", drawn because no bundled font has the sign. */
export function drawTick(canvas: CanvasRenderingContext2D, x: number, y: number, unit: number, color: string): void {
  canvas.strokeStyle = color;
  canvas.lineWidth = 1.25 * unit;
  canvas.beginPath();
  canvas.moveTo(x - 3 * unit, y);
  canvas.lineTo(x - unit, y + 2.5 * unit);
  canvas.lineTo(x + 3.5 * unit, y - 3 * unit);
  canvas.stroke();
}
