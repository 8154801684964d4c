import { clockOfSample } from '../../../../src-main/domain/time.ts';
import { type Area, drawGrid } from '../../paper/grid.ts';
import type { Palette } from '../../paper/palette.svelte.ts';
import { labelStepS, standardScale } from '../../paper/scale.ts';
import type { OffScalePeak } from '../off-scale.ts';
import type { PaperFrame } from '../paper-scene.ts';
import { isInMv, type TraceWindow } from '../trace-window.ts';
import { paperWords as words } from '../words.ts';

/** Long lines are painted in pieces: a software rasteriser takes far more than twice as long for twice the line. */
const pointsAtOnce = 256;
const traceWidthPx = 1.15;
/** A line of one device pixel takes a software rasteriser a tenth of the time of any wider: stroked twice it is as dark. */
const thinPx = 1.5;
/** A lane lower than this has no room for remarks below its name. */
const shortLanePx = 84;

export const fontOf = (palette: Palette, unit: number, sizePx: number, weight = 400): string =>
  `${weight} ${sizePx * unit}px ${palette.font}`;

/** The printed paper of all lanes, which lie below each other; beyond the record is no paper. */
export function drawLanes({ canvas, scene, layout, x0, pxPerSample }: PaperFrame): void {
  const { palette, header, speedMmPerS } = scene;
  const [first] = layout.lanes;
  if (!first) return;
  const { left, top, width } = first;
  const height = layout.lanes.reduce((sum, lane) => sum + lane.height, 0);
  const endX = Math.min(layout.width, x0 + header.lengthSamples * pxPerSample);
  const paper: Area = { left, top, width: Math.max(0, Math.round(endX) - left), height };
  const bands = layout.lanes.map((lane) => ({ ...lane, lineY: lane.top }));
  drawGrid(canvas, paper, Math.round(left - x0), bands, layout.mm, speedMmPerS, palette);
  canvas.fillStyle = palette.surface2;
  canvas.fillRect(left + paper.width, top, width - paper.width, height);
}

/** Hatches a stretch without signal: missing is never zero. */
export function drawGaps(
  { canvas, layout, scene, x0, pxPerSample }: PaperFrame,
  row: number,
  window: TraceWindow,
  hatch: CanvasPattern,
): void {
  const lane = layout.lanes[row];
  for (const gap of window.gaps[scene.leads[row]] ?? []) {
    const from = Math.max(lane.left, Math.round(x0 + gap.fromSample * pxPerSample));
    const to = Math.min(layout.width, Math.round(x0 + gap.toSample * pxPerSample));
    if (to <= from) continue;
    canvas.fillStyle = scene.palette.surface2;
    canvas.fillRect(from, lane.top, to - from, lane.height);
    canvas.fillStyle = hatchFrom(hatch, x0, layout.unit);
    canvas.fillRect(from, lane.top, to - from, lane.height);
  }
}

/** Lines go on from one column of the paper to the next. */
export function hatchFrom(hatch: CanvasPattern, x0: number, unit: number): CanvasPattern {
  hatch.setTransform({ e: x0 % hatchSide(unit) });
  return hatch;
}

const hatchSide = (unit: number) => Math.max(4, Math.round(8 * unit));

/** Diagonal lines for `drawGaps`. */
export function hatchOf(palette: Palette, unit: number): CanvasPattern {
  const side = hatchSide(unit);
  const cell = new OffscreenCanvas(side, side);
  const canvas = cell.getContext('2d')!;
  canvas.strokeStyle = palette.line2;
  canvas.lineWidth = unit;
  canvas.beginPath();
  for (const shift of [-side, 0, side]) {
    canvas.moveTo(shift, side);
    canvas.lineTo(shift + side, 0);
  }
  canvas.stroke();
  return canvas.createPattern(cell, 'repeat')!;
}

/** The trace of one lane, clipped to it. */
export function drawTrace(frame: PaperFrame, row: number, window: TraceWindow): void {
  const { canvas, scene, layout, x0, pxPerSample } = frame;
  const zeroY = frame.zeroYs[row];
  const yPerMv = -scene.gainMmPerMv * layout.mm;
  const lane = layout.lanes[row];
  const ys = window.ys[scene.leads[row]];
  const { xs } = window;
  const first = window.pointBefore(frame.fromSample - window.binSamples);
  const last = window.pointBefore(frame.toSample + window.binSamples);
  canvas.save();
  canvas.beginPath();
  canvas.rect(lane.left, lane.top, lane.width, lane.height);
  canvas.clip();
  canvas.strokeStyle = scene.palette.trace;
  const isThin = traceWidthPx * layout.unit < thinPx;
  canvas.lineWidth = isThin ? 1 : traceWidthPx * layout.unit;
  canvas.lineJoin = 'bevel';
  for (let from = first; from < last; from += pointsAtOnce) {
    const to = Math.min(last, from + pointsAtOnce);
    let isDown = false;
    canvas.beginPath();
    for (let i = from; i <= to; i++) {
      const mv = ys[i];
      if (mv !== mv)
        isDown = false; // NaN: a gap
      else {
        const x = x0 + xs[i] * pxPerSample;
        const y = zeroY + mv * yPerMv;
        if (isDown) canvas.lineTo(x, y);
        else canvas.moveTo(x, y);
        isDown = true;
      }
    }
    canvas.stroke();
    if (isThin) canvas.stroke();
  }
  canvas.restore();
}

