import {
  type Beat,
  type BeatState,
  type BeatTable,
  type LabelOrigin,
  beatFlags,
  labelOrigins,
  noLabel,
} from '../domain/beat.ts';
import { type BeatClass, type ClassMapName, beatClasses, classOfSymbol } from '../domain/beat-class.ts';
import { beatSymbols } from '../domain/annotation.ts';
import type { BeatId, RecordId } from '../domain/record.ts';
import { type Result, accepted, refused } from '../domain/result.ts';
import type { AnnotationSetId } from './annotation-sets.ts';
import { type ReadDb, type WriteDb, atomically, tableGroup } from './table-group.ts';
import { type BeatCounts, countsOf, talliesOf, tallyKeeper } from './tallies.ts';

/** A beat with all that is stored of it. */
export interface StoredBeat extends Beat {
  readonly recordId: RecordId;
  /** Place of its mark in the set that seeded the record; null for a beat that a person added. */
  readonly seedOrdinal: number | null;
  /** In the order of `beatClasses`, label blend included; undefined where no model has spoken. */
  readonly probabilities: readonly number[] | undefined;
}

export const beatsOf = tableGroup(
  'beats',
  (db) => {
    const byId = db.prepare<{ beatId: BeatId }, StoredBeatRow>(
      `SELECT b.beat_id AS beatId, b.record_id AS recordId, seed_ordinal AS seedOrdinal, at_sample AS atSample,
         person_symbol AS personSymbol, act, is_artifact AS isArtifact, is_for_later AS isForLater,
         is_deleted AS isDeleted, p_n AS n, p_s AS s, p_v AS v, p_f AS f, p_q AS q, label AS modelLabel
       FROM beats b LEFT JOIN current_predictions p ON p.beat_id = b.beat_id WHERE b.beat_id = @beatId`,
    );
    const tallies = talliesOf(db);
    const reader = beatTableReader(db);
    return {
      /** All beats of a record by rising sample. A record that is not there has revision 0 and no beats. */
      table: reader.whole,
      /** Up to so many beats behind a sample, in the same columns: a day is read in pieces where nobody may wait for it. */
      tableSlice: reader.slice,
      /** These beats in the order given, in the same columns; their revision is left at 0. */
      tableOf: reader.beats,
      revisionOf: reader.revisionOf,
      /** One beat, deleted ones too; `map` reads a person's symbol as a class. */
      byId: (beatId: BeatId, map: ClassMapName = 'ec57'): StoredBeat | undefined => {
        const row = byId.get({ beatId });
        return row && storedBeatOf(row, map);
      },
      /** The numbers of the library and of reports. */
      countsByLabel: (recordId: RecordId, map: ClassMapName = 'ec57'): BeatCounts =>
        countsOf(tallies.all({ recordId }), map),
    };
  },
  (db) => {
    const project = projector(db);
    const seedOf = db
      .prepare<{ recordId: RecordId }, number | null>('SELECT seeded_from_set FROM records WHERE record_id = @recordId')
      .pluck();
    const anyStep = db
      .prepare<{ recordId: RecordId }, number>('SELECT 1 FROM steps WHERE record_id = @recordId LIMIT 1')
      .pluck();
    const nextBeatId = db
      .prepare<[], number>(`SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'beats'), 0) + 1`)
      .pluck();
    const setSeed = db.prepare(
      'UPDATE records SET seeded_from_set = @setId, first_beat_id = @firstBeatId WHERE record_id = @recordId',
    );
    return {
      /**
       * Makes one beat of each beat mark of the set, without a person's label. Their ids follow each other by
       * rising sample. Refused once the record has beats or edits.
       * @returns how many beats there are.
       */
      seed: (recordId: RecordId, setId: AnnotationSetId): Result<number, 'already-seeded'> =>
        atomically(db, () => {
          if (seedOf.get({ recordId }) !== null || anyStep.get({ recordId }) !== undefined)
            return refused('already-seeded');
          setSeed.run({ recordId, setId, firstBeatId: nextBeatId.get() });
          return accepted(project(recordId));
        }),
      /** Makes the record's beats anew from their set and the annotation events. */
      rebuild: (recordId: RecordId): void => void atomically(db, () => project(recordId)),
    };
  },
);

