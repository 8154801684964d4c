import { type BeatClass, type ClassMapName, beatClasses, classOfSymbol } from '../domain/beat-class.ts';
import type { RecordId } from '../domain/record.ts';
import type { ReadDb, WriteDb } from './table-group.ts';

/** What the library and reports count of a record; deleted beats are left out. */
export interface BeatCounts {
  /** All of them; artifacts included. */
  readonly beats: number;
  /** By current label (the person's, else the model's), artifacts left out. */
  readonly byClass: Readonly<Record<BeatClass, number>>;
  /** Neither artifact nor labelled by anyone. */
  readonly unlabelled: number;
  readonly artifacts: number;
  /** Of those that are no artifacts. */
  readonly confirmed: number;
  readonly changed: number;
  readonly forLater: number;
  /** Of class S, V, F or Q, no artifact, and not yet confirmed or changed by a person. */
  readonly notNWithoutPerson: number;
}

/** Beats of a record that are alike in all that is counted. */
export interface TallyRow {
  readonly personSymbol: string;
  readonly act: string;
  readonly modelLabel: number;
  readonly isArtifact: number;
  readonly isForLater: number;
  readonly beats: number;
}

/** Adds up tallies under a class map; person's symbols are mapped here, so that a map is a way of reading. */
export function countsOf(tallies: Iterable<TallyRow>, map: ClassMapName): BeatCounts {
  const byClass: Record<BeatClass, number> = { N: 0, S: 0, V: 0, F: 0, Q: 0 };
  const counts = { beats: 0, unlabelled: 0, artifacts: 0, confirmed: 0, changed: 0, forLater: 0, notNWithoutPerson: 0 };
  for (const { personSymbol, act, modelLabel, isArtifact, isForLater, beats } of tallies) {
    counts.beats += beats;
    if (isArtifact) {
      counts.artifacts += beats;
      continue;
    }
    const label: BeatClass | undefined = personSymbol ? classOfSymbol(personSymbol, map) : beatClasses[modelLabel];
    if (label === undefined) counts.unlabelled += beats;
    else byClass[label] += beats;
    if (act === 'confirmed') counts.confirmed += beats;
    if (act === 'changed') counts.changed += beats;
    if (isForLater) counts.forLater += beats;
    if (act === '' && label !== undefined && label !== 'N') counts.notNWithoutPerson += beats;
  }
  return { ...counts, byClass };
}

/** What is counted of one record. */
export const talliesOf = (db: ReadDb) =>
  db.prepare<{ recordId: RecordId }, TallyRow>(
    `SELECT person_symbol AS personSymbol, act, model_label AS modelLabel, is_artifact AS isArtifact,
       is_for_later AS isForLater, beats FROM beat_tallies WHERE record_id = @recordId`,
  );

/** Groups live beats in the columns of `beat_tallies`; `where` picks the beats. */
export const tallied = (where: string) => `
  SELECT b.record_id, coalesce(person_symbol, '') AS person_symbol, coalesce(act, '') AS act,
    coalesce(label, -1) AS model_label, is_artifact, is_for_later, count(*) AS beats
  FROM beats b LEFT JOIN current_predictions p ON p.beat_id = b.beat_id
  WHERE ${where} AND is_deleted = 0 GROUP BY 1, 2, 3, 4, 5, 6`;
export const tallyKey = 'record_id, person_symbol, act, model_label, is_artifact, is_for_later';

/** Keeps `beat_tallies` in step with what is written of beats. */
export function tallyKeeper(db: WriteDb) {
  const ofThese = tallied('b.beat_id IN (SELECT value FROM json_each(@beatIds))');
  const subtract = db.prepare<{ beatIds: string }>(
    `UPDATE beat_tallies AS t SET beats = t.beats - gone.beats FROM (${ofThese}) AS gone
     WHERE (t.record_id, t.person_symbol, t.act, t.model_label, t.is_artifact, t.is_for_later)
       = (gone.record_id, gone.person_symbol, gone.act, gone.model_label, gone.is_artifact, gone.is_for_later)`,
  );
  const add = db.prepare<{ beatIds: string }>(
    `INSERT INTO beat_tallies (${tallyKey}, beats) SELECT * FROM (${ofThese}) WHERE true
     ON CONFLICT (${tallyKey}) DO UPDATE SET beats = beats + excluded.beats`,
  );
  const clear = db.prepare<{ recordId: RecordId }>('DELETE FROM beat_tallies WHERE record_id = @recordId');
  const count = db.prepare<{ recordId: RecordId }>(
    `INSERT INTO beat_tallies (${tallyKey}, beats) ${tallied('b.record_id = @recordId')}`,
  );
  return {
    /** Counts the beats anew around a write that changes them. */
    around: <Value>(beatIds: ArrayLike<number>, write: () => Value): Value => {
      const ids = { beatIds: JSON.stringify(Array.from(beatIds)) };
      subtract.run(ids);
      const value = write();
      add.run(ids);
      return value;
    },
    recount: (recordId: RecordId): void => {
      clear.run({ recordId });
      count.run({ recordId });
    },
  };
}
