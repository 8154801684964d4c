import { type BeatTable, beatFlags, labelOrigins, noLabel } from '../../../../src-main/domain/beat.ts';
import { beatClasses } from '../../../../src-main/domain/beat-class.ts';
import { firstBeatFrom, stretchFrom, stretchTo } from '../../paper/beat-search.ts';
import type { Area } from '../../paper/grid.ts';
import { markRoom } from '../../paper/mark-places.ts';
import { markSize } from '../../paper/mark-shape.ts';
import { fontOf } from './leads.ts';
import { drawTick } from './marks.ts';
import type { PaperFrame } from '../paper-scene.ts';
import { modelClass, paperWords as words } from '../words.ts';

/** Least probability that is not written bold. */
const surelyFrom = 0.8;

/** The current beat where anything of it may be in sight, else -1. */
const currentIndex = ({ scene: { currentIndex: at }, firstBeat, endBeat }: PaperFrame): number =>
  at >= firstBeat && at < endBeat ? at : -1;

/** Left and right edge of a beat's stretch. */
function bandOf({ scene, x0, pxPerSample }: PaperFrame, index: number): { from: number; to: number } {
  const { beats, header } = scene;
  const at = (sample: number) => Math.round(x0 + sample * pxPerSample);
  return {
    from: at(stretchFrom(beats.atSample, index, header.samplingHz)),
    to: at(stretchTo(beats.atSample, index, header.samplingHz)),
  };
}

/** Grounds of the rows that are no leads, before anything lies on them. */
export function drawRows({ canvas, scene, layout }: PaperFrame): void {
  const { palette } = scene;
  const fill = (area: Area, color: string) => {
    canvas.fillStyle = color;
    canvas.fillRect(area.left, area.top, area.width, area.height);
  };
  fill(layout.labels, palette.paper);
  layout.others.forEach((row) => fill(row, palette.surface2));
  fill(layout.attribution, palette.surface2);
  fill(layout.rr, palette.surface);
}

/** The stretches of the selected beats, through every row but the last; the current one has edges. */
export function drawSelection(frame: PaperFrame): void {
  const { canvas, scene, layout } = frame;
  const bottom = layout.rr.top;
  const current = currentIndex(frame);
  canvas.fillStyle = scene.palette.sel;
  canvas.globalAlpha = 0.62;
  const isSelected = (i: number) => i === current || scene.selection.has(scene.beats.beatId[i]);
  const last = scene.selection.size > 0 || current >= 0 ? frame.endBeat : frame.firstBeat;
  for (let i = frame.firstBeat; i < last; i++) {
    if (!isSelected(i)) continue;
    const { from, to } = bandOf(frame, i);
    let end = to;
    // Bands that touch are one: all of a day may be selected.
    for (; i + 1 < last && isSelected(i + 1) && bandOf(frame, i + 1).from <= end; i++) end = bandOf(frame, i + 1).to;
    canvas.fillRect(from, 0, end - from, bottom);
  }
  canvas.globalAlpha = 1;
  if (current < 0) return;
  const { from, to } = bandOf(frame, current);
  canvas.fillStyle = scene.palette.selLine;
  const edge = Math.max(1, Math.round(layout.unit));
  canvas.fillRect(from, 0, edge, bottom);
  canvas.fillRect(to - edge, 0, edge, bottom);
}

/**
 * How much each stretch weighed: bars in the band below the leads, strong for the current beat and light for the
 * others, and a tint behind the current complex. Height carries the weight, not colour; bars that are not to be relied
 * on are an outline.
 */
