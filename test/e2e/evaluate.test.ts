import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInHost, type OpenedHost, openHost } from '../support/hosts.ts';
import { temporaryFolder } from '../support/program.ts';
import { describeOnRecordings, sharedData } from '../support/shared-data.ts';
import { type Pages, pagesOf } from './pages/pages.ts';

/** A machine of two cores that does something else too. */
const names = ['100', '119', '208', '231'];

/** Counts of the reference program for these records, whose test annotations are the perturbed ones of the EC57 set. */
function referenceCounts(): Record<string, number> {
  const text = readFileSync(join(sharedData, 'ec57', 'aggregate', 'aggregate.json'), 'utf8');
  const { counts } = JSON.parse(text) as { counts: Record<string, Record<string, number>> };
  const sum: Record<string, number> = {};
  for (const name of names)
    for (const [cell, count] of Object.entries(counts[name])) if (count > 0) sum[cell] = (sum[cell] ?? 0) + count;
  return sum;
}

/** One story: four recordings with two readers each, compared, reviewed by cell, decided and repeated. */
describeInHost('Evaluate, end to end', describeOnRecordings, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let host: OpenedHost;
  let pages: Pages;
  const faults: string[] = [];

  beforeAll(async () => {
    folder = await temporaryFolder();
    host = await openHost(join(folder.path, 'workspace'));
    host.page.on('pageerror', (error) => faults.push(error.message));
    pages = pagesOf(host.page);
    await pages.shell.ready();
  });
  afterAll(async () => {
    await host.close();
    await folder.remove();
  });

  it('says the next step while there is nothing to compare', async () => {
    await pages.shell.goTo('Evaluate');
    await host.page.getByText('Nothing to compare yet').waitFor();
    await pages.shell.press('2');
    await host.page.getByText('Nobody but one has labelled yet').waitFor();
    await pages.shell.press('1');
  });

  it('compares two annotation files with the counts of the reference program', async () => {
    const files = names.flatMap((name) => {
      copyFileSync(join(sharedData, 'ec57', 'aggregate', `${name}.tst`), join(folder.path, `${name}.tst`));
      return [
        ...['hea', 'dat', 'atr'].map((suffix) => join(sharedData, 'mitdb', `${name}.${suffix}`)),
        join(folder.path, `${name}.tst`),
      ];
    });
    await pages.shell.goTo('Library');
    await pages.library.importFiles(files);
    for (const name of names) await pages.library.labelled(name);
    await pages.shell.goTo('Evaluate');
    await pages.evaluate.choose('Test', /^tst/);
    await pages.evaluate.standard().waitFor();
    expect(await pages.evaluate.counts()).toEqual(referenceCounts());
    await pages.evaluate
      .runs('Ventricular')
      .getByRole('row', { name: /^Couplet Se/ })
      .waitFor();
  });

  it('a cell opens exactly its beats, J and K walk them, Esc leads back to the table', async () => {
    const { evaluate, shell } = pages;
    const { Vn } = await evaluate.counts();
    await evaluate.cell('V', 'n').click();
    await evaluate.list().waitFor();
    expect(await evaluate.place()).toBe(`1 of ${Vn}`);
    const said = evaluate.list().getByRole('img');
    expect(await said.evaluateAll((marks) => marks.map((mark) => mark.getAttribute('aria-label')))).toEqual(['V', 'N']);
    await pages.review.shown();
    await shell.press('j');
    await expect.poll(() => evaluate.place()).toBe(`2 of ${Vn}`);
    await shell.press('k');
    await expect.poll(() => evaluate.place()).toBe(`1 of ${Vn}`);
    await shell.press('Escape');
    await evaluate.matrix().waitFor();
    expect((await evaluate.counts()).Vn).toBe(Vn);
  });

  it('sorts the records by any figure, either way', async () => {
    const { evaluate } = pages;
    expect(await evaluate.order()).toEqual(names);
    await evaluate.records().getByRole('button', { name: 'Beats' }).click();
    expect(await evaluate.order()).toEqual(['231', '119', '100', '208']);
    await evaluate.records().getByRole('button', { name: 'Beats' }).click();
    expect(await evaluate.order()).toEqual(['208', '100', '119', '231']);
  });

  it('tells which of the records taught the model', async () => {
    await pages.evaluate.choose('Test', /model alone/);
    await host.page.getByText(/no measure of it\. 119 taught this model\. 208 taught this model\.$/).waitFor();
    await pages.evaluate.choose('Test', /^tst/);
    await pages.evaluate.standard().waitFor();
  });

  it('warns of each departure from the standard, and one key leads back to it', async () => {
    const { evaluate, shell } = pages;
    await shell.press('m');
    await evaluate
      .warnings()
      .getByText(/class map is the literature/)
      .waitFor();
    await evaluate.field('Match window').fill('0.1');
    await evaluate.warnings().getByText('Match window 0.1 s instead of 0.15 s.').waitFor();
    await evaluate.field('Start').fill('soon');
    await host.page.getByText('A time such as 5:00.').waitFor();
    await evaluate.field('Start').fill('0');
    await evaluate.record('231').uncheck();
    await evaluate.warnings().getByText('Left out by hand: 231.').waitFor();
    await evaluate.view('Comparison').focus();
    await shell.press('0');
    await evaluate.standard().waitFor();
    expect(await evaluate.order()).toHaveLength(4);
    await shell.press('x');
    await expect.poll(() => evaluate.side('Reference').innerText()).toContain('tst');
    // Only a reference may stand in rows unless warned of; both are, so the standard is kept either way round.
    await evaluate.standard().waitFor();
    await shell.press('x');
    await expect.poll(() => evaluate.side('Reference').innerText()).toContain('atr');
    await expect.poll(() => evaluate.counts()).toEqual(referenceCounts());
  });

  it('exports every number of the tables', async () => {
    const [download] = await Promise.all([host.page.waitForEvent('download'), pages.shell.press('Control+e')]);
    expect(download.suggestedFilename()).toBe('evaluation-atr-tst.csv');
    const csv = readFileSync(await download.path(), 'utf8');
    const { Vn } = await pages.evaluate.counts();
    expect(csv).toContain(`counts,atr,tst,ec57,,Vn,${Vn},`.replace(/,$/, ''));
    expect(csv).toMatch(/beats,atr,tst,literature,231,vebSe,/);
  });

  it('tells kappa of two readers and keeps the reason of a decision, which Ctrl+Z takes back', async () => {
    const { evaluate, shell } = pages;
    await shell.press('2');
    const row = evaluate.kappa().getByRole('row', { name: /^atr and tst/ });
    expect(await row.innerText()).toMatch(/0\.\d{3}\s+0\.\d{3} – 0\.\d{3}/);
    const decide = host.page.getByRole('button', { name: /^Decide/ });
    const waiting = async () => Number(/[\d\s]+/.exec((await decide.innerText()).slice(6))![0].replace(/\s/g, ''));
    const before = await waiting();
    await shell.press('d');
    await evaluate.list().waitFor();
    await pages.review.shown();
    await shell.press('v');
    await host.page.getByRole('textbox', { name: 'Reason' }).fill('wide, no P wave');
    await shell.press('Enter');
    await expect.poll(() => evaluate.place()).toBe(`2 of ${before}`);
    await shell.told(/re-reads|reads/);
    await shell.press('Escape');
    await expect.poll(waiting).toBe(before - 1);
    await shell.press('Control+z');
    await shell.told(/^Undone: /);
    await shell.goTo('Evaluate');
    await expect.poll(waiting).toBe(before);
  });

  it('hides what was said in a blinded repeat, keeps the answers, and tells kappa with oneself', async () => {
    const { evaluate, shell, review } = pages;
    await shell.goTo('Review');
    await review.shown();
    for (const key of ['n', 'n', 'v', 'v']) {
      await review.label(key);
      await shell.press('ArrowRight');
    }
    await shell.goTo('Evaluate');
    await shell.press('b');
    await evaluate.repeat().getByText('Beat 1 of 4').waitFor();
    await review.paper().waitFor();
    expect(await review.pixelsOf('--class-v')).toBe(0);
    await shell.press('n');
    await evaluate.repeat().getByText('Beat 2 of 4').waitFor();
    await shell.press('ArrowLeft');
    await evaluate.repeat().getByText('You said N').waitFor();
    for (const key of ['n', 'n', 'v', 'v']) await shell.press(key);
    await shell.press('Control+Enter');
    await evaluate.repeats().getByRole('row').nth(1).waitFor();
    expect(await evaluate.repeats().getByRole('row').nth(1).innerText()).toMatch(/\s4\s+1\s/);
  });

  it('fits small and large windows, light and dark', async () => {
    for (const size of [
      { width: 1280, height: 800 },
      { width: 1920, height: 1080 },
    ])
      for (const view of ['1', '2']) {
        await host.page.setViewportSize(size);
        await pages.shell.press(view);
        await (view === '1' ? pages.evaluate.records() : pages.evaluate.kappa()).waitFor();
        const overflowing = await host.page.evaluate(() =>
          [document.documentElement, ...document.querySelectorAll<HTMLElement>('body *')]
            .filter((one) => one.scrollWidth > one.clientWidth + 1)
            .filter((one) => one === document.documentElement || /auto|scroll/.test(getComputedStyle(one).overflowX))
            .map((one) => `${one.tagName}.${one.className} by ${one.scrollWidth - one.clientWidth} px`),
        );
        expect({ size, view, overflowing, faults }).toEqual({ size, view, overflowing: [], faults: [] });
      }
  });
});
