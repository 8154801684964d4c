import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeInHost } from '../support/hosts.ts';
import { openDemo } from './pages/demo.ts';
import type { Pages } from './pages/pages.ts';

/** Episodes of bad signal in the simulated record, which has noise and a lead that is off. */
describeInHost('signal quality', describe, () => {
  let demo: Awaited<ReturnType<typeof openDemo>>;
  let pages: Pages;

  beforeAll(async () => {
    demo = await openDemo();
    ({ pages } = demo);
    await pages.library.record('simulated-demo').focus();
    await pages.shell.press('Enter');
    await pages.review.shown();
  });
  afterAll(() => demo.close());

  const rows = () => pages.review.lists().getByRole('option');
  const chosen = () => pages.review.lists().getByRole('option', { selected: true });

  it('goes from episode to episode, and says yes and no by keys, each one step', async () => {
    const { shell } = pages;
    await shell.press('e');
    await chosen().getByText('not confirmed').waitFor();
    const words = await chosen().innerText();
    await shell.press('y');
    await shell.told(/^(Noise|Lead off) confirmed at/);
    await chosen().getByText('confirmed', { exact: true }).waitFor();
    await shell.press('e');
    await expect.poll(() => chosen().innerText()).not.toBe(words);
    await shell.press('Shift+Y');
    await chosen().getByText('rejected').waitFor();
    await shell.press('Shift+E');
    await chosen().getByText('confirmed', { exact: true }).waitFor();
    await shell.press('Control+z');
    await expect.poll(() => rows().getByText('rejected').count()).toBe(0);
    await shell.press('Control+z');
    await expect.poll(() => chosen().innerText()).toBe(words);
    await shell.press('Control+y');
    await chosen().getByText('confirmed', { exact: true }).waitFor();
  });

  it('changes one and adds one by its dialog', async () => {
    const { shell } = pages;
    await shell.press('i');
    const change = shell.dialog('Change an episode of bad signal');
    await change.getByRole('textbox', { name: 'To' }).fill('1:00');
    await shell.press('Enter');
    await change.getByRole('alert').waitFor();
    await change.getByRole('textbox', { name: 'From' }).fill('0:30');
    await shell.press('Enter');
    await change.waitFor({ state: 'detached' });
    await rows().getByText('00:30 – 01:00').waitFor();
    const before = await rows().count();
    await pages.review.lists().getByRole('button', { name: 'Add…' }).click();
    const add = shell.dialog('Add an episode of bad signal');
    await add.getByRole('textbox', { name: 'From' }).fill('2:00');
    await add.getByRole('textbox', { name: 'To' }).fill('2:10');
    await shell.press('Enter');
    await shell.told(/^Noise added at 02:00/);
    await expect.poll(() => rows().count()).toBe(before + 1);
    await shell.press('Control+z');
    await expect.poll(() => rows().count()).toBe(before);
  });

  it('confirms all that nobody has looked at, and takes it back at once', async () => {
    const { shell } = pages;
    const found = () => rows().getByText('not confirmed', { exact: true }).count();
    const before = await found();
    expect(before).toBeGreaterThan(1);
    await pages.review
      .lists()
      .getByRole('button', { name: `Confirm all ${before}` })
      .click();
    await shell.told(new RegExp(`^${before} episodes of bad signal confirmed`));
    await expect.poll(found).toBe(0);
    await shell.press('Control+z');
    await expect.poll(found).toBe(before);
    await shell.press('Control+Shift+Y');
    await expect.poll(found).toBe(0);
    await shell.press('Control+z');
    await expect.poll(found).toBe(before);
  });

  it('is said yes to by mouse, and the report says so', async () => {
    const { shell, review } = pages;
    const last = rows().last();
    await last.click();
    await review.lists().getByRole('button', { name: 'Confirm', exact: true }).click();
    await last.getByText('confirmed', { exact: true }).waitFor();
    await shell.goTo('Report');
    await pages.report.pages().waitFor({ timeout: 60_000 });
    await demo.page.getByText('Noise confirmed / found').first().waitFor();
    await demo.page
      .getByText(/^2 \/ \d$/)
      .first()
      .waitFor();
  });
});
