import { expect } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { longMs, Workstation } from './workstation.ts';

/** Review: one record, its beats and their labels. */
export class ReviewPage {
  readonly #page: Page;
  readonly #window: Workstation;
  constructor(page: Page) {
    this.#page = page;
    this.#window = new Workstation(page);
  }

  /** The list of beats that is gone through. */
  walk = (): Locator => this.#page.getByRole('region', { name: 'List of beats' });
  paper = (): Locator => this.#page.getByRole('application', { name: 'ECG paper' });
  inspector = (): Locator => this.#page.getByRole('complementary', { name: 'Beat' });
  lists = (): Locator => this.#page.getByRole('region', { name: 'Beats to review' });
  list = (name: 'Queue' | 'Beats' | 'Errors'): Locator => this.#page.getByRole('radio', { name });
  rows = (): Locator => this.lists().getByRole('grid').getByRole('row');
  toolbar = (): Locator => this.#page.getByRole('toolbar', { name: 'Paper and attribution' });
  attribution = (method: 'Relevance' | 'Attention' | 'Off'): Locator =>
    this.toolbar().getByRole('radio', { name: method });
  /** The method of explanation, with its figure beside it. */
  method = (): Locator => this.inspector().getByRole('combobox', { name: /^Method/ });
  head = (): Locator => this.inspector().getByRole('combobox', { name: /^Head/ });
  probabilities = (): Locator => this.inspector().getByRole('list', { name: 'Probability' });
  /** The whole record; its value is the sample in the middle of the paper. */
  overview = (): Locator => this.#page.getByRole('slider');
  history = (): Locator => this.#page.getByRole('region', { name: 'History' });
  /** What tells that the last edit is on disk. */
  saved = (): Locator => this.#page.getByText('Saved', { exact: true });

  /** Waits until the record is drawn and its beats are counted, which come after the trace. */
  async shown(): Promise<void> {
    await this.paper().waitFor();
    await this.lists().getByRole('term').first().waitFor();
    await this.inspector().getByRole('heading', { level: 2 }).waitFor();
  }
  /** Number of the beat that the inspector tells of. */
  async beat(): Promise<number> {
    const heading = await this.inspector().getByRole('heading', { level: 2 }).first().innerText();
    return Number(/Beat ([\d\s]+?) of/.exec(heading.replace(/\s+/g, ' '))?.[1].replaceAll(' ', ''));
  }
  async goToBeat(ordinal: number): Promise<void> {
    await this.#window.press('g');
    await this.#page.getByRole('textbox', { name: 'Time or beat' }).fill(String(ordinal));
    await this.#window.press('Enter');
    await this.#window.dialog('Go to').waitFor({ state: 'detached' });
    await expect.poll(() => this.beat(), { timeout: 10_000 }).toBe(ordinal);
  }
  /** Time of the beat as messages write it: `02:44.1`. */
  async clock(): Promise<string> {
    const [, minutes, seconds] = /(\d\d):(\d\d\.\d{3})/.exec((await this.inspector().textContent())!)!;
    return `${minutes}:${Number(seconds).toFixed(1).padStart(4, '0')}`;
  }
  /** Labels the beat and waits until the recording has been read again and that was told. */
  async label(key: string): Promise<void> {
    const clock = await this.clock();
    await this.#window.press(key);
    await this.#window.told(new RegExp(`at ${clock}; (no other beat reads differently|.* now reads? )`));
  }
  /** Whether removing what the explanation points at does more than removing anything: the figures and the verdict. */
  async faithfulness(): Promise<{ fallTop: number; fallRandom: number; isFaithful: boolean }> {
    const why = this.inspector();
    await why.getByText(/[Ff]aithful for this beat/).waitFor({ timeout: longMs });
    const figure = async (term: RegExp) =>
      Number(
        (await why.getByRole('term').filter({ hasText: term }).locator('xpath=following-sibling::dd[1]').innerText())
          .replace('−', '-')
          .replace(/[^\d.-]/g, ''),
      );
    return {
      fallTop: await figure(/top 20 %/),
      fallRandom: await figure(/random 20 %/),
      isFaithful: (await why.getByText('Faithful for this beat', { exact: true }).count()) === 1,
    };
  }
  /** Pixels of the paper in a colour of the tokens, by the colour's CSS variable. */
  pixelsOf = (variable: string): Promise<number> =>
    this.paper()
      .locator('canvas')
      .first()
      .evaluate((canvas: HTMLCanvasElement, name) => {
        const probe = document.createElement('i');
        probe.style.color = `var(${name})`;
        document.body.append(probe);
        const [r, g, b] = getComputedStyle(probe).color.match(/\d+/g)!.map(Number);
        probe.remove();
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
        let pixels = 0;
        for (let i = 0; i < data.length; i += 4) if (data[i] === r && data[i + 1] === g && data[i + 2] === b) pixels++;
        return pixels;
      }, variable);
}
