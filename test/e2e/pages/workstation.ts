import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** What takes longest, a training or the prediction of four recordings, on a busy machine of two cores. */
export const longMs = 120_000;

export const places = ['Library', 'Review', 'Retrain', 'Evaluate', 'Report', 'Settings'] as const;
export type Place = (typeof places)[number];

/** The window around the screens: places, commands, keys, messages, background work. */
export class Workstation {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  /** Waits until records and commands are known: keys work from then on. */
  ready = (): Promise<void> => this.page.getByText('Offline', { exact: true }).waitFor();
  press = (key: string): Promise<void> => this.page.keyboard.press(key);
  button = (name: string | RegExp): Locator => this.page.getByRole('button', { name });
  dialog = (name: string | RegExp): Locator => this.page.getByRole('dialog', { name });

  place = (place: Place): Locator => this.page.getByRole('banner').getByRole('button', { name: place, exact: true });
  /** Goes to a place by its key. */
  async goTo(place: Place): Promise<void> {
    await this.press(place === 'Settings' ? 'Control+,' : `Alt+${places.indexOf(place) + 1}`);
    await this.place(place).and(this.page.locator('[aria-current=page]')).waitFor();
  }

  /** What was told last. */
  message = (): Locator => this.page.getByRole('contentinfo', { name: 'Status' }).getByRole('status');
  /** Waits until a message is told; where another stands there instead, the failure shows it. */
  async told(words: RegExp, timeout = 30_000): Promise<void> {
    await expect.poll(() => this.message().innerText(), { timeout }).toMatch(words);
  }

  /** Runs a command by some words of its title, with keys alone. */
  async command(words: string): Promise<void> {
    await this.press('Control+k');
    const palette = this.dialog('Commands');
    await palette.getByPlaceholder('Type a command').fill(words);
    await palette.getByRole('option').first().waitFor();
    await this.press('Enter');
    await palette.waitFor({ state: 'detached' });
  }
  /** The list of background work, opened. */
  async work(): Promise<Locator> {
    await this.button(/^Background work/).click();
    return this.dialog('Background work');
  }
}
