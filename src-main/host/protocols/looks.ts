import { settingsOf } from '../../store/settings.ts';
import type { WriteDb } from '../../store/table-group.ts';

/** One time that a test set was scored in this workspace. */
export interface Look {
  readonly testSet: string;
  readonly protocol: string;
  /** Null: cross-validation, which scores no version. */
  readonly model: string | null;
  readonly atMs: number;
  /** Whether all its recordings were scored. */
  readonly isWhole: boolean;
  readonly macroF1: number | null;
}

/** How often a test set was looked at: each look may have led to a choice, and then the figures flatter. */
export interface Looks {
  readonly testSet: string;
  /** This one included. */
  readonly count: number;
  /** Different models among them. */
  readonly models: number;
}

const key = (testSet: string) => `looks at ${testSet}`;

/** Writes the look down in the workspace. @returns how many there are now. */
export function countLooks(db: WriteDb, look: Look): Looks {
  const settings = settingsOf(db);
  const looks = [...((settings.value(key(look.testSet)) as Look[] | undefined) ?? []), look];
  settings.set(key(look.testSet), looks);
  return { testSet: look.testSet, count: looks.length, models: new Set(looks.map(({ model }) => model)).size };
}

export const looksWords = ({ testSet, count, models }: Looks): string =>
  `Look ${count} at ${testSet} in this workspace, ${models === 1 ? 'one model' : `${models} models`}.`;
