import * as v from 'valibot';
import { askedDevice, type Settings } from '../../contract/settings.ts';
import { type AnnotatorId, annotationSetsOf } from '../../store/annotation-sets.ts';
import { settingsOf } from '../../store/settings.ts';
import type { WriteDb } from '../../store/table-group.ts';

const standardSettings: Settings = {
  readerInitials: '',
  theme: 'system',
  pxPerMm: null, // not measured: then no millimetre is claimed
  device: 'auto',
  reportPatientLine: '',
  removeIdentities: false,
};

/** What the program remembers for its reader, with defaults for what was never set. */
export function readSettings(db: WriteDb): Settings {
  return { ...standardSettings, ...(settingsOf(db).all() as Partial<Settings>) };
}

export function changeSettings(db: WriteDb, change: Partial<Settings>): Settings {
  for (const [key, value] of Object.entries(change)) if (value !== undefined) settingsOf(db).set(key, value);
  return readSettings(db);
}

/** The device that was named when the program was started. @throws {RangeError} for a name that is none. */
export function deviceAtStart(name: string | undefined): Settings['device'] | undefined {
  if (name === undefined || name === '') return undefined;
  const parsed = v.safeParse(askedDevice, name);
  if (!parsed.success) throw new RangeError(`There is no device ${name}; there are ${askedDevice.options.join(', ')}.`);
  return parsed.output;
}

/** The person who sits at the program; without initials a person all the same, never a program. */
export const currentReader = (db: WriteDb): AnnotatorId =>
  annotationSetsOf(db).annotatorId({
    ...{ kind: 'person', name: readSettings(db).readerInitials || 'reader', version: '' },
  });
