/**
 * Frame times of the ECG paper in a Chromium that draws without a graphics processor:
 * `node test/speed/screen-parts.ts [leads]`. Prints milliseconds between frames (16.7 is a frame of 60 a second) and
 * the processor time a frame took in all processes of the browser, which other load does not change; the still page
 * shows what the machine itself costs.
 */
import { cpus } from 'node:os';
import { openHarness } from '../support/ui-harness/open-harness.ts';

const leads = Number(process.argv[2] ?? 2);
const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
const secondsEach = 4;

interface Scene {
  readonly name: string;
  readonly query: string;
  /** Times real time; 0 pans by an odd number of pixels each frame instead. */
  readonly rate: number;
  readonly isStill?: boolean;
}
const scenes: readonly Scene[] = [
  { name: 'still page', query: 'speed=25', rate: 0, isStill: true },
  { name: 'play ×1 at 25 mm/s', query: 'speed=25', rate: 1 },
  { name: 'play ×10 at 25 mm/s', query: 'speed=25', rate: 10 },
  { name: 'play ×60 at 25 mm/s', query: 'speed=25', rate: 60 },
  { name: 'play ×60 at 5 mm/s', query: 'speed=5', rate: 60 },
  { name: 'pan 37 px a frame at 25 mm/s', query: 'speed=25', rate: 0 },
  { name: 'play ×10, attribution and reference', query: 'speed=25&attribution=1&reference=1', rate: 10 },
];

const quantile = (sorted: readonly number[], share: number) => sorted[Math.floor((sorted.length - 1) * share)];

console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}, ${leads} leads, 30 min at 360 Hz`);
for (const size of sizes) {
  const harness = await openHarness(size);
  try {
    for (const scene of scenes) {
      await harness.open(`page=paper&theme=light&leads=${leads}&${scene.query}`);
      await harness.page.waitForTimeout(500);
      const cpuBefore = harness.cpuMs();
      const gaps = await harness.page.evaluate(
        ([rate, seconds, isStill]) =>
          new Promise<number[]>((done) => {
            const { viewport } = window as unknown as {
              viewport: { play: (rate: number) => void; panByPx: (px: number) => void };
            };
            const times: number[] = [];
            if (rate > 0) viewport.play(rate);
            const frame = (now: number) => {
              times.push(now);
              if (rate === 0 && !isStill) viewport.panByPx(37);
              if (now - times[0] < seconds * 1000) requestAnimationFrame(frame);
              else done(times.slice(1).map((time, i) => time - times[i]));
            };
            requestAnimationFrame(frame);
          }),
        [scene.rate, secondsEach, scene.isStill] as const,
      );
      const cpuMs = (harness.cpuMs() - cpuBefore) / gaps.length;
      const sorted = gaps.slice(5).sort((a, b) => a - b);
      const [median, p95, most] = [quantile(sorted, 0.5), quantile(sorted, 0.95), sorted[sorted.length - 1]];
      const figures = `median ${median.toFixed(1)}  p95 ${p95.toFixed(1)}  most ${most.toFixed(1)} ms, processor ${cpuMs.toFixed(1)} ms`;
      console.log(`${size.width}×${size.height}  ${scene.name.padEnd(38)} ${figures}  ${sorted.length} frames`);
    }
  } finally {
    await harness.close();
  }
}
