import type { Locator, Page } from 'playwright-core';

/** Evaluate: two annotators side by side, agreement of people, blinded repeats. */
export class EvaluatePage {
  readonly #page: Page;
  constructor(page: Page) {
    this.#page = page;
  }

  view = (name: 'Comparison' | 'Agreement'): Locator => this.#page.getByRole('radio', { name });
  side = (name: 'Reference' | 'Test'): Locator => this.#page.getByRole('combobox', { name: new RegExp(`^${name}: `) });
  map = (name: 'EC57' | 'Literature'): Locator => this.#page.getByRole('radio', { name, exact: true });
  field = (name: 'Start' | 'Match window'): Locator => this.#page.getByRole('textbox', { name });
  record = (name: string): Locator => this.#page.getByRole('checkbox', { name, exact: true });
  warnings = (): Locator => this.#page.getByRole('note', { name: 'Departs from EC57' });
  standard = (): Locator => this.#page.getByText('By EC57: window, start, class map and records.');
  matrix = (): Locator => this.#page.getByRole('table', { name: / in rows, .* in columns$/ });
  records = (): Locator => this.#page.getByRole('table', { name: 'By record' });
  runs = (kind: 'Ventricular' | 'Supraventricular'): Locator =>
    this.#page.getByRole('table', { name: `Run by run, ${kind}` });
  maps = (): Locator => this.#page.getByRole('table', { name: 'Both class maps' });
  kappa = (): Locator => this.#page.getByRole('table', { name: 'Agreement beyond chance' });
  repeats = (): Locator => this.#page.getByRole('table', { name: 'Repeats so far' });
  repeat = (): Locator => this.#page.getByRole('region', { name: 'Blinded repeat' });
  /** The list that Review goes through. */
  list = (): Locator => this.#page.getByRole('region', { name: 'List of beats' });
  place = async (): Promise<string> =>
    (
      await this.list()
        .getByText(/^\d+ of \d+$/)
        .innerText()
    ).replace(/\s/g, ' ');

  async choose(side: 'Reference' | 'Test', name: RegExp): Promise<void> {
    await this.side(side).click();
    await this.#page.getByRole('option', { name }).click();
  }
  cell = (row: string, column: string): Locator =>
    this.matrix().getByRole('button', { name: new RegExp(`^reference ${row}, test ${column}: `) });
  /** Beats by cell, without those that are 0. */
  async counts(): Promise<Record<string, number>> {
    const names = await this.matrix()
      .getByRole('button')
      .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('aria-label')!));
    const found = names.map((name) => /^reference (\w), test (\w): ([\d\s]+)$/.exec(name));
    return Object.fromEntries(
      found
        .filter((match) => match !== null)
        .map(([, row, column, count]) => [`${row}${column}`, Number(count.replace(/\s/g, ''))] as const)
        .filter(([, count]) => count > 0),
    );
  }
  /** Names of the records as they are sorted now. */
  order = (): Promise<string[]> => this.records().getByRole('rowheader').allInnerTexts();
}
