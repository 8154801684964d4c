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
import type { BeatId, RecordId } from '../domain/record.ts';
import { type Result, accepted, refused } from '../domain/result.ts';
import { type AnnotationSetId, annotationSetsOf, beatSeedsOf } from './annotation-sets.ts';
import { type ReadDb, type WriteDb, atomically, tableGroup } from './table-group.ts';
import { type BeatCounts, countsOf, freshTallies, tallyKeeper } from './tallies.ts';

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
    const tallies = freshTallies(db);
    return {
      /** All beats of a record by rising sample. A record that is not there has revision 0 and no beats. */
      table: beatTableReader(db),
      /** One beat, deleted ones too; `map` reads a person's symbol as a class. */
      byId: (beatId: BeatId, map: ClassMapName = 'ec57'): StoredBeat | undefined => {
        const row = byId.get({ beatId });
        return row && storedBeatOf(row, map);
      },
      /** Counted from the beats themselves: the numbers of reports. */
      countsByLabel: (recordId: RecordId, map: ClassMapName = 'ec57'): BeatCounts =>
        countsOf(tallies.iterate({ recordId }), map),
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
      /** Makes the record's beats anew from their set and the annotation events. @returns how many rows there are. */
      rebuild: (recordId: RecordId): number => atomically(db, () => project(recordId)),
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

/** Reads a record's beats into columns; raw rows, as objects of 100,000 beats cost twice the time. */
function beatTableReader(db: ReadDb) {
  const revision = db
    .prepare<{ recordId: RecordId }, number>('SELECT revision FROM records WHERE record_id = @recordId')
    .pluck();
  const rows = db
    .prepare<{ recordId: RecordId }, BeatTableRow>(
      `SELECT b.beat_id, at_sample, person_symbol, act, is_artifact, is_for_later, label, p_n, p_s, p_v, p_f, p_q
       FROM beats b LEFT JOIN current_predictions p ON p.beat_id = b.beat_id
       WHERE b.record_id = @recordId AND is_deleted = 0 ORDER BY at_sample`,
    )
    .raw();
  return (recordId: RecordId, map: ClassMapName = 'ec57'): BeatTable => {
    // One transaction, so that a reader beside the writer sees revision and beats of one moment.
    const read = db.transaction(() => [revision.get({ recordId }) ?? 0, rows.all({ recordId })] as const);
    const [recordRevision, beats] = read();
    const table = {
      revision: recordRevision,
      beatId: new Int32Array(beats.length),
      atSample: new Int32Array(beats.length),
      label: new Uint8Array(beats.length),
      origin: new Uint8Array(beats.length),
      symbols: '',
      flags: new Uint8Array(beats.length),
      probabilities: new Float32Array(beats.length * beatClasses.length),
    };
    beats.forEach(([beatId, atSample, symbol, act, isArtifact, isForLater, modelLabel, ...p], i) => {
      table.beatId[i] = beatId;
      table.atSample[i] = atSample;
      table.label[i] = symbol === null ? (modelLabel ?? noLabel) : indexOfClass(classOfSymbol(symbol, map));
      table.origin[i] = labelOrigins.indexOf(originOf(act, modelLabel));
      table.symbols += symbol ?? ' ';
      table.flags[i] = (isArtifact ? beatFlags.artifact : 0) | (isForLater ? beatFlags.forLater : 0);
      for (let c = 0; c < beatClasses.length; c++) table.probabilities[i * beatClasses.length + c] = p[c] ?? NaN;
    });
    return table;
  };
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
];

const indexOfClass = (label: BeatClass | undefined): number =>
  label === undefined ? noLabel : beatClasses.indexOf(label);

/** Lays a record's seeds and the last event of each beat over what `beats` holds; nothing else may stay. */
function projector(db: WriteDb) {
  const tallies = tallyKeeper(db);
  const seedOf = db.prepare<{ recordId: RecordId }, { setId: AnnotationSetId | null; firstBeatId: number }>(
    'SELECT seeded_from_set AS setId, first_beat_id AS firstBeatId FROM records WHERE record_id = @recordId',
  );
  const lastEvents = db.prepare<{ recordId: RecordId }, ProjectedRow>(
    `SELECT e.beat_id AS beatId, max(e.step_id), after_at_sample AS atSample, after_person_symbol AS personSymbol,
       after_act AS act, after_is_artifact AS isArtifact, after_is_for_later AS isForLater, after_is_deleted AS isDeleted
     FROM annotation_events e JOIN steps s ON s.step_id = e.step_id
     WHERE s.record_id = @recordId GROUP BY e.beat_id`,
  );
  const put = db.prepare<ProjectedRow>(
    `INSERT INTO beats (beat_id, record_id, seed_ordinal, at_sample, person_symbol, act, is_artifact, is_for_later, is_deleted)
     VALUES (@beatId, @recordId, @seedOrdinal, @atSample, @personSymbol, @act, @isArtifact, @isForLater, @isDeleted)
     ON CONFLICT (beat_id) DO UPDATE SET (record_id, seed_ordinal, at_sample, person_symbol, act, is_artifact, is_for_later,
       is_deleted) = (excluded.record_id, excluded.seed_ordinal, excluded.at_sample, excluded.person_symbol, excluded.act,
       excluded.is_artifact, excluded.is_for_later, excluded.is_deleted)`,
  );
  const present = db
    .prepare<{ recordId: RecordId }, number>('SELECT beat_id FROM beats WHERE record_id = @recordId')
    .pluck();
  const remove = db.prepare<{ beatId: number }>('DELETE FROM beats WHERE beat_id = @beatId');
  return (recordId: RecordId): number => {
    const seed = seedOf.get({ recordId });
    if (!seed) throw new RangeError(`there is no record ${recordId}`);
    const projected = new Map<number, ProjectedRow>();
    if (seed.setId !== null)
      beatSeedsOf(annotationSetsOf(db).annotations(seed.setId)).forEach(({ ordinal, atSample }, i) => {
        const beatId = seed.firstBeatId + i;
        projected.set(beatId, { ...untouched, beatId, recordId, seedOrdinal: ordinal, atSample });
      });
    for (const event of lastEvents.iterate({ recordId })) {
      const seedOrdinal = projected.get(event.beatId)?.seedOrdinal ?? null;
      projected.set(event.beatId, { ...event, recordId, seedOrdinal });
    }
    for (const beatId of present.all({ recordId })) if (!projected.has(beatId)) remove.run({ beatId });
    for (const beat of projected.values()) put.run(beat);
    tallies.recount(recordId);
    return projected.size;
  };
}

interface ProjectedRow extends Omit<StoredBeatRow, 'beatId' | 'n' | 's' | 'v' | 'f' | 'q' | 'modelLabel'> {
  readonly beatId: number;
}
const untouched = { personSymbol: null, act: null, isArtifact: 0, isForLater: 0, isDeleted: 0 } as const;
