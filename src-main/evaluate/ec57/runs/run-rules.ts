import type { RunLabel } from './run-side.ts';

/** Ventricular or supraventricular runs. */
export type RunKind = 'VE' | 'SVE';

/** Which labels make, end, open and close a run of a kind. */
export interface RunRules {
  readonly beats: readonly RunLabel[];
  readonly ends: readonly RunLabel[];
  readonly opens: RunLabel;
  readonly closes: RunLabel;
  /** Opens a long run of the other kind. */
  readonly foreignOpens: RunLabel;
}

export const runRules: Readonly<Record<RunKind, RunRules>> = {
  VE: { beats: ['V', 'F'], ends: ['N', 'Q', 'S', 'U'], opens: '[', closes: ']', foreignOpens: '{' },
  SVE: { beats: ['S'], ends: ['N', 'Q', 'V', 'F', 'U'], opens: '{', closes: '}', foreignOpens: '[' },
};

/** Runs longer than 5 beats are not told apart. */
export const longRun = 6;
