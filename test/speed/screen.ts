/**
 * How quickly the interface answers: `npm run bench -- screen [--json]`.
 * The browser host on a record of 30 minutes in headless Chromium, which draws in software; frames are compared with an
 * empty page of the same browser in the same run. With --json the last line is one JSON object.
 */
import { parseArgs } from 'node:util';
import { openBrowser } from '../support/browser.ts';
import { halfHourRecord } from '../support/half-hour-record.ts';
import { machineWords, quantile, thisMachine } from '../support/machine.ts';
import { openedProgram, rhythm, temporaryFolder } from '../support/program.ts';
import { frames, type Frames, rounded, timed, traceDrawn, wheel } from '../support/screen-measures.ts';

const { values: flags } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
const folder = await temporaryFolder();
try {
  const { stem, name, origin } = await halfHourRecord(folder.path);
  await rhythm(['import', stem, '--workspace', folder.path]);
  const results = [];
  for (const size of sizes) {
    const browser = await openBrowser(size);
    const { page } = browser;
    const still = await frames(page, 'empty page, the floor');
    const startMs = performance.now();
    const program = await openedProgram(folder.path, '--no-demo');
    const startToAddressMs = rounded(performance.now() - startMs);
    await page.goto(program.url);
    const row = page.getByRole('row', { name: `Choose ${name} ` });
    await row.waitFor();
    const startToLibraryMs = rounded(performance.now() - startMs);
    const openMs = await timed(async () => {
      await row.dblclick();
      await traceDrawn(page);
    });
    const startToTraceMs = rounded(performance.now() - startMs);
    const inspector = page.getByRole('complementary', { name: 'Beat' });
    const heading = () => inspector.getByRole('heading', { level: 2 }).first().innerText();
    // Attributions come in once; what follows is measured with them in place.
    await inspector.getByText(/[Ff]aithful for this beat/).waitFor({ timeout: 60_000 });
    const drawn: Frames[] = [still];
    for (const rate of [1, 10, 60]) {
      await page.getByRole('button', { name: 'Play speed' }).or(page.getByLabel('Play speed')).first().click();
      await page.getByRole('option', { name: `${rate}×`, exact: true }).click();
      await page.getByRole('application', { name: 'ECG paper' }).focus();
      await page.keyboard.press('Space');
      drawn.push(await frames(page, `play ${rate}×`));
      await page.keyboard.press('Space');
    }
    await page.keyboard.press('Home');
    drawn.push(await frames(page, 'wheel, time', () => wheel(page, 60)));
    drawn.push(await frames(page, 'wheel, zoom', () => wheel(page, 60, 'Control')));
    await page.keyboard.press('0');
    await page.keyboard.press('Home');
    const nextMs: number[] = [];
    for (let step = 0; step < 10; step++) {
      const before = await heading();
      nextMs.push(
        await timed(async () => {
          await page.keyboard.press('Shift+V');
          await page.waitForFunction(
            (was) => document.querySelector('aside h2')?.textContent?.replace(/\s+/g, ' ').trim() !== was,
            before.replace(/\s+/g, ' ').trim(),
          );
        }),
      );
    }
    const savedMs: number[] = [];
    const rereadMs: number[] = [];
    for (const key of ['v', 'n', 'v', 'n', 'v']) {
      await page.keyboard.press('ArrowRight');
      const clock = /(\d\d):(\d\d\.\d{3})/.exec((await inspector.textContent())!)!;
      const at = `at ${clock[1]}:${Number(clock[2]).toFixed(1).padStart(4, '0')}`;
      const from = performance.now();
      await page.keyboard.press(key);
      await page
        .getByText(new RegExp(`${at};`))
        .first()
        .waitFor();
      savedMs.push(performance.now() - from);
      await page
        .getByText(new RegExp(`${at}; (no other beat reads differently|.* now reads? )`))
        .first()
        .waitFor();
      rereadMs.push(performance.now() - from);
    }
    const heapMb = await page.evaluate(
      () => (performance as unknown as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize,
    );
    await browser.close();
    await program.close();
    results.push({
      ...size,
      ...{ startToAddressMs, startToLibraryMs, startToTraceMs, openMs, frames: drawn },
      nextOfClassMs: rounded(quantile(nextMs, 0.5)),
      labelToSavedMs: rounded(quantile(savedMs, 0.5)),
      labelToRereadMs: rounded(quantile(rereadMs, 0.5)),
      heapMb: heapMb === undefined ? null : Math.round(heapMb / 2 ** 20),
    });
  }
  console.log(`${machineWords(thisMachine)}; ${origin}; Chromium without a graphics processor`);
  for (const { width, height, frames: drawn, ...times } of results) {
    console.log(`\n${width}×${height}`);
    console.table(times);
    console.table(drawn);
  }
  if (flags.json) console.log(JSON.stringify({ machine: thisMachine, record: origin, results }));
} finally {
  await folder.remove();
}
