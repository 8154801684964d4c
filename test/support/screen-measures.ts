import type { Page } from 'playwright-core';
import { quantile } from './machine.ts';

/** For so long frames are counted. */
export const framesMs = 4000;
export const rounded = (ms: number) => Math.round(ms * 10) / 10;

export interface Frames {
  readonly what: string;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly worstMs: number;
}

/** Times between frames for a while, with something going on. */
export async function frames(
  page: Page,
  what: string,
  act: () => Promise<void> = async () => undefined,
): Promise<Frames> {
  const measured = page.evaluate(
    (forMs) =>
      new Promise<number[]>((resolve) => {
        const gaps: number[] = [];
        const startMs = performance.now();
        let lastMs = startMs;
        const frame = (nowMs: number) => {
          gaps.push(nowMs - lastMs);
          lastMs = nowMs;
          if (nowMs - startMs < forMs) requestAnimationFrame(frame);
          else resolve(gaps.slice(1));
        };
        requestAnimationFrame(frame);
      }),
    framesMs,
  );
  await act();
  const gaps = await measured;
  return {
    what,
    medianMs: rounded(quantile(gaps, 0.5)),
    p95Ms: rounded(quantile(gaps, 0.95)),
    worstMs: rounded(Math.max(...gaps)),
  };
}

export const timed = async (act: () => Promise<unknown>): Promise<number> => {
  const from = performance.now();
  await act();
  return rounded(performance.now() - from);
};

/**
 * Waits for ink of the trace's own colour in the middle of the paper, or most of it where a line lies between two
 * pixels. Little is looked at, so that looking takes neither time nor memory of what is measured.
 */
export const traceDrawn = (page: Page) =>
  page.waitForFunction(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('[role=application] canvas');
    if (!canvas || canvas.width < 128) return false;
    const probe = document.createElement('i');
    probe.style.color = 'var(--trace)';
    document.body.append(probe);
    const ink = getComputedStyle(probe).color.match(/\d+/g)!.map(Number);
    probe.remove();
    const { data } = canvas.getContext('2d')!.getImageData(canvas.width >> 1, 0, 64, canvas.height);
    let pixels = 0;
    for (let i = 0; i < data.length; i += 4)
      if (Math.abs(data[i] - ink[0]) + Math.abs(data[i + 1] - ink[1]) + Math.abs(data[i + 2] - ink[2]) < 200) pixels++;
    return pixels > 100;
  });

/** Turns the wheel over the paper for as long as frames are counted. */
export async function wheel(page: Page, deltaY: number, key?: string): Promise<void> {
  const paper = (await page.getByRole('application', { name: 'ECG paper' }).boundingBox())!;
  await page.mouse.move(paper.x + paper.width / 2, paper.y + paper.height / 2);
  if (key) await page.keyboard.down(key);
  const endMs = performance.now() + framesMs - 300;
  for (let turn = 0; performance.now() < endMs; turn++)
    await page.mouse.wheel(0, key && turn % 8 > 3 ? -deltaY : deltaY);
  if (key) await page.keyboard.up(key);
}
