import { readdirSync } from 'node:fs';
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeWfdbRecord } from '../../src-main/formats/wfdb/record-writing.ts';
import { simulateRecord } from '../../src-main/library/simulated/simulate-record.ts';
import { describeInHost, type OpenedHost, openHost } from '../support/hosts.ts';
import { temporaryFolder } from '../support/program.ts';
import { type Pages, pagesOf } from './pages/pages.ts';
import { longMs, places } from './pages/workstation.ts';

const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];

/** One story: from an empty workspace to one with a record in it. */
describeInHost('the screens', describe, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let host: OpenedHost;
  let pages: Pages;
  const faults: string[] = [];

  beforeAll(async () => {
    folder = await temporaryFolder();
    host = await openHost(join(folder.path, 'workspace'), { size: sizes[0] });
    host.page.on('pageerror', (error) => faults.push(error.message));
    host.page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    pages = pagesOf(host.page);
    await pages.shell.ready();
  });
  afterAll(async () => {
    await host.close();
    await folder.remove();
  });

  /** What reaches sideways beyond the window or beyond the panel it scrolls in. */
  const overflowing = () =>
    host.page.evaluate(() =>
      [document.documentElement, ...document.querySelectorAll<HTMLElement>('body *')]
        .filter((element) => element.scrollWidth > element.clientWidth + 1)
        .filter(
          (element) => element === document.documentElement || /auto|scroll/.test(getComputedStyle(element).overflowX),
        )
        .map((element) => `${element.tagName}.${element.className} by ${element.scrollWidth - element.clientWidth} px`),
    );
  const inEveryLook = async (visit: (size: (typeof sizes)[number], isDark: boolean) => Promise<void>) => {
    for (const size of sizes) {
      await host.page.setViewportSize(size);
      for (const isDark of [false, true]) {
        const change = pages.shell.button(isDark ? 'Dark' : 'Light');
        if (await change.isVisible()) await change.click();
        await pages.shell.button(isDark ? 'Light' : 'Dark').waitFor();
        await visit(size, isDark);
      }
    }
  };
  const visitAllPlaces = () =>
    inEveryLook(async ({ width, height }, isDark) => {
      for (const place of places) {
        await pages.shell.goTo(place);
        expect({ place, width, height, isDark, overflowing: await overflowing(), faults }).toEqual({
          ...{ place, width, height, isDark },
          ...{ overflowing: [], faults: [] },
        });
      }
    });

  it('an empty workspace says in every place what the next step is', async () => {
    const { shell, library } = pages;
    await library.firstRun().waitFor();
    for (const [place, sentence] of [
      ['Review', 'No record is open'],
      ['Retrain', 'No person has labelled a beat yet: there is nothing to learn from.'],
      ['Evaluate', 'Nothing to compare yet'],
      ['Report', 'No record chosen'],
    ] as const) {
      await shell.goTo(place);
      await host.page.getByText(sentence).first().waitFor();
    }
    await visitAllPlaces();
  });

  it('a broken record is refused in a sentence, and nothing of it is kept', async () => {
    const { header, leads } = simulateRecord({ seed: 2, minutes: 1 });
    const files = await writeWfdbRecord(folder.path, { ...header, name: 'broken' }, [{ fromSample: 0, leads }], 212);
    await truncate(
      files.find((file) => file.endsWith('.dat'))!,
      10_000,
    );
    await pages.shell.goTo('Library');
    await pages.library.importFiles(files);
    const row = pages.library.outcome('broken.hea');
    await row.getByText('Not imported').waitFor();
    expect(await row.innerText()).toMatch(/broken\.dat.*10\s?000/);
    await pages.library.firstRun().waitFor();
    expect(readdirSync(join(folder.path, 'workspace', 'signals'))).toEqual([]);
    await pages.library.outcomes().getByRole('button', { name: 'Close the list' }).click();
  });

  it('the demo record opens, is named as simulated, and is classified', async () => {
    await pages.library.openDemo();
    await pages.library.labelled('simulated-demo');
    await pages.library.record('simulated-demo').getByText('Simulated', { exact: true }).waitFor();
    await pages.library.open('simulated-demo');
    await pages.review.shown();
    await host.page.getByText(/· Simulated/).waitFor();
  });

  it('what a record was asked for is given up when it is left, without a word', async () => {
    const { shell, review } = pages;
    await shell.goTo('Library');
    const said = await shell.message().innerText();
    await host.page.evaluate(() => {
      const answered = window.fetch;
      const told = Object.assign(window, { asked: 0, givenUp: 0, letAnswer: () => (window.fetch = answered) });
      // An answer that never comes.
      window.fetch = (place, init) => {
        if (!String(place as string).endsWith('/api/review/queue')) return answered(place, init);
        told.asked++;
        return new Promise((_, reject) => {
          init!.signal!.addEventListener('abort', () => {
            told.givenUp++;
            reject(init!.signal!.reason as Error);
          });
        });
      };
    });
    const count = (name: 'asked' | 'givenUp') =>
      host.page.evaluate((of) => (window as unknown as Record<typeof of, number>)[of], name);
    await shell.goTo('Review');
    await expect.poll(() => count('asked'), { timeout: 10_000 }).toBe(1);
    expect(await count('givenUp')).toBe(0);
    await shell.goTo('Library');
    await expect.poll(() => count('givenUp')).toBe(1);
    expect(await shell.message().innerText()).toBe(said);
    await host.page.evaluate(() => (window as unknown as { letAnswer: () => void }).letAnswer());
    await shell.goTo('Review');
    await review.rows().first().waitFor();
  });

  it('every screen opens in light and dark, small and large, without an error and without sideways scrolling', async () => {
    await visitAllPlaces();
  });

  it('a record is found by its name and exported', async () => {
    const { shell, library } = pages;
    await shell.goTo('Library');
    await library.find('nobody');
    await host.page.getByText('No record matches.').waitFor();
    await shell.button('Show all records').click();
    await library.record('simulated-demo').click();
    await shell.press('Control+e');
    await shell.dialog('Export 1 record').getByRole('textbox', { name: 'Folder' }).fill(join(folder.path, 'exported'));
    await shell.dialog('Export 1 record').getByRole('button', { name: 'Export' }).click();
    await shell.told(/^Export, simulated-demo/);
    expect(readdirSync(join(folder.path, 'exported')).sort()).toEqual(
      expect.arrayContaining(['simulated-demo.dat', 'simulated-demo.hea']),
    );
  });

  it('a training that runs is cancelled within a second and makes no candidate', async () => {
    const { shell, library, review, retrain } = pages;
    await library.open('simulated-demo');
    await review.shown();
    await shell.press('Control+a');
    await shell.press('Shift+Enter');
    await shell.told(/^Confirmed on /);
    await shell.goTo('Retrain');
    await host.page.getByRole('textbox', { name: 'Training steps' }).fill('2000');
    await retrain.train().click();
    await retrain.points().first().waitFor({ timeout: 60_000 });
    const list = await shell.work();
    await list
      .getByRole('group', { name: /^Retrain / })
      .getByRole('button', { name: 'Cancel' })
      .click();
    await list.getByText('cancelled').waitFor({ timeout: 5_000 });
    await shell.press('Escape');
    await host.page.getByText('Cancelled. No candidate was made.').waitFor();
    expect(await retrain.versions().getByText('Candidate, waiting').count()).toBe(0);
  });

  it('corrections and a run fit every screen too', visitAllPlaces);

  it('what a reader says of herself is kept and shown', async () => {
    const { shell } = pages;
    await shell.goTo('Settings');
    await host.page.getByRole('textbox', { name: 'Initials' }).fill('AB');
    await shell.press('Tab');
    await host.page.getByRole('banner').getByRole('button', { name: 'Reader AB' }).waitFor();
  });

  it('what can compute here is tried, and each device has its result', async () => {
    const { shell } = pages;
    await shell.goTo('Settings');
    await shell.button(/^Try the devices/).click();
    const tried = host.page.getByRole('table', { name: 'Devices tried' });
    await shell.told(/^Try the devices, this computer: /, longMs);
    const cpu = tried.getByRole('row', { name: /^Processor/ });
    expect(await cpu.getByRole('cell').first().innerText()).toMatch(/^[\d\u2009]+$/);
    for (const row of await tried
      .getByRole('row')
      .filter({ hasNot: host.page.getByRole('columnheader') })
      .all())
      expect(await row.innerText()).toMatch(/(Set aside|Predicts|Trains).*\.\s+\S.*\.$/s);
  });

  it('removing a record asks first, and Keep keeps it', async () => {
    const { shell, library } = pages;
    await shell.goTo('Library');
    await library.record('simulated-demo').click();
    await shell.press('Delete');
    await shell.dialog('Remove 1 record?').getByRole('button', { name: 'Keep' }).click();
    await library.record('simulated-demo').click();
    await shell.press('Delete');
    await shell.dialog('Remove 1 record?').getByRole('button', { name: 'Remove' }).click();
    await library.firstRun().waitFor();
    expect(readdirSync(join(folder.path, 'workspace', 'signals'))).toEqual([]);
    expect(faults).toEqual([]);
  });
});

describeInHost('the first start', describe, () => {
  it('makes the demo record by itself and shows it classified', async () => {
    const folder = await temporaryFolder();
    const host = await openHost(folder.path, { isFirstStart: true });
    try {
      await pagesOf(host.page).library.labelled('simulated-demo');
    } finally {
      await host.close();
      await folder.remove();
    }
  });
});
