import { type BeatTable, beatFlags, noLabel } from '../../../src-main/domain/beat.ts';
import { beatClasses } from '../../../src-main/domain/beat-class.ts';
import type { SignalEpisode } from '../../../src-main/domain/signal-episode.ts';
import { clockOfSample } from '../../../src-main/domain/time.ts';
import { firstBeatFrom } from '../paper/beat-search.ts';
import type { Palette } from '../paper/palette.svelte.ts';
import { labelStepS } from '../paper/scale.ts';
import { fontOf, hatchOf } from './draw/leads.ts';
import { paperWords as words } from './words.ts';

/** One picture of the whole record, or of a part of it. */
export interface OverviewPicture {
  readonly beats: BeatTable;
  readonly episodes: readonly SignalEpisode[];
  readonly samplingHz: number;
  readonly fromSample: number;
  readonly toSample: number;
  /** Device pixels. */
  readonly width: number;
  readonly height: number;
  readonly left: number;
  /** Device pixels of one design pixel. */
  readonly unit: number;
  readonly palette: Palette;
}

/** Classes with a lane of their own, from top to bottom; N would fill every slot. */
const laneClasses = ['V', 'F', 'S', 'Q'] as const;
/** The commonest first, so that what is rare lies on top. */
const dotOrder = ['N', 'Q', 'S', 'F', 'V'] as const;
const laneHeight = 12;
const axisHeight = 18;
const slotPx = 4;
/** So many RR intervals tell the usual range of a record as well as all of them. */
const enoughForRange = 5000;
const indexOf = (beatClass: (typeof beatClasses)[number]) => beatClasses.indexOf(beatClass);

/** Least and greatest RR in seconds that the picture has room for: nearly all, so that one pause does not flatten the rest. */
export function rrRange(beats: Pick<BeatTable, 'atSample'>, samplingHz: number): { leastS: number; mostS: number } {
  const { atSample } = beats;
  if (atSample.length < 2) return { leastS: 0.4, mostS: 1.2 };
  const every = Math.ceil(atSample.length / enoughForRange);
  const rrS = Float64Array.from(
    { length: Math.ceil((atSample.length - 1) / every) },
    (_, i) => (atSample[i * every + 1] - atSample[i * every]) / samplingHz,
  ).sort();
  const at = (share: number) => rrS[Math.min(rrS.length - 1, Math.floor(rrS.length * share))];
  const leastS = Math.floor(at(0.005) * 10) / 10;
  return { leastS, mostS: Math.max(leastS + 0.4, Math.ceil(at(0.995) * 10) / 10) };
}

/** Beats of each lane's class in slots of equal width. */
export function slotCounts(
  beats: Pick<BeatTable, 'atSample' | 'label' | 'flags'>,
  fromSample: number,
  samplesPerSlot: number,
  slots: number,
): Uint32Array[] {
  const counts = laneClasses.map(() => new Uint32Array(slots));
  const laneOf = beatClasses.map((beatClass) => laneClasses.findIndex((lane) => lane === beatClass));
  const toSample = fromSample + samplesPerSlot * slots;
  for (let i = firstBeatFrom(beats.atSample, fromSample); i < beats.atSample.length; i++) {
    if (beats.atSample[i] >= toSample) break;
    const lane = beats.label[i] === noLabel || beats.flags[i] & beatFlags.artifact ? -1 : laneOf[beats.label[i]];
    if (lane >= 0) counts[lane][Math.floor((beats.atSample[i] - fromSample) / samplesPerSlot)]++;
  }
  return counts;
}

/** Paints the RR of every beat in its class's colour and how many beats of each class there are where. */
export function paintOverview(canvas: CanvasRenderingContext2D, picture: OverviewPicture): void {
  const { width, height, palette, unit } = picture;
  canvas.fillStyle = palette.surface;
  canvas.fillRect(0, 0, width, height);
  const lanesTop = Math.round(height - (axisHeight + laneClasses.length * laneHeight) * unit);
  paintEpisodes(canvas, picture, lanesTop - 2 * unit);
  paintRr(canvas, picture, 6 * unit, lanesTop - 6 * unit);
  paintLanes(canvas, picture, lanesTop);
  paintTimes(canvas, picture);
}

