import { setTimeout as pause } from 'node:timers/promises';
import { openPlainPage } from '../../support/plain-browser.ts';
import { openedProgram } from '../../support/program.ts';

/** The most that the page process holds while the day is opened again and again, moved, listed and labelled, MB. */
export async function memoryMb(workspaceFolder: string, size: { width: number; height: number }): Promise<number> {
  const program = await openedProgram(workspaceFolder, '--no-demo');
  const page = await openPlainPage(size);
  let mostMb = 0;
  const watch = setInterval(() => (mostMb = Math.max(mostMb, page.rendererMb() ?? 0)), 200);
  try {
    await page.open(program.url);
    await pause(3000);
    for (let run = 0; run < 5; run++) {
      await page.run(() => {
        const row =
          document.querySelector('[aria-label^="Choose simulated-day"]') ?? document.querySelector('tbody tr');
        row!.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
      });
      await pause(2500);
      if (run < 4) await page.run(() => document.querySelector<HTMLButtonElement>('nav button')!.click());
      await pause(500);
    }
    await page.run(async () => {
      const paper = document.querySelector<HTMLElement>('[role=application]')!;
      const { left, top, width, height } = paper.getBoundingClientRect();
      const place = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true, cancelable: true };
      paper.focus();
      for (const key of ['0', ...'----', ...'----', ...'----', '0'])
        for (let frame = 0; frame < 60; frame++) {
          if (frame === 0) paper.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
          paper.dispatchEvent(new WheelEvent('wheel', { deltaY: 60, ...place }));
          await new Promise(requestAnimationFrame);
        }
      for (let frame = 0; frame < 240; frame++) {
        paper.dispatchEvent(new WheelEvent('wheel', { deltaY: frame % 8 > 3 ? -60 : 60, ctrlKey: true, ...place }));
        await new Promise(requestAnimationFrame);
      }
      [...document.querySelectorAll<HTMLElement>('.lists label')].find((one) => one.innerText === 'Beats')!.click();
      await new Promise((resolve) => setTimeout(resolve, 500));
      const grid = document.querySelector('[role=grid][aria-rowcount]')!;
      for (let frame = 0; frame < 240; frame++) {
        grid.scrollTop += 900;
        await new Promise(requestAnimationFrame);
      }
      paper.focus();
    });
    for (const key of 'vnvnvnvn')
      for (const pressed of ['ArrowRight', key]) {
        await page.run(
          (name) => document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true })),
          pressed,
        );
        await pause(700);
      }
    return mostMb;
  } finally {
    clearInterval(watch);
    await page.close();
    await program.close();
  }
}
