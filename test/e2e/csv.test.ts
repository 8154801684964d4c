import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { physicalOf } from '../../src-main/domain/record.ts';
import { simulateRecord } from '../../src-main/library/simulated/simulate-record.ts';
import { describeInHost, type OpenedHost, openHost } from '../support/hosts.ts';
import { temporaryFolder } from '../support/program.ts';
import { type Pages, pagesOf } from './pages/pages.ts';

/** Two minutes of a simulated record as CSV, in mV. */
function csvOf(withTime: boolean): string {
  const { header, leads: signal } = simulateRecord({ seed: 5, minutes: 2 });
  const names = header.leads.map(({ name }) => `${name} (mV)`);
  const values = signal.map((lead, l) => physicalOf(lead, header.leads[l]));
  const lines = Array.from(values[0], (_, i) => {
    const time = withTime ? [(i / header.samplingHz).toFixed(4)] : [];
    return [...time, ...values.map((lead) => lead[i].toFixed(3))].join(',');
  });
  lines.unshift([...(withTime ? ['time (s)'] : []), ...names].join(','));
  return lines.join('\n');
}

describeInHost('a CSV file', describe, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let host: OpenedHost;
  let pages: Pages;
  beforeAll(async () => {
    folder = await temporaryFolder();
    await writeFile(join(folder.path, 'timed.csv'), csvOf(true));
    await writeFile(join(folder.path, 'bare.csv'), csvOf(false));
    host = await openHost(join(folder.path, 'workspace'));
    pages = pagesOf(host.page);
    await pages.shell.ready();
  });
  afterAll(async () => {
    await host.close();
    await folder.remove();
  });
  const header = (name: string) => pages.library.outcome(name);

  it('that says all itself is imported by Enter', async () => {
    await pages.library.importFiles([join(folder.path, 'timed.csv')]);
    const dialog = pages.library.csvDialog('timed.csv');
    await dialog.waitFor();
    expect(await dialog.getByLabel('Rate').inputValue()).toBe('360');
    expect(await dialog.getByRole('radiogroup', { name: 'time (s) is read as' }).getByLabel('Time').isChecked()).toBe(
      true,
    );
    await host.page.keyboard.press('Enter');
    await header('timed.csv').getByText('Imported').waitFor();
    await dialog.waitFor({ state: 'detached' });
  });

  it('that does not tell its rate is asked for it, and takes lead names and a column left out', async () => {
    await pages.library.importFiles([join(folder.path, 'bare.csv')]);
    const dialog = pages.library.csvDialog('bare.csv');
    await dialog.waitFor();
    await host.page.keyboard.press('Enter');
    await dialog.getByText('A number above 0').waitFor();
    await host.page.keyboard.type('250');
    const [first, second] = await dialog.getByRole('rowheader').allInnerTexts();
    await dialog.getByLabel(`Lead name of ${first}`).fill('aVF');
    await dialog
      .getByRole('radiogroup', { name: `${second} is read as` })
      .getByText('Nothing')
      .click();
    await host.page.screenshot({ path: process.env.CSV_SHOT ?? join(folder.path, 'csv.png') });
    await dialog.getByRole('button', { name: 'Import' }).click();
    await header('bare.csv').getByText('Imported').waitFor();
    await pages.library.record('bare').click();
    await pages.library.preview().getByText('aVF', { exact: false }).first().waitFor();
  });

  it('can be left out', async () => {
    await pages.library.importFiles([join(folder.path, 'bare.csv')]);
    const dialog = pages.library.csvDialog('bare.csv');
    await dialog.waitFor();
    await host.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(
      await pages.library
        .outcomes()
        .getByRole('row', { name: /^bare\.csv / })
        .count(),
    ).toBe(1);
  });
});
