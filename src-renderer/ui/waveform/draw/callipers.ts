import { fontOf } from './leads.ts';
import type { PaperFrame } from '../paper-scene.ts';
import { paperWords as words } from '../words.ts';

/**
 * Two legs, the interval between them and what it measures; marching repeats it over the paper, which is arithmetic
 * and says nothing of the rhythm.
 * @param mvBetween  difference of the lead at the two legs, undefined in a gap or without calibration.
 */
export function drawCallipers(frame: PaperFrame, mvBetween: number | undefined): void {
  const { canvas, scene, layout, x0, pxPerSample } = frame;
  const { callipers, palette, header } = scene;
  if (!callipers || layout.lanes.length === 0) return;
  const { unit, left, width } = layout;
  const top = layout.lanes[0].top;
  const lastLane = layout.lanes[layout.lanes.length - 1];
  const bottom = lastLane.top + lastLane.height;
  const interval = callipers.toSample - callipers.fromSample;
  const line = Math.max(1, Math.round(unit));
  const xOf = (sample: number) => Math.round(x0 + sample * pxPerSample);
  canvas.fillStyle = palette.selLine;
  let marched = 0;
  if (callipers.isMarching && Math.abs(interval) * pxPerSample >= 4) {
    const step = Math.abs(interval);
    const start = Math.min(callipers.fromSample, callipers.toSample);
    for (let k = Math.ceil((frame.fromSample - start) / step); start + k * step < frame.toSample; k++) {
      const x = xOf(start + k * step);
      if (x < left) continue;
      marched++;
      if (k !== 0 && k !== 1)
        for (let y = top; y < bottom; y += 6 * unit) canvas.fillRect(x, Math.round(y), line, Math.round(3 * unit));
    }
  }
  const legs = [
    { x: xOf(callipers.fromSample), isActive: callipers.active === 'from' },
    { x: xOf(callipers.toSample), isActive: callipers.active === 'to' },
  ];
  for (const { x, isActive } of legs)
    if (x >= left && x <= width)
      canvas.fillRect(x - (isActive ? line : 0), top, isActive ? 2 * line : line, bottom - top);
  const from = Math.max(left, Math.min(legs[0].x, legs[1].x));
  const to = Math.min(width, Math.max(legs[0].x, legs[1].x));
  const y = Math.round(top + (lastLane.top + lastLane.height - top) * 0.4);
  if (to > from) canvas.fillRect(from, y, to - from, line);
  const ms = (Math.abs(interval) / header.samplingHz) * 1000;
  const lines = [
    [words.interval(ms), ...(ms > 0 ? [words.rate(ms)] : [])].join(' · '),
    [
      ...(mvBetween === undefined ? [] : [words.difference(mvBetween)]),
      words.samples(Math.abs(Math.round(interval))),
      ...(marched > 0 ? [`${words.marched} ×${marched}`] : []),
    ].join(' · '),
  ];
  canvas.textAlign = 'left';
  canvas.textBaseline = 'middle';
  canvas.font = fontOf(palette, unit, 12, 600);
  const boxWidth = Math.max(...lines.map((text) => canvas.measureText(text).width)) + 16 * unit;
  const boxX = Math.round(Math.min(width - boxWidth - 4 * unit, Math.max(left + 4 * unit, to + 6 * unit)));
  canvas.fillStyle = palette.paper;
  canvas.fillRect(boxX, y, Math.round(boxWidth), Math.round(38 * unit));
  canvas.strokeStyle = palette.selLine;
  canvas.lineWidth = line;
  canvas.strokeRect(boxX + line / 2, y + line / 2, Math.round(boxWidth), Math.round(38 * unit));
  lines.forEach((text, i) => {
    canvas.font = fontOf(palette, unit, i === 0 ? 12 : 11, i === 0 ? 600 : 400);
    canvas.fillStyle = i === 0 ? palette.ink : palette.ink2;
    canvas.fillText(text, boxX + 8 * unit, y + (11 + 16 * i) * unit);
  });
}