interface StoredBeatRow {
  readonly beatId: BeatId;
  readonly recordId: RecordId;
  readonly seedOrdinal: number | null;
  readonly atSample: number;
  readonly personSymbol: string | null;
  readonly act: 'confirmed' | 'changed' | null;
  readonly isArtifact: number;
  readonly isForLater: number;
  readonly isDeleted: number;
  readonly n: number | null;
  readonly s: number;
  readonly v: number;
  readonly f: number;
  readonly q: number;
  readonly modelLabel: number | null;
}

function storedBeatOf(row: StoredBeatRow, map: ClassMapName): StoredBeat {
  const { n, s, v, f, q, modelLabel, ...beat } = row;
  return {
    ...beat,
    isArtifact: beat.isArtifact === 1,
    isForLater: beat.isForLater === 1,
    isDeleted: beat.isDeleted === 1,
    label: beat.personSymbol === null ? beatClasses[modelLabel ?? noLabel] : classOfSymbol(beat.personSymbol, map),
    origin: originOf(beat.act, modelLabel),
    probabilities: n === null ? undefined : [n, s, v, f, q],
  };
}

const originOf = (act: BeatState['act'], modelLabel: number | null): LabelOrigin =>
  act ?? (modelLabel === null ? 'none' : 'model');

/** Columns of beats, to be filled. */
type FilledTable = { -readonly [Column in keyof BeatTable]: BeatTable[Column] };

/** Reads a record's beats into columns; raw rows, as objects of 100,000 beats cost twice the time. */
function beatTableReader(db: ReadDb) {
  const revision = db
    .prepare<{ recordId: RecordId }, number>('SELECT revision FROM records WHERE record_id = @recordId')
    .pluck();
  const columns = 'b.beat_id, at_sample, person_symbol, act, is_artifact, is_for_later, label, p_n, p_s, p_v, p_f, p_q';
  const tables = 'beats b LEFT JOIN current_predictions p ON p.beat_id = b.beat_id';
  const rows = db
    .prepare<{ recordId: RecordId; afterSample: number; limit: number }, BeatTableRow>(
      `SELECT ${columns} FROM ${tables} WHERE b.record_id = @recordId AND is_deleted = 0 AND at_sample > @afterSample
       ORDER BY at_sample LIMIT @limit`,
    )
    .raw();
  const row = db
    .prepare<{ beatId: number }, BeatTableRow>(`SELECT ${columns} FROM ${tables} WHERE b.beat_id = @beatId`)
    .raw();
  const revisionOf = (recordId: RecordId) => revision.get({ recordId }) ?? 0;
  return {
    revisionOf,
    whole: (recordId: RecordId, map: ClassMapName = 'ec57'): BeatTable => {
      // One transaction, so that a reader beside the writer sees revision and beats of one moment.
      const read = db.transaction(
        () => [revisionOf(recordId), rows.all({ recordId, afterSample: -1, limit: -1 })] as const,
      );
      const [recordRevision, beats] = read();
      return tableOf(recordRevision, beats, map);
    },
    slice: (recordId: RecordId, afterSample: number, limit: number, map: ClassMapName = 'ec57'): BeatTable =>
      tableOf(revisionOf(recordId), rows.all({ recordId, afterSample, limit }), map),
    beats: (beatIds: ArrayLike<number>, map: ClassMapName = 'ec57'): BeatTable => {
      const found = Array.from(beatIds, (beatId) => row.get({ beatId })).filter((one) => one !== undefined);
      return tableOf(0, found, map);
    },
  };
}

