import { isBeatSymbol } from '../../domain/annotation.ts';
import { wholeSignals } from '../jobs/record-signals.ts';
import { annotationSetsOf } from '../../store/annotation-sets.ts';
import type { Workspace } from '../../store/database.ts';
import type { ReadDb } from '../../store/table-group.ts';
import { recordsOf } from '../../store/records.ts';
import { findRecordings, readAnnotatedRecord } from '../record-model/annotated-record.ts';
import { patientOf, withAtrialFibrillation } from '../record-model/databases.ts';
import type { AnnotatedRecord } from '../record-model/measured-record.ts';

/** Where a protocol finds its recordings, by name; each is read when it is needed, and no two at a time. */
export interface Recordings {
  /** Names that are not there. */
  missing(names: readonly string[]): Promise<string[]>;
  read(name: string): Promise<AnnotatedRecord>;
}

/** Recordings in WFDB format in some folders or in folders right below them, with reference annotations `atr`. */
export async function recordingsInFolders(folders: readonly string[]): Promise<Recordings> {
  const stemOf = await findRecordings(folders);
  return {
    missing: (names) => Promise.resolve(names.filter((name) => stemOf(name) === undefined)),
    read: async (name) => {
      const stem = stemOf(name);
      if (stem === undefined) throw new RangeError(`there is no recording ${name} with reference annotations`);
      return (await readAnnotatedRecord(stem)).record;
    },
  };
}

/** Recordings of the workspace that have imported reference beats. */
export function recordingsInWorkspace({ db, folder }: Workspace<ReadDb>): Recordings {
  const find = (name: string) => {
    const record = recordsOf(db)
      .list('literature')
      .find(({ header }) => header.name === name);
    const sets = annotationSetsOf(db);
    const set = record && sets.ofRecord(record.recordId).find(({ annotator }) => annotator.kind === 'reference');
    const beats = set ? sets.annotations(set.setId).filter(({ symbol }) => isBeatSymbol(symbol)) : [];
    return record && beats.length > 0 ? { record, beats } : undefined;
  };
  return {
    missing: (names) => Promise.resolve(names.filter((name) => !find(name))),
    read: (name) => {
      const found = find(name);
      if (!found) throw new RangeError(`the workspace has no recording ${name} with reference annotations`);
      const { record, beats } = found;
      return Promise.resolve({
        name,
        patient: patientOf(name),
        signals: wholeSignals(folder, record.signalHash),
        beatSamples: Int32Array.from(beats, ({ atSample }) => atSample),
        symbols: beats.map(({ symbol }) => symbol),
        hasAtrialFibrillation: withAtrialFibrillation.includes(name),
      });
    },
  };
}
