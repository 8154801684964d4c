import { existsSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { clockOfSample } from '../../../src-main/domain/time.ts';
import { type Harness, openHarness } from '../../support/ui-harness/open-harness.ts';
import { simulateRecord } from '../../support/ui-harness/simulated-record.ts';

const chromiumPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const hasChromium = existsSync(chromiumPath);
const title = hasChromium ? 'in a browser' : `in a browser (skipped: no Chromium at ${chromiumPath})`;

describe.skipIf(!hasChromium)(title, () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await openHarness({ width: 1280, height: 800 }, chromiumPath);
  });
  afterAll(() => harness?.close());

  const said = () => harness.page.locator('output').innerText();

  describe('controls', () => {
    beforeEach(() => harness.open('page=controls'));

    test('every control has a role and a name', async () => {
      const { page } = harness;
      const found = await Promise.all(
        [
          page.getByRole('button', { name: 'Confirm Enter' }),
          page.getByRole('button', { name: 'Undo', exact: true }),
          page.getByRole('combobox', { name: 'Speed: 25 mm/s' }),
          page.getByRole('radiogroup', { name: 'Attribution' }),
          page.getByRole('radio', { name: 'Gradients' }),
          page.getByRole('checkbox', { name: 'Old beats mixed in' }),
          page.getByRole('switch', { name: 'Single letter keys' }),
          page.getByRole('searchbox', { name: 'Find' }),
          page.getByRole('progressbar', { name: 'Label beats 228' }),
          page.getByRole('columnheader', { name: 'Record' }),
          page.getByRole('img', { name: 'V confirmed' }),
          page.getByRole('button', { name: 'reference S, called n: 101 beats' }),
          page.getByRole('list', { name: 'Probability' }),
        ].map((control) => control.count()),
      );
      expect(found).toEqual(found.map(() => 1));
    });

    test('a choice of one of many is made with keys alone', async () => {
      const { page } = harness;
      await page.getByRole('combobox', { name: /^Speed/ }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('option', { name: '25 mm/s', selected: true }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByRole('combobox', { name: 'Speed: 50 mm/s' }).waitFor();
    });

    test('a text in Markdown has tables and lists, nothing to follow and no markup of its own', async () => {
      const card = harness.page.locator('.markdown');
      expect(await card.getByRole('row').allInnerTexts()).toEqual([
        'set\tbeats\tF1',
        'DS1\t51013\t0.634',
        'DS1, 95 %\t\t0.5 to 0.7',
      ]);
      expect(await card.locator('.number').allInnerTexts()).toEqual([
        'beats',
        'F1',
        '51013',
        '0.634',
        '',
        '0.5 to 0.7',
      ]);
      expect(await card.getByRole('paragraph').first().innerText()).toBe('Beats of two leads, mV, elsewhere.');
      expect(await card.getByRole('listitem').allInnerTexts()).toEqual(['one', expect.stringContaining('<img src=')]);
      expect(await card.locator('img, a').count()).toBe(0);
    });

    test('a choice of a few moves with the arrows', async () => {
      const { page } = harness;
      await page.getByRole('radio', { name: 'Occlusion' }).focus();
      await page.keyboard.press('ArrowRight');
      expect(await page.getByRole('radio', { name: 'Gradients' }).isChecked()).toBe(true);
    });

    test('a menu runs what can run and shows what cannot', async () => {
      const { page } = harness;
      await page.getByRole('button', { name: 'Edit' }).click();
      expect(await page.getByRole('menuitem', { name: /^Redo/ }).getAttribute('aria-disabled')).toBe('true');
      await page.getByRole('menuitem', { name: /^Undo/ }).click();
      expect(await said()).toBe('undo');
      await page.getByRole('button', { name: 'Edit' }).click();
      await page.keyboard.press('Escape');
      await page.getByRole('menu').waitFor({ state: 'detached' });
      // A closed menu leaves the rest of the page as it was: it can be clicked.
      await page.getByRole('button', { name: 'Open dialog' }).click({ timeout: 2000 });
    });

    test('the palette finds a command by its words and leaves out what cannot run', async () => {
      const { page } = harness;
      await page.getByRole('button', { name: 'Open palette' }).click();
      expect(await page.getByRole('option').allInnerTexts()).toHaveLength(2);
      await page.keyboard.type('impo');
      await page.keyboard.press('Enter');
      expect(await said()).toBe('import');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    });

    test('a dialog keeps the focus and gives it back when Esc closes it', async () => {
      const { page } = harness;
      await page.getByRole('button', { name: 'Open dialog' }).click();
      const dialog = page.getByRole('dialog', { name: 'Keys' });
      await dialog.waitFor();
      for (let i = 0; i < 5; i++) await page.keyboard.press('Tab');
      expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Open dialog');
    });

    test('a column says how it is sorted', async () => {
      const header = harness.page.getByRole('columnheader', { name: 'Record' });
      const before = await header.getAttribute('aria-sort');
      await header.getByRole('button').click();
      expect([before, await header.getAttribute('aria-sort')]).toEqual(['ascending', 'descending']);
    });

    test('a curve has its numbers behind it as a table', async () => {
      const table = harness.page.getByRole('table', { name: 'F1 on inner validation patients' });
      expect(await table.locator('tbody tr').first().locator('td').allInnerTexts()).toEqual([
        '0.95',
        '0.52',
        '0.05',
        '0.03',
      ]);
    });
  });

  describe('paper', () => {
    const { beats, header } = simulateRecord();
    const pxPerSample = (25 * 96) / 25.4 / 360;
    const gutter = 52;
    const paper = () => harness.page.getByRole('application', { name: 'ECG paper' });
    const view = () =>
      harness.page.evaluate(() => {
        const { viewport } = window as unknown as { viewport: Record<string, number> };
        return {
          fromSample: viewport.fromSample,
          speed: viewport.speedMmPerS,
          gain: viewport.gainMmPerMv,
          samplesPerPx: viewport.samplesPerPx,
          widthPx: viewport.widthPx,
        };
      });
    /** Places in the paper's own pixels. */
    const at = async (sample: number, y: number) => {
      const box = (await paper().boundingBox())!;
      return { x: box.x + gutter + sample * pxPerSample, y: box.y + y };
    };
    const nextFrames = () =>
      harness.page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(undefined)))),
      );

    beforeEach(async () => {
      await harness.page.setViewportSize({ width: 1280, height: 800 });
      await harness.open('page=paper');
      await nextFrames();
    });

    test('a click selects the beat around it, with Shift up to it, with Ctrl beside the others', async () => {
      const { page } = harness;
      const place = await at(beats.atSample[5] + 30, 200);
      await page.mouse.click(place.x, place.y);
      const one = await said();
      await page.keyboard.down('Shift');
      await page.mouse.click(place.x, place.y);
      const range = await said();
      await page.keyboard.up('Shift');
      await page.keyboard.down('Control');
      await page.mouse.click(place.x, place.y);
      await page.keyboard.up('Control');
      expect([one, range, await said()]).toEqual(['select 6 one', 'select 6 range', 'select 6 toggle']);
    });

    test('the current beat is read aloud', async () => {
      const place = await at(beats.atSample[5], 200);
      await harness.page.mouse.click(place.x, place.y);
      const live = harness.page.locator('[aria-live]');
      const seconds = Number(clockOfSample(beats.atSample[5], header.samplingHz, 1).slice(3));
      await expect
        .poll(() => live.innerText())
        .toMatch(new RegExp(`^Beat 6, ${seconds} seconds, N, model \\d+ percent`));
    });

    test('a double-click adds a beat on the peak beside it', async () => {
      const place = await at(beats.atSample[5] - 14, 200);
      await harness.page.mouse.dblclick(place.x, place.y);
      const [, sample] = /^add (\d+) in 0$/.exec(await said())!;
      expect(Math.abs(Number(sample) - beats.atSample[5])).toBeLessThanOrEqual(2);
    });

    test('dragging a mark moves its beat, onto the peak where it is let go', async () => {
      const { page } = harness;
      const from = await at(beats.atSample[5], 12);
      const to = await at(beats.atSample[6] - 12, 12);
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      await page.mouse.move((from.x + to.x) / 2, from.y);
      await page.mouse.move(to.x, to.y);
      await page.mouse.up();
      const [, sample] = /^move 6 to (\d+)$/.exec(await said())!;
      expect(Math.abs(Number(sample) - beats.atSample[6])).toBeLessThanOrEqual(2);
    });

    test('dragging in the label lane chooses a stretch of beats', async () => {
      const { page } = harness;
      const from = await at((beats.atSample[3] + beats.atSample[4]) / 2, 12);
      const to = await at((beats.atSample[6] + beats.atSample[7]) / 2, 12);
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      await page.mouse.move(to.x, to.y);
      await page.mouse.up();
      const [, fromSample, toSample] = /^stretch (\d+) (\d+)$/.exec(await said())!.map(Number);
      const chosen = [...beats.beatId].filter(
        (_, i) => beats.atSample[i] >= fromSample && beats.atSample[i] < toSample,
      );
      expect(chosen).toEqual([5, 6, 7]);
    });

    test('dragging the paper and turning the wheel move it by as many pixels', async () => {
      const { page } = harness;
      await page.evaluate(() =>
        (window as unknown as { viewport: { panTo: (s: number) => void } }).viewport.panTo(9000),
      );
      const before = await view();
      const place = await at(600, 300);
      await page.mouse.move(place.x, place.y);
      await page.mouse.down();
      await page.mouse.move(place.x - 100, place.y, { steps: 4 });
      await page.mouse.up();
      const dragged = await view();
      await page.mouse.wheel(0, 50);
      await nextFrames();
      const wheeled = await view();
      expect((dragged.fromSample - before.fromSample) / before.samplesPerPx).toBeCloseTo(100, 3);
      expect((wheeled.fromSample - dragged.fromSample) / before.samplesPerPx).toBeCloseTo(50, 3);
    });

    test('paper that has scrolled and zoomed there is the paper that is opened there, whatever is on it', async () => {
      const { page } = harness;
      const pixels = async (query: string, steps: readonly number[], speeds: readonly number[] = []) => {
        await harness.open(`page=paper&attribution=1&reference=1&many=1&minutes=4&gain=20&${query}`);
        const change = async (act: 'panByPx' | 'setSpeed', value: number) => {
          await page.evaluate(
            ([method, to]) =>
              (window as unknown as { viewport: Record<typeof act, (to: number) => void> }).viewport[method](to),
            [act, value] as const,
          );
          await nextFrames();
        };
        for (const px of steps) await change('panByPx', px);
        for (const speed of speeds) await change('setSpeed', speed);
        const { fromSample } = await view();
        const canvas = paper().locator('canvas');
        const read = () => canvas.evaluate((element: HTMLCanvasElement) => element.toDataURL());
        let last = '';
        await expect.poll(async () => last === (last = await read()), { interval: 250 }).toBe(true);
        return { fromSample, picture: last };
      };
      for (const speed of [25, 5]) {
        const scrolled = await pixels(`speed=${speed}`, [300, 37, 410, -90, 37, 1, 700, -37], [100, 10, 50, speed]);
        const opened = await pixels(`speed=${speed}&from=${scrolled.fromSample}`, []);
        expect(scrolled.fromSample).toBeGreaterThan(0);
        expect(opened.picture === scrolled.picture, `at ${speed} mm/s`).toBe(true);
      }
    });

    test('Ctrl and wheel change the speed about the pointer, Shift and wheel the gain', async () => {
      const { page } = harness;
      await page.evaluate(() =>
        (window as unknown as { viewport: { panTo: (s: number) => void } }).viewport.panTo(9000),
      );
      const offsetPx = 184;
      const box = (await paper().boundingBox())!;
      await page.mouse.move(box.x + gutter + offsetPx, box.y + 300);
      const before = await view();
      await page.keyboard.down('Control');
      await page.mouse.wheel(0, -100);
      await page.keyboard.up('Control');
      await expect.poll(async () => (await view()).speed).toBe(50);
      const after = await view();
      expect(after.fromSample + offsetPx * after.samplesPerPx).toBeCloseTo(
        before.fromSample + offsetPx * before.samplesPerPx,
        0,
      );
      await page.keyboard.down('Shift');
      await page.mouse.wheel(0, 100);
      await page.keyboard.up('Shift');
      await expect.poll(async () => (await view()).gain).toBe(5);
    });

    test('a wider window shows more of the record at the same millimetres a second', async () => {
      const before = await view();
      await harness.page.setViewportSize({ width: 2560, height: 800 });
      await expect.poll(async () => (await view()).widthPx).toBe(2560 - gutter);
      const after = await view();
      expect([after.speed, after.samplesPerPx, before.widthPx]).toEqual([25, before.samplesPerPx, 1280 - gutter]);
    });

    test('a click on the overview brings the paper there, and arrow keys move it on', async () => {
      const { page } = harness;
      const overview = page.getByRole('slider');
      const box = (await overview.boundingBox())!;
      await page.mouse.click(box.x + gutter + (box.width - gutter) / 2, box.y + 60);
      const middle = await view();
      const widthSamples = middle.widthPx * middle.samplesPerPx;
      expect(Math.abs(middle.fromSample + widthSamples / 2 - header.lengthSamples / 2)).toBeLessThan(600);
      await overview.focus();
      await page.keyboard.press('ArrowRight');
      expect((await view()).fromSample - middle.fromSample).toBeCloseTo(widthSamples / 2, 3);
    });

    test('1 mV of the trace is 10 mm high on a display of nominal size', async () => {
      const heightPx = await paper()
        .locator('canvas')
        .evaluate((canvas: HTMLCanvasElement) => {
          const { width, height } = canvas;
          const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
          const isInk = (x: number, y: number) => data[4 * (y * width + x)] < 120;
          // The calibration pulse: the longest dark column of the gutter.
          let most = 0;
          for (let x = 2; x < 48; x++)
            for (let y = 0, run = 0; y < height; y++) {
              run = isInk(x, y) ? run + 1 : 0;
              most = Math.max(most, run);
            }
          return most;
        });
      expect(Math.abs(heightPx - (10 * 96) / 25.4)).toBeLessThanOrEqual(1.5);
    });
  });
});