/** A quiet hatch behind the RR intervals where the signal of a lead is bad, with a word where there is room. */
function paintEpisodes(canvas: CanvasRenderingContext2D, picture: OverviewPicture, bottom: number): void {
  const { episodes, fromSample, toSample, width, left, unit, palette } = picture;
  if (episodes.length === 0) return;
  const hatch = hatchOf(palette, unit);
  const pxPerSample = (width - left) / (toSample - fromSample);
  canvas.font = fontOf(palette, unit, 11);
  canvas.textAlign = 'left';
  canvas.textBaseline = 'top';
  let freeFrom = left;
  for (const { fromSample: first, toSample: end, kind, state } of episodes) {
    const x = Math.max(left, Math.round(left + (first - fromSample) * pxPerSample));
    const to = Math.min(width, Math.round(left + (end - fromSample) * pxPerSample));
    if (end <= fromSample || first >= toSample) continue;
    const wide = Math.max(Math.round(2 * unit), to - x);
    canvas.globalAlpha = state === 'confirmed' ? 0.9 : 0.5;
    canvas.fillStyle = hatch;
    canvas.fillRect(x, 0, wide, bottom);
    canvas.globalAlpha = 1;
    canvas.fillStyle = palette.ink3;
    canvas.fillRect(x, 0, wide, Math.max(1, Math.round((state === 'confirmed' ? 2 : 1) * unit)));
    const text = words.episode(kind, state);
    const textWidth = canvas.measureText(text).width;
    if (x < freeFrom || textWidth + 6 * unit > wide) continue;
    canvas.fillStyle = palette.ink2;
    canvas.fillText(text, x + 3 * unit, 4 * unit);
    freeFrom = x + textWidth + 6 * unit;
  }
}

function paintRr(canvas: CanvasRenderingContext2D, picture: OverviewPicture, top: number, bottom: number): void {
  const { beats, samplingHz, width, left, unit, palette } = picture;
  const { leastS, mostS } = rrRange(beats, samplingHz);
  const yOf = (rrS: number) =>
    bottom - ((Math.min(mostS, Math.max(leastS, rrS)) - leastS) / (mostS - leastS)) * (bottom - top);
  canvas.font = fontOf(palette, unit, 11);
  canvas.textAlign = 'right';
  canvas.textBaseline = 'middle';
  for (const tick of [mostS, (leastS + mostS) / 2, leastS]) {
    const y = Math.round(yOf(tick));
    canvas.fillStyle = palette.line;
    canvas.fillRect(left, y, width - left, 1);
    canvas.fillStyle = palette.ink2;
    canvas.fillText(
      tick.toFixed(tick === leastS || tick === mostS ? 1 : 2),
      left - 6 * unit,
      Math.min(y + unit, bottom),
    );
  }
  canvas.textAlign = 'left';
  canvas.fillText(words.rrSeconds, 4 * unit, (top + bottom) / 2 - 12 * unit, left - 30 * unit);
  canvas.drawImage(rrDots(picture, yOf), 0, 0);
}