/** A chevron at the edge of the lane wherever the trace leaves it, with its peak in mV where none stands close before. */
export function drawOffScale(frame: PaperFrame, row: number, peaks: readonly OffScalePeak[]): void {
  if (peaks.length === 0) return;
  const { canvas, scene, layout, x0, pxPerSample } = frame;
  const { unit } = layout;
  const lane = layout.lanes[row];
  canvas.font = fontOf(scene.palette, unit, 11, 600);
  canvas.textAlign = 'left';
  canvas.textBaseline = 'middle';
  const half = 4.5 * unit;
  const room = 48 * unit;
  let last = -Infinity;
  for (const peak of peaks) {
    const x = Math.round(x0 + peak.atSample * pxPerSample);
    const isFree = x - last >= room;
    last = x;
    if (x + room < lane.left || x - half > layout.width) continue;
    const tip = peak.isAbove ? lane.top + unit : lane.top + lane.height - unit;
    const base = peak.isAbove ? tip + 7 * unit : tip - 7 * unit;
    canvas.fillStyle = scene.palette.err;
    canvas.beginPath();
    canvas.moveTo(x, tip);
    canvas.lineTo(x - half, base);
    canvas.lineTo(x + half, base);
    canvas.fill();
    if (!isFree) continue;
    const text = words.mv(peak.mv);
    const width = canvas.measureText(text).width;
    const textX = x + half + 3 * unit;
    const y = (tip + base) / 2 + (peak.isAbove ? unit : -unit);
    drawPlate(canvas, scene.palette, textX - 2 * unit, y - 6 * unit, width + 4 * unit, 12 * unit);
    canvas.fillStyle = scene.palette.err;
    canvas.fillText(text, textX, y);
  }
}

/** A ground of paper under a text, so that it is read off the grid and not off the trace. */
export function drawPlate(
  canvas: CanvasRenderingContext2D,
  palette: Palette,
  x: number,
  y: number,
  width: number,
  height: number,
) {
  canvas.globalAlpha = 0.86;
  canvas.fillStyle = palette.paper;
  canvas.fillRect(Math.round(x), Math.round(y), Math.round(width), Math.round(height));
  canvas.globalAlpha = 1;
}

/** Times along the bottom of the first lane. */
export function drawTimes(frame: PaperFrame): void {
  const { canvas, scene, layout, x0, pxPerSample } = frame;
  const { samplingHz, lengthSamples } = scene.header;
  const { unit, lanes } = layout;
  if (lanes.length === 0) return;
  const stepS = labelStepS(pxPerSample * samplingHz, 120 * unit);
  const decimals = stepS < 1 ? 1 : 0;
  const y = lanes[0].top + lanes[0].height - 10 * unit;
  canvas.font = fontOf(scene.palette, unit, 11);
  canvas.textAlign = 'center';
  canvas.textBaseline = 'middle';
  const reach = (60 * unit) / pxPerSample;
  const endS = Math.min(frame.toSample + reach, lengthSamples) / samplingHz;
  for (let k = Math.max(1, Math.ceil((frame.fromSample - reach) / samplingHz / stepS)); k * stepS <= endS; k++) {
    const sample = k * stepS * samplingHz;
    const text = clockOfSample(sample, samplingHz, decimals);
    const half = canvas.measureText(text).width / 2 + 3 * unit;
    const x = x0 + sample * pxPerSample;
    drawPlate(canvas, scene.palette, x - half, y - 7 * unit, 2 * half, 14 * unit);
    canvas.fillStyle = scene.palette.ink2;
    canvas.fillText(text, x, y);
  }
}

