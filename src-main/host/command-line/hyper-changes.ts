import type { HyperChanges } from '../../training/jobs.ts';
import { CommandRefused } from './output.ts';
import { wholeNumber } from './whole-number.ts';

/** Hyper-parameters given as `name=value`, and `--epochs`. */
export function changesIn({
  set = [],
  epochs,
}: {
  readonly set?: readonly string[];
  readonly epochs?: string;
}): HyperChanges {
  const changes: Record<string, number | string | boolean> = {};
  for (const text of set) {
    const [, name, value] = /^(\w+)=(.+)$/.exec(text) ?? [];
    if (name === undefined) throw new CommandRefused('bad-usage', `--set takes name=value, not ${text}.`);
    if (name === 'seed') throw new CommandRefused('bad-usage', 'The seed is given by --seed.');
    changes[name] = value === 'true' || value === 'false' ? value === 'true' : isNaN(+value) ? value : +value;
  }
  return epochs === undefined ? changes : { ...changes, epochs: wholeNumber(epochs, '--epochs') };
}

/** Hyper-parameters that are not allowed are refused before anything starts. */
export function refusedAsUsage(check: () => unknown): void {
  try {
    check();
  } catch (error) {
    throw new CommandRefused('bad-usage', `${(error as Error).message}.`);
  }
}
