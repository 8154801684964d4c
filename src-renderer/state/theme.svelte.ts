import { createContext } from 'svelte';
import { MediaQuery } from 'svelte/reactivity';

export type ThemeChoice = 'system' | 'light' | 'dark';

/** Interface scales that can be chosen, in percent. */
export const uiScales: readonly number[] = [80, 90, 100, 110, 125, 150, 175, 200];

/** Light or dark and how large: written on the root element, where the tokens read it. */
export class Theme {
  readonly #root: HTMLElement;
  readonly #systemIsDark = new MediaQuery('prefers-color-scheme: dark');
  #choice = $state<ThemeChoice>('system');
  #scalePercent = $state(100);
  readonly isDark = $derived(this.#choice === 'system' ? this.#systemIsDark.current : this.#choice === 'dark');

  constructor(root: HTMLElement, choice: ThemeChoice = 'system', scalePercent = 100) {
    this.#root = root;
    this.choose(choice);
    this.resize(scalePercent);
  }

  get choice() {
    return this.#choice;
  }
  get scalePercent() {
    return this.#scalePercent;
  }

  choose = (choice: ThemeChoice) => {
    this.#choice = choice;
    if (choice === 'system') delete this.#root.dataset.theme;
    else this.#root.dataset.theme = choice;
  };
  /** Changes to the theme that is not shown now. */
  toggle = () => this.choose(this.isDark ? 'light' : 'dark');
  /** @param percent  of the designed size, kept within 80 to 200. */
  resize = (percent: number) => {
    this.#scalePercent = Math.min(200, Math.max(80, percent));
    this.#root.style.fontSize = `${this.#scalePercent}%`;
  };
}

export const [useTheme, provideTheme] = createContext<Theme>();
