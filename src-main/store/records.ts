import type { ClassMapName } from '../domain/beat-class.ts';
import type { Lead, RecordHeader, RecordId } from '../domain/record.ts';
import { type Result, accepted, refused } from '../domain/result.ts';
import { isBeatSymbol } from '../domain/annotation.ts';
import { type AnnotationSetId, type NewAnnotationSet, annotationSetsOf } from './annotation-sets.ts';
import { beatsOf } from './beats.ts';
import { atomically, tableGroup } from './table-group.ts';
import { type BeatCounts, type TallyRow, countsOf } from './tallies.ts';

/** Where a record was imported from. */
export interface RecordSource {
  readonly files: readonly { readonly name: string; readonly sizeBytes: number; readonly sha256: string }[];
  readonly format: string;
  readonly readerVersion: string;
  readonly checksumsVerified: boolean;
}

export interface NewRecord {
  /** The patient's pseudonym; records of one patient share it. */
  readonly patient: string;
  readonly header: RecordHeader;
  readonly signalHash: string;
  readonly isSimulated: boolean;
  readonly source: RecordSource;
  readonly importedAtMs: number;
}

export interface StoredRecord extends NewRecord {
  readonly recordId: RecordId;
  readonly revision: number;
  readonly seededFromSet: AnnotationSetId | null;
}

/** One line of the library. */
export interface ListedRecord extends StoredRecord {
  readonly counts: BeatCounts;
  /** Name of the annotator whose marks became the beats; null before there are any. */
  readonly positionsFrom: string | null;
  /** The model of the latest whole prediction run. */
  readonly modelHash: string | null;
  /** How unlike the recording is to those that this model learned from; above 1 more so than any of them. */
  readonly unlikeness: number | null;
  readonly isUnblinded: boolean;
}

export const recordsOf = tableGroup(
  'records',
  (db) => {
    const byId = db.prepare<{ recordId: RecordId }, RecordRow>(
      `SELECT ${columns} FROM records r JOIN patients USING (patient_id) WHERE record_id = @recordId`,
    );
    const bySignalHash = db.prepare<{ signalHash: string }, RecordRow>(
      `SELECT ${columns} FROM records r JOIN patients USING (patient_id) WHERE signal_hash = @signalHash`,
    );
    const signalHashes = db.prepare<[], string>('SELECT signal_hash FROM records').pluck();
    const list = db.prepare<[], ListRow>(
      `SELECT ${columns},
         (SELECT name FROM annotation_sets JOIN annotators USING (annotator_id) WHERE set_id = seeded_from_set)
           AS positionsFrom,
         (SELECT model_hash FROM prediction_runs WHERE record_id = r.record_id AND is_whole = 1
           ORDER BY run_id DESC LIMIT 1) AS modelHash,
         (SELECT unlikeness FROM prediction_runs WHERE record_id = r.record_id AND is_whole = 1
           ORDER BY run_id DESC LIMIT 1) AS unlikeness,
         EXISTS (SELECT 1 FROM unblindings WHERE record_id = r.record_id) AS isUnblinded,
         (SELECT json_group_array(json_object('personSymbol', person_symbol, 'act', act, 'modelLabel', model_label,
             'isArtifact', is_artifact, 'isForLater', is_for_later, 'beats', beats))
           FROM beat_tallies WHERE record_id = r.record_id) AS tallies
       FROM records r JOIN patients USING (patient_id) ORDER BY r.record_id`,
    );
    const found = (row: RecordRow | undefined) => row && recordOf(row);
    return {
      byId: (recordId: RecordId): StoredRecord | undefined => found(byId.get({ recordId })),
      bySignalHash: (signalHash: string): StoredRecord | undefined => found(bySignalHash.get({ signalHash })),
      signalHashes: (): string[] => signalHashes.all(),
      /** Every record with its counts, in the order of import; quick also with days of beats. */
      list: (map: ClassMapName = 'ec57'): ListedRecord[] =>
        list.all().map(({ positionsFrom, modelHash, unlikeness, isUnblinded, tallies, ...row }) => ({
          ...recordOf(row),
          counts: countsOf(JSON.parse(tallies) as TallyRow[], map),
          positionsFrom,
          modelHash,
          unlikeness,
          isUnblinded: isUnblinded === 1,
        })),
    };
  },
  (db, reads) => {
    const addPatient = db.prepare('INSERT INTO patients (pseudonym) VALUES (@patient) ON CONFLICT DO NOTHING');
    const add = db.prepare(
      `INSERT INTO records (patient_id, name, signal_hash, sampling_hz, length_samples, leads, notes, is_simulated, source,
         imported_at_ms)
       SELECT patient_id, @name, @signalHash, @samplingHz, @lengthSamples, @leads, @notes, @isSimulated, @source,
         @importedAtMs FROM patients WHERE pseudonym = @patient`,
    );
    const setPatient = db.prepare(
      `UPDATE records SET patient_id = (SELECT patient_id FROM patients WHERE pseudonym = @patient)
       WHERE record_id = @recordId`,
    );
    const removeLonelyPatients = db.prepare(
      'DELETE FROM patients WHERE NOT EXISTS (SELECT 1 FROM records WHERE records.patient_id = patients.patient_id)',
    );
    const remove = db.prepare<{ recordId: RecordId }>('DELETE FROM records WHERE record_id = @recordId');
    return {
      /**
       * A record appears whole: with its annotation sets, and with beats where one of them marks beats (a
       * reference's before a program's). The signal file must be published before.
       */
      add: (record: NewRecord, sets: readonly NewAnnotationSet[] = []): Result<RecordId, 'already-imported'> =>
        atomically(db, () => {
          if (reads.bySignalHash(record.signalHash)) return refused('already-imported');
          const { header, patient, signalHash, importedAtMs } = record;
          addPatient.run({ patient });
          const row = add.run({
            ...{ patient, signalHash, importedAtMs },
            ...{ name: header.name, samplingHz: header.samplingHz, lengthSamples: header.lengthSamples },
            leads: JSON.stringify(header.leads),
            notes: JSON.stringify(header.notes),
            isSimulated: Number(record.isSimulated),
            source: JSON.stringify(record.source),
          });
          const recordId = Number(row.lastInsertRowid) as RecordId;
          const setIds = sets.map((set) => annotationSetsOf(db).add(recordId, set));
          const seeding = seedingSet(sets);
          if (seeding >= 0) beatsOf(db).seed(recordId, setIds[seeding]);
          return accepted(recordId);
        }),
      /** Says whose record it is; two names of one patient become one. */
      setPatient: (recordId: RecordId, patient: string): void =>
        atomically(db, () => {
          addPatient.run({ patient });
          setPatient.run({ recordId, patient });
          removeLonelyPatients.run();
        }),
      /**
       * Takes the record and all that was said of it out of the workspace, its steps too; training snapshots stay.
       * Its signal file goes with `removeSignal`, or when the workspace is opened next.
       */
      remove: (recordId: RecordId): boolean =>
        atomically(db, () => {
          const isRemoved = remove.run({ recordId }).changes === 1;
          removeLonelyPatients.run();
          return isRemoved;
        }),
    };
  },
);

