import type { Locator, Page } from 'playwright-core';
import { longMs } from './workstation.ts';

/** The library: what there is and how far each record is. */
export class LibraryPage {
  readonly #page: Page;
  constructor(page: Page) {
    this.#page = page;
  }

  table = (): Locator => this.#page.getByRole('grid', { name: 'Records of the library' });
  record = (name: string): Locator => this.table().getByRole('row', { name: `Choose ${name} ` });
  preview = (): Locator => this.#page.getByRole('complementary', { name: 'Record preview' });
  outcomes = (): Locator => this.#page.getByRole('region', { name: 'Import' });
  /** The row of an import that tells what one source came to. */
  outcome = (source: string): Locator => this.outcomes().getByRole('row', { name: new RegExp(`^${source} `) });
  /** What is asked of a CSV file before it is imported. */
  csvDialog = (file: string): Locator => this.#page.getByRole('dialog', { name: `Read ${file}` });
  firstRun = (): Locator => this.#page.getByRole('heading', { name: 'Drop recordings here' });

  /** Chooses files in the file dialog that Import opens. */
  async importFiles(paths: readonly string[]): Promise<void> {
    const chooser = this.#page.waitForEvent('filechooser');
    await this.#page.getByRole('button', { name: /^Import files/ }).click();
    await (await chooser).setFiles([...paths]);
  }
  openDemo = (): Promise<void> => this.#page.getByRole('button', { name: 'Open the demo record' }).click();
  /** Waits until every beat of the record has a label. */
  labelled = (name: string): Promise<void> =>
    this.record(name).getByRole('gridcell', { name: '100 %', exact: true }).waitFor({ timeout: longMs });
  find = (words: string): Promise<void> =>
    this.#page.getByRole('searchbox', { name: 'Find a record or patient' }).fill(words);
  /** Opens a record in Review. */
  async open(name: string): Promise<void> {
    await this.record(name).dblclick();
    await this.#page.getByRole('application', { name: 'ECG paper' }).waitFor();
  }
}
