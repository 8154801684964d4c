import type { PaperFrame } from '../paper-scene.ts';
import { fontOf } from './leads.ts';

const names = { p: 'P', qrs: 'QRS', t: 'T' } as const;

/**
 * Where the waves of the current beat begin and end: in each lead a bracket at the foot of its lane, with the wave's
 * name where there is room. Quiet, as they are the program's and nobody's label.
 */
export function drawWaves({ canvas, scene, layout, x0, pxPerSample }: PaperFrame): void {
  const { waves, palette, leads } = scene;
  if (!waves) return;
  const { unit, left, width } = layout;
  const line = Math.max(1, Math.round(unit));
  canvas.textAlign = 'center';
  canvas.textBaseline = 'bottom';
  canvas.font = fontOf(palette, unit, 11);
  leads.forEach((leadIndex, row) => {
    const lane = layout.lanes[row];
    // The first lane's times stand at its foot.
    const foot = Math.round(lane.top + lane.height - (row === 0 ? 20 : 3) * unit);
    for (const key of ['p', 'qrs', 't'] as const) {
      const wave = waves[leadIndex]?.[key];
      if (!wave) continue;
      const [from, to] = [wave.onset, wave.offset].map((sample) => Math.round(x0 + sample * pxPerSample));
      if (to < left || from > width) continue;
      canvas.fillStyle = palette.ink3;
      const start = Math.max(left, from);
      canvas.fillRect(start, foot, Math.min(width, to) - start, line);
      for (const x of [from, to])
        if (x >= left && x <= width) canvas.fillRect(x, foot - Math.round(7 * unit), line, Math.round(7 * unit));
      const middle = (from + to) / 2;
      const isRoomy = to - from > canvas.measureText(names[key]).width + 4 * unit;
      canvas.fillStyle = palette.ink2;
      if (isRoomy && middle > left && middle < width) canvas.fillText(names[key], middle, foot - unit);
    }
  });
}