/** What the trace is where it is not every sample. */
export function drawEnvelope({ canvas, scene, layout }: PaperFrame): void {
  const { unit, lanes } = layout;
  if (lanes.length === 0) return;
  canvas.font = fontOf(scene.palette, unit, 11);
  canvas.textAlign = 'center';
  canvas.textBaseline = 'middle';
  const lane = lanes[lanes.length - 1];
  const text = words.envelope(scene.samplesPerPx);
  const width = canvas.measureText(text).width + 6 * unit;
  const top = lane.top + lane.height - 17 * unit;
  drawPlate(canvas, scene.palette, layout.width - width - 4 * unit, top, width, 14 * unit);
  canvas.fillStyle = scene.palette.ink3;
  canvas.fillText(text, layout.width - 4 * unit - width / 2, top + 7 * unit);
}

/** Names, calibration pulses and the names of the lanes, left of the paper. */
export function drawGutter(frame: PaperFrame, offScale: readonly boolean[]): void {
  const { canvas, scene, layout } = frame;
  const { palette, header, leads, others } = scene;
  const { unit, left } = layout;
  canvas.fillStyle = palette.surface;
  canvas.fillRect(0, 0, left, layout.height);
  canvas.textBaseline = 'middle';
  canvas.textAlign = 'right';
  canvas.font = fontOf(palette, unit, 11);
  canvas.fillStyle = palette.ink2;
  const right = left - 6 * unit;
  const name = (text: string, area: Area, at = area.top + area.height / 2) => {
    if (area.height > 0) canvas.fillText(text, right, at, left - 8 * unit);
  };
  name(words.label, layout.labels, layout.labels.top + 13 * unit);
  others.forEach((labels, row) => name(labels.name, layout.others[row]));
  name(words.attribution, layout.attribution);
  name(words.rr, layout.rr, layout.rr.top + 12 * unit);
  canvas.textAlign = 'left';
  layout.lanes.forEach((lane, row) => {
    const lead = header.leads[leads[row]];
    const isShort = lane.height < shortLanePx * unit;
    const remark = !isInMv(lead) ? words.units(lead) : offScale[row] ? words.peakIn : undefined;
    const below = remark && !isShort ? remark.lines : [];
    canvas.font = fontOf(palette, unit, 12, 600);
    canvas.fillStyle = palette.ink;
    canvas.fillText(lead.name, 8 * unit, lane.top + 12 * unit, left - 10 * unit);
    canvas.font = fontOf(palette, unit, 11, 500);
    canvas.fillStyle = isInMv(lead) ? palette.err : palette.ink3;
    below.forEach((text, line) => canvas.fillText(text, 8 * unit, lane.top + (27 + 13 * line) * unit));
    if (remark && isShort && lane.height >= 48 * unit) {
      canvas.textAlign = 'right';
      canvas.fillText(remark.short, right, lane.top + 26 * unit);
      canvas.textAlign = 'left';
    }
    if (isInMv(lead)) drawPulse(frame, lane, lane.height - (22 + 13 * below.length) * unit);
    canvas.fillStyle = palette.line2;
    canvas.fillRect(0, lane.top + lane.height - 1, layout.width, 1);
  });
}

/** 1 mV as high, and 200 ms as wide, as the lead draws it; less where the lane has no room, which is then written. */
function drawPulse({ canvas, scene, layout }: PaperFrame, lane: Area, room: number): void {
  const { unit, mm } = layout;
  const mv = [1, 0.5, 0.2, 0.1].find((one) => one * scene.gainMmPerMv * mm <= room);
  if (mv === undefined) return;
  const foot = Math.round(lane.top + lane.height - 8 * unit) + 0.5;
  const top = foot - Math.round(mv * scene.gainMmPerMv * mm);
  const most = mv === 1 ? 22 : 8;
  const width = Math.round(Math.min(most * unit, 5 * mm * (scene.speedMmPerS / standardScale.speedMmPerS)));
  const x = Math.round((mv === 1 ? 10 : 5) * unit) + 0.5;
  const foreleg = Math.round(3 * unit);
  canvas.strokeStyle = scene.palette.ink2;
  canvas.lineWidth = Math.max(1, Math.round(unit));
  canvas.lineJoin = 'miter';
  canvas.beginPath();
  canvas.moveTo(x - foreleg, foot);
  canvas.lineTo(x, foot);
  canvas.lineTo(x, top);
  canvas.lineTo(x + width, top);
  canvas.lineTo(x + width, foot);
  canvas.lineTo(x + width + foreleg, foot);
  canvas.stroke();
  if (mv === 1) return;
  canvas.font = fontOf(scene.palette, unit, 11);
  canvas.fillStyle = scene.palette.ink2;
  canvas.fillText(words.pulse(mv), x + width + 2 * unit, foot - 7 * unit, layout.left - x - width - 4 * unit);
}
