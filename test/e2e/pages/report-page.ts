import type { Locator, Page } from 'playwright-core';
import { longMs } from './workstation.ts';

/** Report: the pages as they will be printed, and the PDF. */
export class ReportPage {
  readonly #page: Page;
  constructor(page: Page) {
    this.#page = page;
  }

  pages = (): Locator => this.#page.getByRole('region', { name: /^Report preview, / });
  write = (): Locator => this.#page.getByRole('button', { name: /^Write PDF/ });
  link = (): Locator => this.#page.getByRole('link', { name: 'Open the PDF' });

  /** Writes the PDF and reads it through its link. */
  async writePdf(): Promise<Uint8Array> {
    await this.pages().waitFor({ timeout: longMs });
    await this.write().click();
    await this.link().waitFor({ timeout: longMs });
    const address = (await this.link().getAttribute('href'))!;
    const bytes = await this.#page.evaluate(async (from) => {
      const response = await fetch(from);
      if (!response.ok) throw new Error(`${from} answers ${response.status}`);
      return [...new Uint8Array(await response.arrayBuffer())];
    }, address);
    return Uint8Array.from(bytes);
  }
}
