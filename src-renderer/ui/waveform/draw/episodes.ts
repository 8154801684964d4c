import type { PaperFrame } from '../paper-scene.ts';
import { paperWords as words } from '../words.ts';
import type { TraceWindow } from '../trace-window.ts';
import { drawPlate, fontOf, hatchFrom } from './leads.ts';

/** Behind the trace: a quiet hatch where the signal is bad, fainter while nobody has confirmed it. */
export function drawEpisodes({ canvas, scene, layout, x0, pxPerSample }: PaperFrame, hatch: CanvasPattern): void {
  for (const { leads, fromSample, toSample, state } of scene.episodes) {
    const from = Math.max(layout.left, Math.round(x0 + fromSample * pxPerSample));
    const to = Math.min(layout.width, Math.round(x0 + toSample * pxPerSample));
    if (to <= from) continue;
    for (const lane of layout.lanes.filter((_, row) => leads.includes(scene.leads[row]))) {
      canvas.fillStyle = hatchFrom(hatch, x0, layout.unit);
      canvas.globalAlpha = state === 'confirmed' ? 0.8 : 0.4;
      canvas.fillRect(from, lane.top, to - from, lane.height);
      canvas.globalAlpha = 1;
      canvas.fillStyle = scene.palette.ink3;
      canvas.fillRect(
        from,
        lane.top,
        to - from,
        Math.max(1, Math.round((state === 'confirmed' ? 2 : 1) * layout.unit)),
      );
    }
  }
}

/** Over the trace: what each episode is, and that a gap is one, in words at its left end in sight. */
export function drawEpisodeWords(frame: PaperFrame, window: TraceWindow): void {
  const { canvas, scene, layout, x0, pxPerSample } = frame;
  const { unit } = layout;
  canvas.font = fontOf(scene.palette, unit, 11, 500);
  canvas.textAlign = 'left';
  canvas.textBaseline = 'middle';
  const write = (row: number, fromSample: number, toSample: number, text: string) => {
    const from = Math.max(layout.left, Math.round(x0 + fromSample * pxPerSample));
    const to = Math.min(layout.width, Math.round(x0 + toSample * pxPerSample));
    const width = canvas.measureText(text).width;
    if (to - from < width + 10 * unit) return;
    const { top } = layout.lanes[row];
    drawPlate(canvas, scene.palette, from + 3 * unit, top + 15 * unit, width + 6 * unit, 14 * unit);
    canvas.fillStyle = scene.palette.ink2;
    canvas.fillText(text, from + 6 * unit, top + 22 * unit);
  };
  scene.leads.forEach((lead, row) => {
    for (const { leads, fromSample, toSample, state, kind } of scene.episodes)
      if (leads.includes(lead) && toSample > frame.fromSample && fromSample < frame.toSample)
        write(row, fromSample, toSample, words.episode(kind, state));
    for (const { fromSample, toSample } of window.gaps[lead] ?? []) write(row, fromSample, toSample, words.gap);
  });
}