function tableOf(revision: number, beats: readonly BeatTableRow[], map: ClassMapName): BeatTable {
  const table: FilledTable = {
    revision,
    beatId: new Int32Array(beats.length),
    atSample: new Int32Array(beats.length),
    label: new Uint8Array(beats.length),
    origin: new Uint8Array(beats.length),
    symbols: '',
    flags: new Uint8Array(beats.length),
    probabilities: new Float32Array(beats.length * beatClasses.length),
  };
  beats.forEach((beat, i) => {
    const [beatId, atSample, symbol, act, isArtifact, isForLater, modelLabel] = beat;
    table.beatId[i] = beatId;
    table.atSample[i] = atSample;
    table.label[i] = symbol === null ? (modelLabel ?? noLabel) : indexOfClass(classOfSymbol(symbol, map));
    table.origin[i] = labelOrigins.indexOf(originOf(act, modelLabel));
    table.symbols += symbol ?? ' ';
    table.flags[i] = (isArtifact ? beatFlags.artifact : 0) | (isForLater ? beatFlags.forLater : 0);
    for (let c = 0; c < beatClasses.length; c++)
      table.probabilities[i * beatClasses.length + c] = (beat[7 + c] as number | null) ?? NaN;
  });
  return table;
}

type BeatTableRow = [
  beatId: number,
  atSample: number,
  personSymbol: string | null,
  act: BeatState['act'],
  isArtifact: number,
  isForLater: number,
  modelLabel: number | null,
  ...probabilities: (number | null)[],
]; // a tuple, read by place: 100,000 rest arrays would cost more than the query

const indexOfClass = (label: BeatClass | undefined): number =>
  label === undefined ? noLabel : beatClasses.indexOf(label);

/** Lays a record's seeds, and over them the last event of each beat, over what `beats` holds; nothing else may stay. */
function projector(db: WriteDb) {
  const tallies = tallyKeeper(db);
  const seedOf = db.prepare<{ recordId: RecordId }, { setId: AnnotationSetId | null; firstBeatId: number | null }>(
    'SELECT seeded_from_set AS setId, first_beat_id AS firstBeatId FROM records WHERE record_id = @recordId',
  );
  const stateColumns = 'at_sample, person_symbol, act, is_artifact, is_for_later, is_deleted';
  const setToExcluded = `SET (${stateColumns}) = (${stateColumns.replace(/\w+/g, 'excluded.$&')})`;
  // Of two beat marks at one sample the first counts: beats share no instant.
  const putSeeds = db.prepare(
    `INSERT INTO beats (beat_id, record_id, seed_ordinal, ${stateColumns})
     SELECT @firstBeatId - 1 + row_number() OVER (ORDER BY at_sample), @recordId, min(ordinal), at_sample, NULL, NULL, 0, 0, 0
     FROM set_annotations WHERE set_id = @setId AND symbol IN (SELECT value FROM json_each(@beatSymbols))
     GROUP BY at_sample
     ON CONFLICT (beat_id) DO UPDATE ${setToExcluded}, record_id = @recordId, seed_ordinal = excluded.seed_ordinal`,
  );
  const putEvents = db.prepare<{ recordId: RecordId }>(
    `INSERT INTO beats (beat_id, record_id, ${stateColumns})
     SELECT beat_id, @recordId, ${stateColumns.replace(/\w+/g, 'after_$&')}
     FROM (SELECT e.*, max(e.step_id) FROM annotation_events e JOIN steps s ON s.step_id = e.step_id
       WHERE s.record_id = @recordId GROUP BY e.beat_id) WHERE true
     ON CONFLICT (beat_id) DO UPDATE ${setToExcluded}`,
  );
  const removeOthers = db.prepare(
    `DELETE FROM beats WHERE record_id = @recordId AND NOT beat_id BETWEEN @firstBeatId AND @firstBeatId + @seeds - 1
       AND NOT EXISTS (SELECT 1 FROM annotation_events e JOIN steps s ON s.step_id = e.step_id
         WHERE e.beat_id = beats.beat_id AND s.record_id = @recordId)`,
  );
  return (recordId: RecordId): number => {
    const seed = seedOf.get({ recordId });
    if (!seed) throw new RangeError(`there is no record ${recordId}`);
    const { setId, firstBeatId } = seed;
    const seeds =
      setId === null
        ? 0
        : putSeeds.run({ recordId, setId, firstBeatId, beatSymbols: JSON.stringify(beatSymbols) }).changes;
    removeOthers.run({ recordId, firstBeatId: firstBeatId ?? 0, seeds });
    putEvents.run({ recordId });
    tallies.recount(recordId);
    return seeds;
  };
}