export function drawAttribution(frame: PaperFrame, part: 'tint' | 'bars'): void {
  const { canvas, scene, layout, x0, pxPerSample } = frame;
  const { attributions, beats, header, palette } = scene;
  const band = layout.attribution;
  if (!attributions || band.height === 0) return;
  const isTooDense = beatSpacing(frame) < 8 * layout.unit; // bars of one beat would lie on those of others
  const foot = band.top + band.height - 1;
  const most = band.height - 6 * layout.unit;
  const current = currentIndex(frame);
  if (part === 'bars') {
    canvas.fillStyle = palette.line2;
    canvas.fillRect(band.left, foot, band.width, 1);
  }
  if (isTooDense) return;
  for (let i = frame.firstBeat; i < frame.endBeat; i++) {
    const attribution = attributions.get(beats.beatId[i]);
    if (!attribution || (part === 'tint' && i !== current)) continue;
    const from = stretchFrom(beats.atSample, i, header.samplingHz);
    const to = stretchTo(beats.atSample, i, header.samplingHz);
    const width = attribution.samplesPerBar * pxPerSample;
    const gap = width >= 4 ? 1 : 0;
    canvas.fillStyle = i === current ? palette.attr : palette.attr2;
    let lastHeight = 0;
    for (let k = 0; k < attribution.weights.length; k++) {
      const sample = beats.atSample[i] + attribution.fromOffset + k * attribution.samplesPerBar;
      const weight = attribution.weights[k];
      if (sample + attribution.samplesPerBar <= from || sample >= to) continue;
      const x = Math.round(x0 + sample * pxPerSample);
      const barWidth = Math.max(1, Math.round(x0 + (sample + attribution.samplesPerBar) * pxPerSample) - x - gap);
      if (x + barWidth < layout.left || x > layout.width) continue;
      const height = Math.round(weight * most);
      if (part === 'tint') {
        canvas.globalAlpha = 0.28 * weight;
        for (const lane of layout.lanes) canvas.fillRect(x, lane.top, barWidth + gap, lane.height);
      } else if (attribution.isFaithful) canvas.fillRect(x, foot - height, barWidth, height);
      else if (height > 0 || lastHeight > 0) {
        canvas.fillRect(x, foot - height, barWidth + gap, 1);
        canvas.fillRect(x, foot - Math.max(height, lastHeight), 1, Math.abs(height - lastHeight));
        lastHeight = height;
      }
    }
    canvas.globalAlpha = 1;
  }
}

/** Marks of the beats and, below each where there is room, how sure the model is or what a person did. */
export function drawLabels(frame: PaperFrame, places: Uint8Array): void {
  const { canvas, scene, layout, marks, x0, pxPerSample } = frame;
  const { beats, palette } = scene;
  const { unit, labels } = layout;
  const markY = labels.top + 13 * unit;
  const textY = labels.top + 31 * unit;
  const current = currentIndex(frame);
  const tick = Math.round(6 * unit);
  const footY = labels.top + labels.height;
  canvas.textAlign = 'center';
  canvas.textBaseline = 'middle';
  drawTicks(frame, footY - tick, tick);
  for (let i = frame.firstBeat; i < frame.endBeat; i++) {
    if (places[i] === markRoom.none) continue;
    const x = Math.round(x0 + beats.atSample[i] * pxPerSample);
    const isArtifact = (beats.flags[i] & beatFlags.artifact) !== 0;
    if (i === current) continue;
    marks.draw(canvas, x, markY, labelOrigins[beats.origin[i]], beats.label[i], isArtifact);
    if (places[i] === markRoom.markAndText) drawLabelText(frame, i, x, textY, false);
  }
  if (current < 0) return;
  const x = Math.round(x0 + beats.atSample[current] * pxPerSample);
  if (places[current] !== markRoom.markAndText) {
    canvas.fillStyle = palette.sel;
    canvas.fillRect(x - 20 * unit, labels.top, 40 * unit, labels.height - tick);
  }
  const isArtifact = (beats.flags[current] & beatFlags.artifact) !== 0;
  marks.draw(canvas, x, markY, labelOrigins[beats.origin[current]], beats.label[current], isArtifact);
  drawLabelText(frame, current, x, textY, true);
}

/** Where each beat is, in its class's colour; of several in one column the rarest class is seen. */
function drawTicks({ canvas, scene, layout, x0, pxPerSample, ...frame }: PaperFrame, top: number, height: number) {
  const { beats, palette } = scene;
  const width = Math.max(1, Math.round(layout.unit));
  let [column, shown] = [-1, -1];
  const draw = () => {
    if (shown < 0 || column + width < layout.left || column > layout.width) return;
    canvas.fillStyle = shown < palette.classes.length ? palette.classes[shown] : palette.ink3;
    canvas.fillRect(column, top, width, height);
  };
  for (let i = frame.firstBeat; i < frame.endBeat; i++) {
    const x = Math.round(x0 + beats.atSample[i] * pxPerSample);
    const tick = beats.flags[i] & beatFlags.artifact ? noLabel : beats.label[i];
    if (x !== column) {
      draw();
      [column, shown] = [x, tick];
    } else if (rarity(tick) > rarity(shown)) shown = tick;
  }
  draw();
}

/** V and F before S and Q before N before no class. */
const rarity = (label: number): number => 'NQSFV'.indexOf(beatClasses[label] ?? '-');

/** Mean distance between the beats of the record, in device pixels: what is left out at a scale is so everywhere. */
const beatSpacing = ({ scene: { beats }, pxPerSample }: PaperFrame): number => {
  const { atSample } = beats;
  return atSample.length < 2
    ? Infinity
    : ((atSample[atSample.length - 1] - atSample[0]) / (atSample.length - 1)) * pxPerSample;
};

