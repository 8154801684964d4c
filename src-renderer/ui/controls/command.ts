/** One thing a person can do: key, menu, button and palette all call this. */
export interface Command {
  readonly id: string;
  readonly title: string;
  /** Parts joined by `+`, as they are shown: `Ctrl+Z`, `Shift+N`, `Enter`. */
  readonly key?: string;
  readonly canRun: () => boolean;
  readonly run: () => void;
}

/** The caps of a key combination; on a Mac Ctrl reads Cmd. */
export function keyCaps(key: string, isMac: boolean): string[] {
  const caps = key === '+' ? ['+'] : key.split(/(?<=[^+])\+/);
  return caps.map((cap) => (isMac && cap === 'Ctrl' ? 'Cmd' : cap));
}