/** Which set gives the record its beats: the reference's positions before a program's; -1 where none marks beats. */
function seedingSet(sets: readonly NewAnnotationSet[]): number {
  const marksBeats = (set: NewAnnotationSet) => set.annotations.some(({ symbol }) => isBeatSymbol(symbol));
  const reference = sets.findIndex((set) => set.annotator.kind === 'reference' && marksBeats(set));
  return reference >= 0 ? reference : sets.findIndex(marksBeats);
}

interface RecordRow {
  readonly recordId: RecordId;
  readonly patient: string;
  readonly name: string;
  readonly signalHash: string;
  readonly samplingHz: number;
  readonly lengthSamples: number;
  readonly leads: string;
  readonly notes: string;
  readonly isSimulated: number;
  readonly source: string;
  readonly importedAtMs: number;
  readonly revision: number;
  readonly seededFromSet: AnnotationSetId | null;
}
interface ListRow extends RecordRow {
  readonly positionsFrom: string | null;
  readonly modelHash: string | null;
  readonly unlikeness: number | null;
  readonly isUnblinded: number;
  readonly tallies: string;
}
const columns = `r.record_id AS recordId, pseudonym AS patient, r.name, signal_hash AS signalHash,
  sampling_hz AS samplingHz, length_samples AS lengthSamples, leads, notes, is_simulated AS isSimulated, source,
  imported_at_ms AS importedAtMs, revision, seeded_from_set AS seededFromSet`;

function recordOf({ name, samplingHz, lengthSamples, leads, notes, ...row }: RecordRow): StoredRecord {
  return {
    ...row,
    header: {
      ...{ name, samplingHz, lengthSamples },
      leads: JSON.parse(leads) as Lead[],
      notes: JSON.parse(notes) as string[],
    },
    isSimulated: row.isSimulated === 1,
    source: JSON.parse(row.source) as RecordSource,
  };
}
