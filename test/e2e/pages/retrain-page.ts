import type { Locator, Page } from 'playwright-core';
import { longMs, Workstation } from './workstation.ts';

/** Retrain: corrections, the run with its curve, before and after, versions, the decision. */
export class RetrainPage {
  readonly #page: Page;
  readonly #window: Workstation;
  constructor(page: Page) {
    this.#page = page;
    this.#window = new Workstation(page);
  }

  corrections = (): Locator => this.#page.getByRole('region', { name: 'Corrections to learn from' });
  train = (): Locator => this.#page.getByRole('button', { name: /^Train / });
  progress = (): Locator => this.#page.getByRole('progressbar', { name: 'Candidate, training' });
  cancel = (): Locator => this.#page.getByRole('region', { name: 'Retrain' }).getByRole('button', { name: 'Cancel' });
  /** Points of the loss curve, from the table behind it. */
  points = (): Locator => this.#page.getByRole('table', { name: 'Loss' }).getByRole('rowheader');
  matrix = (when: 'Before' | 'After'): Locator => this.#page.getByRole('table', { name: new RegExp(`^${when}: `) });
  decision = (): Locator => this.#page.getByRole('region', { name: 'Decision' });
  rules = (): Locator => this.decision().getByText(/acceptance rules? met/);
  versions = (): Locator => this.#page.getByRole('complementary', { name: 'Model versions' });
  version = (hash: string): Locator => this.versions().getByRole('button', { name: new RegExp(hash.slice(0, 7)) });

  /** Beats of each cell, row by row. */
  async counts(when: 'Before' | 'After'): Promise<number[]> {
    const names = await this.matrix(when)
      .getByRole('button')
      .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('aria-label')!));
    return names.map((name) => Number(/: (\d+)/.exec(name)![1]));
  }
  /** Trains to the end, until the candidate waits for a decision. */
  async fineTune(): Promise<void> {
    await this.train().click();
    await this.rules().waitFor({ timeout: longMs });
  }
  /** Takes the candidate into use; where a rule is missed, with a reason. */
  async accept(reason: string): Promise<void> {
    const despite = this.decision().getByRole('button', { name: /^Accept despite/ });
    if (await despite.isVisible()) {
      await despite.click();
      await this.#page.getByRole('textbox', { name: 'Reason' }).fill(reason);
      await this.#window
        .dialog(/rule is missed/)
        .getByRole('button', { name: 'Accept' })
        .click();
    } else await this.decision().getByRole('button', { name: 'Accept', exact: true }).click();
    await this.#window.told(/accepted\. Predictions are computed anew/);
  }
  async rollBack(hash: string): Promise<void> {
    await this.version(hash).click();
    await this.versions().getByRole('button', { name: 'Use again' }).click();
    await this.#window.told(/^Back to/);
  }
}
