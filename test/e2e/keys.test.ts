import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bestMethod, type ExplanationFigures } from '../../src-main/domain/explanation.ts';
import { explanationText } from '../../src-renderer/text/explanation.ts';
import { describeInHost } from '../support/hosts.ts';
import { projectRoot } from '../support/shared-data.ts';
import { openDemo } from './pages/demo.ts';
import type { Pages } from './pages/pages.ts';
import { places } from './pages/workstation.ts';

/** The whole program without a pointer, on the simulated record. */
describeInHost('keys alone', describe, () => {
  let demo: Awaited<ReturnType<typeof openDemo>>;
  let pages: Pages;

  beforeAll(async () => {
    demo = await openDemo();
    ({ pages } = demo);
  });
  afterAll(() => demo.close());

  const control = (role: 'combobox' | 'button', name: string) => pages.review.toolbar().getByRole(role, { name });
  const shows = (role: 'combobox' | 'button', name: string) => control(role, name).waitFor({ timeout: 5_000 });

  it('goes to every place by its own key and by the command palette', async () => {
    for (const place of [...places, ...[...places].reverse()]) await pages.shell.goTo(place);
    for (const place of places) {
      await pages.shell.command(`Go to ${place}`);
      await pages.shell.place(place).and(demo.page.locator('[aria-current=page]')).waitFor();
    }
  });

  it('shows the keys, finds one by its command, and closes', async () => {
    const { shell } = pages;
    await shell.press('?');
    const keys = shell.dialog('Keys');
    await keys.getByRole('searchbox', { name: 'Find a key or a command' }).fill('redo');
    expect(await keys.getByRole('definition').allInnerTexts()).toEqual(['Redo']);
    await shell.press('Escape');
    await keys.waitFor({ state: 'detached' });
  });

  it('chooses, finds and reports records from the library', async () => {
    const { shell, library } = pages;
    await shell.goTo('Library');
    const chosen = demo.page.getByRole('toolbar', { name: '1 record chosen' });
    await library.record('simulated-demo').focus();
    await shell.press('Control+a');
    await chosen.waitFor();
    await shell.press('Escape');
    await chosen.waitFor({ state: 'detached' });
    await shell.press('/');
    await demo.page.keyboard.type('nobody');
    await demo.page.getByText('No record matches.').waitFor();
    await demo.page.getByRole('searchbox', { name: 'Find a record or patient' }).fill('');
    await library.record('simulated-demo').focus();
    await shell.press('Control+p');
    await pages.report.pages().waitFor({ timeout: 60_000 });
  });

  it('reads the card of the model in use', async () => {
    const { shell } = pages;
    await shell.goTo('Retrain');
    await shell.command('Read the model card');
    await shell
      .dialog(/^Model card/)
      .getByRole('rowheader', { name: 'DS2 without 232', exact: true })
      .waitFor();
    await shell.press('Escape');
    await shell.dialog(/^Model card/).waitFor({ state: 'detached' });
  });

  it('opens the record with Enter and walks its beats', async () => {
    const { shell, review } = pages;
    await shell.goTo('Library');
    await pages.library.record('simulated-demo').focus();
    await shell.press('Enter');
    await review.shown();
    await review.goToBeat(10);
    for (const [key, beat] of [
      ['ArrowRight', 11],
      ['ArrowRight', 12],
      ['ArrowLeft', 11],
      ['Home', 1],
    ] as const) {
      await shell.press(key);
      await expect.poll(() => review.beat()).toBe(beat);
    }
    await shell.press('Shift+V');
    await review
      .inspector()
      .getByText(/^Ventricular/)
      .first()
      .waitFor();
    const first = await review.beat();
    await shell.press('.');
    await expect.poll(() => review.beat()).toBeGreaterThan(first);
    await shell.press(',');
    await expect.poll(() => review.beat()).toBe(first);
    await review.rows().first().waitFor({ timeout: 60_000 });
    await shell.press('j');
    await expect.poll(() => review.beat()).not.toBe(first);
  });

  it('goes on in the queue with what is best by the labels given so far, and back the way it came', async () => {
    const { shell, review } = pages;
    const isFirst = () => review.rows().first().getAttribute('aria-selected');
    await expect.poll(isFirst).toBe('true'); // J above
    const way = [await review.beat()];
    for (let label = 0; label < 6; label++) {
      await review.label('Enter');
      await expect.poll(isFirst, { timeout: 10_000 }).toBe('true');
      way.push(await review.beat());
    }
    expect(new Set(way).size).toBe(7);
    for (const beat of way.slice(0, -1).reverse()) {
      await shell.press('k');
      await expect.poll(() => review.beat()).toBe(beat);
    }
    for (let label = 0; label < 6; label++) await shell.press('Control+z');
    await demo.page.getByText(/^0 of [\d\s]+\s·/).waitFor();
  });

  it('changes scale, plays and stops', async () => {
    const { shell } = pages;
    for (const [key, role, name] of [
      ['+', 'combobox', 'Paper speed: 50 mm/s'],
      ['-', 'combobox', 'Paper speed: 25 mm/s'],
      ['ArrowUp', 'combobox', 'Gain: 20 mm/mV'],
      ['ArrowDown', 'combobox', 'Gain: 10 mm/mV'],
      ['-', 'combobox', 'Paper speed: 12.5 mm/s'],
      ['0', 'combobox', 'Paper speed: 25 mm/s'],
      ['Space', 'button', 'Pause'],
      ['Space', 'button', 'Play'],
    ] as const) {
      await shell.press(key);
      await shows(role, name);
    }
    await shell.press('c');
    await shell.press('m');
    await shell.press('w');
    expect(await control('button', 'Callipers').getAttribute('aria-pressed')).toBe('true');
    await shell.press('Escape');
    expect(await control('button', 'Callipers').getAttribute('aria-pressed')).toBe('false');
    await shell.press('\\');
    await pages.review.inspector().waitFor({ state: 'detached' });
    await shell.press('\\');
    await pages.review.inspector().waitFor();
  });

  it('moves through the record by pages, half pages, to its ends, and back to the place before a jump', async () => {
    const { shell, review } = pages;
    const place = async () => Number(await review.overview().getAttribute('aria-valuenow'));
    await shell.press('Home');
    const start = await place();
    for (const [key, pagesFromStart] of [
      ['PageDown', 1],
      ['Shift+ArrowRight', 1.5],
      ['Shift+ArrowLeft', 1],
      ['PageUp', 0],
    ] as const) {
      await shell.press(key);
      await expect.poll(async () => Math.abs((await place()) - start - pagesFromStart * 2 * start)).toBeLessThan(3);
    }
    await shell.press('End');
    await expect.poll(place).toBeGreaterThan(600_000);
    await shell.press('r');
    await expect.poll(async () => Math.abs((await place()) - start)).toBeLessThan(3);
  });

  it('turns attribution through its methods and off', async () => {
    const { shell, review } = pages;
    await expect.poll(() => review.attribution('Relevance').isChecked()).toBe(true);
    await shell.press('a');
    await expect.poll(() => review.attribution('Attention').isChecked()).toBe(true);
    await shell.press('Shift+A');
    await expect.poll(() => review.attribution('Off').isChecked()).toBe(true);
    await shell.press('a');
    await expect.poll(() => review.attribution('Relevance').isChecked()).toBe(true);
  });

  it('shows the boundaries of a beat’s waves and tells its intervals', async () => {
    const { shell, review } = pages;
    await expect.poll(() => review.inspector().textContent()).toMatch(/Intervals in .*QRS\s*\d+\sms/s);
    const paper = demo.page.getByRole('application', { name: 'ECG paper' });
    const before = await paper.screenshot();
    await shell.press('d');
    await expect.poll(async () => before.equals(await paper.screenshot())).toBe(false);
    await shell.press('d');
  });

  it('chooses a method of explanation and a head of attention, and tells how far each was checked', async () => {
    const { shell, review } = pages;
    const card = await readFile(join(projectRoot, 'resources', 'models', 'record.json'), 'utf8');
    const { explanations } = JSON.parse(card) as { explanations: ExplanationFigures };
    const best = explanationText.methods[bestMethod(explanations)];
    await expect.poll(() => review.method().textContent()).toContain(best);
    await expect.poll(() => review.inspector().textContent()).toMatch(/deletion \.\d\d \(random \.\d\d\)/);
    const choose = async (chooser: 'method' | 'head', place: number) => {
      await review[chooser]().focus();
      await shell.press('Enter');
      await shell.press('Home');
      for (let i = 0; i < place; i++) await shell.press('ArrowDown');
      await shell.press('Enter');
    };
    await choose('method', 0);
    await expect.poll(() => review.method().textContent()).toContain('Occlusion');
    await choose('method', 1);
    await expect.poll(() => review.method().textContent()).toContain('Integrated gradients');
    await choose('method', 4);
    await expect.poll(() => review.attribution('Attention').isChecked()).toBe(true);
    await expect.poll(() => review.inspector().textContent()).toContain('It does not say why it decided so');
    await choose('head', 2);
    await expect.poll(() => review.head().textContent()).toContain('network 1, layer 1, head 2');
    await review.paper().focus();
    await shell.press('a');
    await expect.poll(() => review.method().textContent()).toContain('Integrated gradients');
  });

  it('F6 goes from region to region and back', async () => {
    const region = () =>
      demo.page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-region]')?.dataset.region);
    const seen = new Set<string | undefined>();
    const first = await region();
    for (let step = 0; step < 5; step++) {
      await pages.shell.press('F6');
      seen.add(await region());
    }
    expect(seen.size).toBeGreaterThanOrEqual(4);
    for (let step = 0; step < 5; step++) await pages.shell.press('Shift+F6');
    if (first) expect(await region()).toBe(first);
  });

  it('single letters can be switched off', async () => {
    const { shell, review } = pages;
    const turn = async () => {
      await shell.press('F1');
      await shell.dialog('Keys').getByRole('switch', { name: 'Single-letter keys' }).press('Space');
      await shell.press('Escape');
      await shell.dialog('Keys').waitFor({ state: 'detached' });
    };
    await turn();
    await shell.press('h');
    await shell.press('ArrowRight');
    expect(await review.history().count()).toBe(0);
    await turn();
    await shell.press('h');
    await review.history().waitFor();
    await shell.press('h');
    await review.history().waitFor({ state: 'detached' });
  });

  it.each([
    ...[...'nsvfq'].map((key) => [key, 'a class', new RegExp(`^${key.toUpperCase()} at `)] as [string, string, RegExp]),
    ...[...'NLRAaJVF/'].map(
      (symbol, i) => [String(i + 1), symbol, new RegExp(`^${symbol} at `)] as [string, string, RegExp],
    ),
    ['Shift+Enter', 'confirming', /^Confirmed at /],
    ['Enter', 'confirming and going on', /^Confirmed at /],
    ['x', 'an artifact', /^Artifact at /],
    ['l', 'leaving for later', /^Left for later at /],
    ['Control+ArrowRight', 'moving by a sample', /^Moved /],
    ['Control+ArrowLeft', 'moving by a sample', /^Moved /],
    ['Delete', 'deleting', /^Deleted at /],
    ['Insert', 'adding', /^Beat added at /],
  ])('%s: %s is one step, and Ctrl+Z takes it back', async (key, _what, told) => {
    const { shell, review } = pages;
    await review.goToBeat(40);
    await shell.press(key);
    await shell.told(told);
    await review.saved().waitFor();
    await shell.press('Control+z');
    await shell.told(/^Undone/);
    await expect.poll(() => review.beat()).toBe(40);
  });

  it('several beats are labelled as one step', async () => {
    const { shell, review } = pages;
    await review.goToBeat(60);
    await shell.press('Control+a');
    await review
      .inspector()
      .getByRole('heading', { name: /beats selected$/ })
      .waitFor();
    await shell.press('Shift+Enter');
    await shell.told(/^Confirmed on /);
    await shell.press('Control+z');
    await shell.told(/^Undone/);
    await shell.press('Control+y');
    await shell.told(/^(Done|Redone)/);
    await shell.press('Control+z');
    await shell.told(/^Undone/);
    await shell.press('Escape');
  });

  it('history tells each step, and reference labels are shown only after a question', async () => {
    const { shell, review } = pages;
    await shell.press('h');
    await review
      .history()
      .getByText(/undone/)
      .first()
      .waitFor();
    await shell.press('h');
    await review.history().waitFor({ state: 'detached' });
    await shell.press('o');
    const question = shell.dialog('Show the reference labels?');
    await question.getByRole('button', { name: 'Stay blinded' }).press('Enter');
    await question.waitFor({ state: 'detached' });
    await shell.press('o');
    await question.getByRole('button', { name: 'Show them' }).press('Enter');
    await review.list('Errors').waitFor();
    await shell.press(']');
    const differing = await review.beat();
    await shell.press(']');
    await shell.press('[');
    await expect.poll(() => review.beat()).toBe(differing);
    await review.list('Errors').press('Space');
    await expect.poll(() => review.rows().count()).toBeGreaterThan(0);
  });

  it('turns the pages of the report and writes it', async () => {
    const { shell, report } = pages;
    await shell.goTo('Report');
    await report.pages().waitFor({ timeout: 60_000 });
    await demo.page
      .getByText(/^Page 1 of /)
      .first()
      .waitFor();
    await shell.press('PageDown');
    await demo.page
      .getByText(/^Page 2 of /)
      .first()
      .waitFor();
    await shell.press('PageUp');
    await demo.page
      .getByText(/^Page 1 of /)
      .first()
      .waitFor();
    const pdf = await report.writePdf();
    expect(Buffer.from(pdf.subarray(0, 5)).toString()).toBe('%PDF-');
  });

  it('every command that has a key stands in coverage.md', async () => {
    const { shell } = pages;
    const table = await readFile(join(import.meta.dirname, 'coverage.md'), 'utf8');
    const covered = new Set(table.split('\n').map((line) => line.split('|')[1]?.trim()));
    const missing = new Set<string>();
    for (const place of places) {
      await shell.goTo(place);
      await shell.press('F1');
      for (const title of await shell.dialog('Keys').getByRole('definition').allInnerTexts())
        if (!covered.has(title)) missing.add(title);
      await shell.press('Escape');
      await shell.dialog('Keys').waitFor({ state: 'detached' });
    }
    expect([...missing]).toEqual([]);
  });
});
