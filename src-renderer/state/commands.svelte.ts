import { createContext } from 'svelte';
import type { Command } from '../ui/controls/command.ts';
import { belongsToControl, isSingleCharacter, keyName } from './keys.ts';

/** A command with the further keys that reach it. */
export interface ScreenCommand extends Command {
  readonly alsoKeys?: readonly string[];
}

/** Commands that stand together in the key list. */
export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly ScreenCommand[];
}

const rememberedUnder = 'rhythm-single-keys-off';

/** Everything a person can do now: the shell's commands and those of the screen that is shown. */
export class Commands {
  readonly #isMac: boolean;
  #groups = $state.raw<readonly CommandGroup[]>([]);
  #hasSingleKeys = $state(globalThis.localStorage?.getItem(rememberedUnder) !== 'yes');
  readonly all: readonly ScreenCommand[] = $derived(this.#groups.flatMap((group) => group.commands));

  constructor(isMac = globalThis.navigator?.platform.startsWith('Mac') ?? false) {
    this.#isMac = isMac;
  }

  get groups() {
    return this.#groups;
  }
  /** Whether characters without Ctrl or Alt are keys. */
  get hasSingleKeys() {
    return this.#hasSingleKeys;
  }

  /**
   * Adds groups for as long as a screen is mounted: `onMount(() => commands.add([…]))`.
   * @returns the act that takes them away.
   */
  add = (groups: readonly CommandGroup[]): (() => void) => {
    this.#groups = [...this.#groups, ...groups];
    return () => {
      this.#groups = this.#groups.filter((group) => !groups.includes(group));
    };
  };

  switchSingleKeys = (isOn: boolean) => {
    this.#hasSingleKeys = isOn;
    localStorage.setItem(rememberedUnder, isOn ? 'no' : 'yes');
  };

  find = (id: string): ScreenCommand | undefined => this.all.find((command) => command.id === id);

  /** Runs the command of a key press, unless the control in focus wants the key for itself. */
  press = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const key = keyName(event, this.#isMac);
    // The last that were added win: a screen's key goes before the shell's.
    const command = this.all.findLast((one) => one.key === key || one.alsoKeys?.includes(key));
    if (!command || (isSingleCharacter(key) && !this.#hasSingleKeys)) return;
    if (belongsToControl(key, event.target)) return;
    event.preventDefault();
    if (command.canRun()) command.run();
  };
}

export const [useCommands, provideCommands] = createContext<Commands>();