/** Dots of all beats, written as pixels: a day has a hundred thousand. */
function rrDots(picture: OverviewPicture, yOf: (rrS: number) => number): OffscreenCanvas {
  const { beats, samplingHz, fromSample, toSample, width, height, left, unit, palette } = picture;
  const dots = new OffscreenCanvas(width, height);
  const canvas = dots.getContext('2d')!;
  const image = canvas.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const pxPerSample = (width - left) / (toSample - fromSample);
  const side = Math.max(1, Math.round(1.5 * unit));
  const first = Math.max(1, firstBeatFrom(beats.atSample, fromSample));
  const end = firstBeatFrom(beats.atSample, toSample);
  const { atSample, label, flags } = beats;
  const normal = indexOf('N');
  for (const beatClass of dotOrder) {
    const drawn = indexOf(beatClass);
    const pixel = pixelOf(palette.classes[drawn], drawn === normal ? 0.45 : 1);
    for (let i = first; i < end; i++) {
      const isDrawn = label[i] === drawn || (drawn === normal && label[i] === noLabel);
      if (!isDrawn || (flags[i] | flags[i - 1]) & beatFlags.artifact) continue;
      const x = Math.round(left + (atSample[i] - fromSample) * pxPerSample);
      const y = Math.round(yOf((atSample[i] - atSample[i - 1]) / samplingHz));
      const endX = Math.min(x + side, width);
      for (let row = y; row < y + side; row++)
        for (let column = x; column < endX; column++) pixels[row * width + column] = pixel;
    }
  }
  canvas.putImageData(image, 0, 0);
  return dots;
}

/** A resolved colour, `rgb(r, g, b)`, as one little-endian pixel. */
function pixelOf(color: string, opacity: number): number {
  const [red, green, blue] = (color.match(/[\d.]+/g) ?? []).map(Number);
  return ((Math.round(255 * opacity) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

function paintLanes(canvas: CanvasRenderingContext2D, picture: OverviewPicture, top: number): void {
  const { beats, fromSample, toSample, width, left, unit, palette } = picture;
  const slot = Math.max(2, Math.round(slotPx * unit));
  const slots = Math.max(1, Math.ceil((width - left) / slot));
  const samplesPerSlot = ((toSample - fromSample) * slot) / (width - left);
  const counts = slotCounts(beats, fromSample, samplesPerSlot, slots);
  const most = Math.max(4, ...counts.map((lane) => lane.reduce((a, b) => Math.max(a, b), 0)));
  const lane = laneHeight * unit;
  canvas.textAlign = 'right';
  canvas.textBaseline = 'middle';
  canvas.font = fontOf(palette, unit, 11, 600);
  laneClasses.forEach((beatClass, row) => {
    const laneTop = Math.round(top + row * lane);
    const foot = Math.round(top + (row + 1) * lane) - 1;
    canvas.fillStyle = row % 2 ? palette.surface : palette.surface2;
    canvas.fillRect(left, laneTop, width - left, foot + 1 - laneTop);
    canvas.fillStyle = palette.classes[indexOf(beatClass)];
    canvas.fillText(beatClass, left - 6 * unit, laneTop + lane / 2 + unit);
    for (let s = 0; s < slots; s++) {
      const count = counts[row][s];
      if (count === 0) continue;
      const barHeight = Math.max(Math.round(2 * unit), Math.round((count / most) * (lane - 2 * unit)));
      canvas.fillRect(left + s * slot, foot - barHeight, slot - 1, barHeight);
    }
  });
}

function paintTimes(canvas: CanvasRenderingContext2D, picture: OverviewPicture): void {
  const { samplingHz, fromSample, toSample, width, height, left, unit, palette } = picture;
  const pxPerS = ((width - left) / (toSample - fromSample)) * samplingHz;
  const stepS = labelStepS(pxPerS, 110 * unit);
  const y = height - (axisHeight / 2 - 1) * unit;
  canvas.font = fontOf(palette, unit, 11);
  canvas.textAlign = 'left';
  for (let k = Math.ceil(fromSample / samplingHz / stepS); k * stepS * samplingHz < toSample; k++) {
    const x = Math.round(left + (k * stepS - fromSample / samplingHz) * pxPerS);
    const text = clockOfSample(k * stepS * samplingHz, samplingHz, 0);
    if (x + canvas.measureText(text).width + 6 * unit > width) break;
    canvas.fillStyle = palette.line2;
    canvas.fillRect(x, height - Math.round(axisHeight * unit), 1, Math.round(6 * unit));
    canvas.fillStyle = palette.ink2;
    canvas.fillText(text, x + 4 * unit, y);
  }
}