function drawLabelText({ canvas, scene, layout }: PaperFrame, i: number, x: number, y: number, isCurrent: boolean) {
  const { beats, palette } = scene;
  const { unit } = layout;
  const origin = labelOrigins[beats.origin[i]];
  if (origin === 'confirmed' && beats.flags[i] === 0) {
    drawTick(canvas, x, y, unit, isCurrent ? palette.ink : palette.ink2);
    return;
  }
  const { text, isBold } = belowMark(beats, i);
  canvas.font = fontOf(palette, unit, 11, isBold ? 700 : 400);
  canvas.fillStyle = isBold || isCurrent ? palette.ink : palette.ink2;
  canvas.fillText(text, x, y);
}

function belowMark(beats: BeatTable, i: number): { text: string; isBold: boolean } {
  if (beats.flags[i] & beatFlags.artifact) return { text: words.artifact, isBold: false };
  if (beats.flags[i] & beatFlags.forLater) return { text: words.later, isBold: true };
  if (labelOrigins[beats.origin[i]] === 'changed') {
    const model = modelClass(beats, i);
    return { text: model === undefined ? '' : words.was(beatClasses[model]), isBold: false };
  }
  if (beats.label[i] === noLabel) return { text: '', isBold: false };
  const p = beats.probabilities[i * beatClasses.length + beats.label[i]];
  return Number.isNaN(p) ? { text: '', isBold: false } : { text: words.percent(p), isBold: p < surelyFrom };
}

/** What a reference, a second reader or a model says, each in a row under what this record says. */
export function drawOthers(frame: PaperFrame, places: readonly Uint8Array[]): void {
  const { canvas, scene, layout, marks, x0, pxPerSample } = frame;
  scene.others.forEach(({ atSample, label, shape }, row) => {
    const { top, height } = layout.others[row];
    const reach = (markSize * layout.unit) / pxPerSample;
    for (let i = firstBeatFrom(atSample, frame.fromSample - reach); i < atSample.length; i++) {
      if (atSample[i] > frame.toSample + reach) break;
      const x = Math.round(x0 + atSample[i] * pxPerSample);
      if (places[row][i] === markRoom.none) continue;
      marks.draw(canvas, x, top + height / 2, shape, label[i]);
    }
  });
}

/** RR intervals in ms between the beats they lie between; none is drawn over an artifact or a gap. */
export function drawRr(frame: PaperFrame, hasGap: (fromSample: number, toSample: number) => boolean): void {
  const { canvas, scene, layout, x0, pxPerSample } = frame;
  const { beats, header, palette } = scene;
  const { unit, rr } = layout;
  const y = rr.top + 12 * unit;
  const tickTop = Math.round(rr.top + 6 * unit);
  const tickHeight = Math.round(12 * unit);
  const room = 30 * unit;
  canvas.font = fontOf(palette, unit, 11);
  canvas.textAlign = 'center';
  canvas.textBaseline = 'middle';
  canvas.fillStyle = palette.line2;
  if (beatSpacing(frame) < room / 2) return;
  for (let i = frame.firstBeat; i < frame.endBeat; i++) {
    canvas.fillRect(Math.round(x0 + beats.atSample[i] * pxPerSample), tickTop, 1, tickHeight);
  }
  canvas.fillStyle = palette.ink2;
  for (let i = frame.firstBeat; i + 1 < frame.endBeat; i++) {
    if ((beats.flags[i] | beats.flags[i + 1]) & beatFlags.artifact) continue;
    const from = x0 + beats.atSample[i] * pxPerSample;
    const to = x0 + beats.atSample[i + 1] * pxPerSample;
    const x = (from + to) / 2;
    if (to - from < room || hasGap(beats.atSample[i], beats.atSample[i + 1])) continue;
    canvas.fillText(String(Math.round(((beats.atSample[i + 1] - beats.atSample[i]) / header.samplingHz) * 1000)), x, y);
  }
}

/** What a drag would do: the line a mark would stand on, or the stretch that would be selected. */
export function drawDrag({ canvas, scene, layout, x0, pxPerSample }: PaperFrame): void {
  const { drag, palette } = scene;
  if (!drag) return;
  const xOf = (sample: number) => Math.min(layout.width, Math.max(layout.left, Math.round(x0 + sample * pxPerSample)));
  canvas.fillStyle = palette.selLine;
  if (drag.kind === 'mark') {
    canvas.fillRect(xOf(drag.toSample), 0, Math.max(1, Math.round(layout.unit)), layout.rr.top);
    return;
  }
  const [from, to] = [xOf(drag.fromSample), xOf(drag.toSample)].sort((a, b) => a - b);
  canvas.globalAlpha = 0.25;
  canvas.fillRect(from, 0, to - from, layout.rr.top);
  canvas.globalAlpha = 1;
}
