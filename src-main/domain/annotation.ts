/** A mark at a sample, as annotation files hold it (WFDB applications guide, `ecgcodes.h`). */
export interface Annotation {
  readonly atSample: number;
  /** `N L R A a J S V E F / f Q` and the others for beats; `+ ~ | "` and others for what is no beat. */
  readonly symbol: string;
  readonly subtype: number;
  readonly channel: number;
  readonly num: number;
  /** Free text of the mark, such as a rhythm `(AFIB`; empty where there is none. */
  readonly aux: string;
}

/** Symbols that mark a QRS complex (`isqrs` of WFDB's `ecgmap.c`). */
export const beatSymbols: readonly string[] = [
  ...['N', 'L', 'R', 'B', 'A', 'a', 'J', 'S', 'V', 'r', 'F', 'e', 'j', 'n', 'E', '/', 'f', 'Q', '?'],
];

const beatSymbolSet = new Set(beatSymbols);

/** Whether the symbol marks a beat, and not a rhythm change, noise or a comment. */
export const isBeatSymbol = (symbol: string): boolean => beatSymbolSet.has(symbol);
