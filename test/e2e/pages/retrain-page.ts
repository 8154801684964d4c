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

  steps = (): Locator => this.#page.getByRole('textbox', { name: 'Training steps' });
  /** The button that reviews so many labels that look wrong. */
  doubtful = (count: number): Locator =>
    this.corrections().getByRole('button', { name: count === 1 ? 'Review it' : `Review all ${count}` });
  /** Every label agrees with the model or with like labels. */
  agreement = (): Locator => this.corrections().getByText(/^Every label agrees/);
  gate = (): Locator => this.#page.getByRole('table', { name: 'Before and after', exact: true });
  set = (name: string): Locator => this.gate().getByRole('row').filter({ hasText: name });
  /** Beats that got better and worse in a set of the gate. */
  async setOf(name: string): Promise<{ better: number; worse: number }> {
    const cells = await this.set(name).getByRole('cell').allInnerTexts();
    const [better, worse] = cells.slice(-2).map((text) => Number(text.replace(/\D/g, '')));
    return { better, worse };
  }
  reviewSet = (name: string, which: 'Better' | 'Worse'): Promise<void> =>
    this.set(name)
      .getByRole('button', { name: new RegExp(`^Review .*, ${which}: `) })
      .click();
  /** Shows a set's matrices. */
  show = (name: string): Promise<void> => this.set(name).getByRole('button', { name, exact: true }).click();
  /** The first seven characters of the hash of the version in use. */
  async hashInUse(): Promise<string> {
    const words = await this.versions().getByRole('button').filter({ hasText: 'In use' }).innerText();
    return /\b[0-9a-f]{7}\b/.exec(words)![0];
  }

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
    await this.progress().waitFor(); // until then the candidate before is shown
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
  async useAgain(hash: string): Promise<void> {
    await this.version(hash).click();
    await this.versions().getByRole('button', { name: 'Use this version' }).click();
  }
  async rollBack(hash: string): Promise<void> {
    await this.useAgain(hash);
    await this.#window.told(/^Back to/);
  }
}
