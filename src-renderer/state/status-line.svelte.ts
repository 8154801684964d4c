import { createContext, type Snippet } from 'svelte';

/** What a screen adds to the status line while it is shown: its most used keys, and facts at the right. */
export interface StatusParts {
  readonly hints?: readonly { readonly keys: readonly string[]; readonly words: string }[];
  readonly facts?: Snippet;
}

/** The line at the foot of the window. */
export class StatusLine {
  #parts = $state.raw<StatusParts>({});

  get hints() {
    return this.#parts.hints ?? [];
  }
  get facts() {
    return this.#parts.facts;
  }
  /** `onMount(() => statusLine.show({ … }))`. @returns the act that takes them away. */
  show = (parts: StatusParts): (() => void) => {
    this.#parts = parts;
    return () => {
      if (this.#parts === parts) this.#parts = {};
    };
  };
}

export const [useStatusLine, provideStatusLine] = createContext<StatusLine>();
