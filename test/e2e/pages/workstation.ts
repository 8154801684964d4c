import { expect } from 'vitest';
import type { Locator, Page } from 'playwright-core';

const longMs = 120_000;

/** The program as its reader sees it; words of the field, roles and names only. */
export class Workstation {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the program at its one-time address. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    // Keys have their commands once the records are known.
    await this.page.getByText('Offline').waitFor();
  }
  press = (key: string): Promise<void> => this.page.keyboard.press(key);
  /** Waits until the message of a step is told. */
  told = (words: RegExp): Promise<void> => this.page.getByText(words).first().waitFor({ timeout: longMs });
  button = (name: string | RegExp): Locator => this.page.getByRole('button', { name });

  // Library
  toLibrary = (): Promise<void> => this.press('Alt+1');
  record = (name: string): Locator => this.page.getByRole('row', { name: `Choose ${name} ` });
  async importFiles(paths: readonly string[]): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser');
    await this.button(/files/).first().click();
    await (await chooser).setFiles([...paths]);
  }
  /** Waits until every beat of the record has a label. */
  labelled = (name: string): Promise<void> => this.record(name).getByText('100 %').waitFor({ timeout: longMs });

  // Review
  async review(name: string): Promise<void> {
    await this.toLibrary();
    await this.record(name).dblclick();
    await this.page.getByRole('application').first().waitFor();
  }
  inspector = (): Locator => this.page.getByRole('complementary', { name: 'Beat' });
  /** Number of the beat that the inspector tells of. */
  async beat(): Promise<number> {
    const heading = await this.inspector().getByRole('heading', { level: 2 }).first().textContent();
    return Number(/Beat ([\d\s]+?) of/.exec(heading!.replace(/\s+/g, ' '))![1].replaceAll(' ', ''));
  }
  async goToBeat(ordinal: number): Promise<void> {
    await this.press('g');
    await this.page.getByLabel('Time or beat').fill(String(ordinal));
    await this.press('Enter');
    await expect.poll(() => this.beat(), { timeout: 10_000 }).toBe(ordinal);
  }
  /** Time of the selected beat as messages write it: `02:44.1`. */
  async clock(): Promise<string> {
    const [, minutes, seconds] = /(\d\d):(\d\d\.\d{3})/.exec((await this.inspector().textContent())!)!;
    return `${minutes}:${Number(seconds).toFixed(1).padStart(4, '0')}`;
  }
  /** Labels the selected beat and waits until the recording has been read again and that was told. */
  async label(key: string): Promise<void> {
    const clock = await this.clock();
    await this.press(key);
    await this.told(new RegExp(`at ${clock}; (no other beat reads differently|.* now reads? )`));
  }

  // Retrain
  async train(): Promise<void> {
    await this.press('Alt+3');
    await this.button(/^Train/).click();
    await this.told(/acceptance rules? met/);
  }
  /** Takes the candidate into use, with a reason where a rule is missed. */
  async accept(): Promise<void> {
    const despite = this.button(/^Accept despite/);
    if (await despite.isVisible()) {
      await despite.click();
      await this.page.getByLabel('Reason').fill('End-to-end test');
      await this.page
        .getByRole('dialog')
        .getByRole('button', { name: /^Accept/ })
        .click();
    } else await this.button(/^Accept$/).click();
    await this.told(/accepted\. Predictions are computed anew/);
  }

  // Report
  async writePdf(): Promise<Buffer> {
    await this.press('Alt+4');
    await this.button(/^Write PDF/).click();
    const link = this.page.getByRole('link', { name: /PDF/ }).first();
    await link.waitFor({ timeout: longMs });
    const response = await this.page.request.get(new URL((await link.getAttribute('href'))!, this.page.url()).href);
    expect(response.status()).toBe(200);
    return response.body();
  }
}
