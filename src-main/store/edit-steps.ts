import type { BeatState } from '../domain/beat.ts';
import type { BeatId, RecordId } from '../domain/record.ts';
import { type Result, accepted, refused } from '../domain/result.ts';
import type { AnnotatorId } from './annotation-sets.ts';
import { type EpisodeChange, episodeChanger } from './episodes.ts';
import { type ModelChange, modelChanger } from './models.ts';
import { type WriteDb, atomically, tableGroup } from './table-group.ts';
import { tallyKeeper } from './tallies.ts';

/** A beat brought to a new state, or one that was not there. */
export type BeatChange =
  | { readonly beatId: BeatId; readonly after: BeatState; readonly why: string }
  | { readonly add: BeatState; readonly why?: string };

interface StepAuthor {
  readonly annotatorId: AnnotatorId;
  readonly madeAtMs: number;
}

export interface BeatStep extends StepAuthor {
  readonly recordId: RecordId;
  readonly expectedRevision: number;
  readonly title: string;
  /** What undo brings back beside the labels; any JSON value. */
  readonly view: unknown;
  readonly changes: readonly BeatChange[];
}

export interface EpisodeStep extends Omit<BeatStep, 'changes'> {
  readonly changes: readonly EpisodeChange[];
}

export interface ModelStep extends StepAuthor, ModelChange {
  readonly title: string;
  readonly view: unknown;
}

/** What undo or redo did. */
export interface StepOutcome {
  /** The step that was undone or redone. */
  readonly stepId: number;
  readonly recordId: RecordId | null;
  /** The record's revision now; 0 for a step of no record. */
  readonly revision: number;
  readonly title: string;
  readonly view: unknown;
  readonly beatIds: readonly BeatId[];
}

export interface HistoryStep {
  readonly stepId: number;
  readonly kind: 'do' | 'undo' | 'redo';
  readonly recordId: RecordId | null;
  readonly who: string;
  readonly madeAtMs: number;
  readonly title: string;
  readonly beats: number;
  /** Whether its effect is taken back now; never true of an `undo` or `redo`. */
  readonly isUndone: boolean;
}

/** What one person said of one beat. */
export interface PersonLabel {
  readonly who: string;
  readonly beatId: BeatId;
  readonly atSample: number;
  readonly symbol: string;
}

/** One act on one beat. */
export interface BeatEvent {
  readonly stepId: number;
  readonly kind: 'do' | 'undo' | 'redo';
  readonly who: string;
  readonly annotatorId: AnnotatorId;
  readonly madeAtMs: number;
  readonly title: string;
  readonly why: string;
  readonly before: BeatState;
  readonly after: BeatState;
}

/**
 * The acts of people: appended, never changed, each undone and redone as one. One linear history a workspace:
 * a new act of a person makes what was undone unreachable. An act of a program is recorded but not undone.
 */
export const stepsOf = tableGroup(
  'steps',
  (db) => {
    const history = db.prepare<{ limit: number }, Omit<HistoryStep, 'isUndone'> & { isUndone: number }>(
      `SELECT s.step_id AS stepId, s.kind, record_id AS recordId, name AS who, made_at_ms AS madeAtMs, title,
         (SELECT count(*) FROM annotation_events e WHERE e.step_id = s.step_id) AS beats,
         s.kind = 'do' AND coalesce((SELECT kind = 'undo' FROM steps l WHERE l.target_step_id = s.step_id
           ORDER BY l.step_id DESC LIMIT 1), 0) AS isUndone
       FROM steps s JOIN annotators USING (annotator_id) ORDER BY s.step_id DESC LIMIT @limit`,
    );
    const ofBeat = db.prepare<{ beatId: BeatId }, BeatEventRow>(
      `SELECT e.*, s.kind, name, s.annotator_id, made_at_ms, title
       FROM annotation_events e JOIN steps s USING (step_id) JOIN annotators USING (annotator_id)
       WHERE beat_id = @beatId ORDER BY step_id`,
    );
    const next = db.prepare<[], { undo: string | null; redo: string | null }>(
      `SELECT
         (SELECT title FROM undo_stack JOIN steps USING (step_id) WHERE is_undone = 0 ORDER BY step_id DESC LIMIT 1) AS undo,
         (SELECT title FROM undo_stack JOIN steps USING (step_id) WHERE is_undone = 1 ORDER BY step_id LIMIT 1) AS redo`,
    );
    const effective = `s.kind = 'do' AND coalesce((SELECT kind <> 'undo' FROM steps l
      WHERE l.target_step_id = s.step_id ORDER BY l.step_id DESC LIMIT 1), 1)`;
    const labelled = db.prepare<{ recordId: RecordId }, PersonLabel>(
      `SELECT name AS who, e.beat_id AS beatId, b.at_sample AS atSample, e.after_person_symbol AS symbol, max(e.step_id)
       FROM annotation_events e JOIN steps s USING (step_id) JOIN annotators USING (annotator_id)
         JOIN beats b USING (beat_id)
       WHERE s.record_id = @recordId AND ${effective} AND annotators.kind = 'person' AND e.why = ''
         AND b.is_deleted = 0 AND b.is_artifact = 0 AND e.after_person_symbol IS NOT NULL AND e.after_is_deleted = 0
         AND (e.after_person_symbol IS NOT e.before_person_symbol OR e.after_act IS NOT e.before_act
           OR (e.after_is_artifact = e.before_is_artifact AND e.after_is_for_later = e.before_is_for_later
             AND e.after_at_sample = e.before_at_sample AND e.before_is_deleted = 0))
       GROUP BY name, e.beat_id ORDER BY b.at_sample`,
    );
    const reasoned = db
      .prepare<{ recordId: RecordId }, BeatId>(
        `SELECT e.beat_id FROM annotation_events e JOIN steps s USING (step_id)
         WHERE s.record_id = @recordId AND ${effective} AND e.why <> '' GROUP BY e.beat_id`,
      )
      .pluck();
    return {
      /**
       * Each person's own last label of each beat, by rising sample, whoever labelled it since. Labels with a reason
       * are left out: an adjudication decides between opinions and is none of them.
       */
      labelsOfPeople: (recordId: RecordId): PersonLabel[] => labelled.all({ recordId }),
      /** Beats that were labelled with a reason, and not taken back. */
      adjudicated: (recordId: RecordId): BeatId[] => reasoned.all({ recordId }),
      /** Newest first. */
      history: (limit: number): HistoryStep[] =>
        history.all({ limit }).map((row) => ({ ...row, isUndone: row.isUndone === 1 })),
      /** Oldest first; undo and redo are acts too. */
      historyOfBeat: (beatId: BeatId): BeatEvent[] => ofBeat.all({ beatId }).map(beatEventOf),
      /** Titles of what undo and redo would act on; null where there is nothing. */
      next: () => next.get()!,
    };
  },
  (db) => {
    const append = stepAppender(db);
    const back = stepReturner(db);
    return {
      apply: append.beats,
      /** Adds, changes, confirms or rejects episodes of bad signal, as one step. */
      applyEpisodes: append.episodes,
      /** Takes a model into use, or changes what is thought of models, as one step. */
      useModel: append.models,
      /** Takes back the last step that is not yet taken back, whichever record it was made on. */
      undo: (by: StepAuthor): Result<StepOutcome, 'nothing-to-undo'> => {
        const outcome = back('undo', by);
        return outcome ? accepted(outcome) : refused('nothing-to-undo');
      },
      /** Makes the step that was undone last anew. */
      redo: (by: StepAuthor): Result<StepOutcome, 'nothing-to-redo'> => {
        const outcome = back('redo', by);
        return outcome ? accepted(outcome) : refused('nothing-to-redo');
      },
    };
  },
);

const insertStep = `INSERT INTO steps (record_id, annotator_id, made_at_ms, kind, target_step_id, title, view)
  VALUES (@recordId, @annotatorId, @madeAtMs, @kind, @targetStepId, @title, @view)`;

function stepAppender(db: WriteDb) {
  const changeModels = modelChanger(db);
  const changeEpisodes = episodeChanger(db);
  const project = eventProjector(db);
  const insert = db.prepare(insertStep);
  const forgetUndone = db.prepare(
    `DELETE FROM undo_stack WHERE is_undone = 1
     AND (SELECT kind FROM annotators WHERE annotator_id = @annotatorId) = 'person'`,
  );
  const push = db.prepare(
    `INSERT INTO undo_stack (step_id, is_undone) SELECT @stepId, 0 FROM annotators
     WHERE annotator_id = @annotatorId AND kind = 'person'`,
  );
  const record = db.prepare<{ recordId: RecordId }, { revision: number; lengthSamples: number }>(
    'SELECT revision, length_samples AS lengthSamples FROM records WHERE record_id = @recordId',
  );
  const addBeat = db.prepare(
    `INSERT INTO beats (record_id, at_sample, is_artifact, is_for_later, is_deleted)
     VALUES (@recordId, @atSample, 0, 0, 1)`,
  );
  const addEvent = db.prepare(
    `INSERT INTO annotation_events
     SELECT @stepId, beat_id, at_sample, person_symbol, act, is_artifact, is_for_later, is_deleted,
       @atSample, @personSymbol, @act, @isArtifact, @isForLater, @isDeleted, @why
     FROM beats WHERE beat_id = @beatId AND record_id = @recordId`,
  );
  const anyAtSameSample = db
    .prepare<{ stepId: number; recordId: RecordId }, number>(
      `SELECT 1 FROM annotation_events e CROSS JOIN beats b ON b.record_id = @recordId AND b.at_sample = e.after_at_sample
       WHERE e.step_id = @stepId AND e.after_is_deleted = 0 AND b.is_deleted = 0 AND b.beat_id <> e.beat_id
         AND (e.after_at_sample <> e.before_at_sample OR e.before_is_deleted = 1) LIMIT 1`,
    )
    .pluck();

  const start = (recordId: RecordId | null, step: StepAuthor & { title: string; view: unknown }): number => {
    const { annotatorId, madeAtMs, title } = step;
    const row = { recordId, annotatorId, madeAtMs, title, kind: 'do', targetStepId: null };
    const stepId = Number(insert.run({ ...row, view: JSON.stringify(step.view ?? null) }).lastInsertRowid);
    forgetUndone.run({ annotatorId });
    push.run({ stepId, annotatorId });
    return stepId;
  };

  const appendChange = (change: BeatChange, stepId: number, recordId: RecordId): BeatId => {
    const after = 'add' in change ? change.add : change.after;
    const beatId =
      'add' in change
        ? (Number(addBeat.run({ recordId, atSample: after.atSample }).lastInsertRowid) as BeatId)
        : change.beatId;
    const event = addEvent.run({
      ...{ stepId, beatId, recordId, why: change.why ?? '' },
      ...{ atSample: after.atSample, personSymbol: after.personSymbol, act: after.act },
      isArtifact: Number(after.isArtifact),
      isForLater: Number(after.isForLater),
      isDeleted: Number(after.isDeleted),
    });
    if (event.changes !== 1) throw new RangeError(`record ${recordId} has no beat ${beatId}`);
    return beatId;
  };

  return {
    /**
     * Brings beats of one record to new states; all of them or none. Each beat may be named once.
     * @returns `beatIds` in the order of the changes; those of added beats are new.
     * @throws {RangeError} for a beat that the record does not have or a sample beyond its end.
     */
    beats: (
      step: BeatStep,
    ): Result<{ revision: number; stepId: number; beatIds: BeatId[] }, 'stale-revision' | 'sample-taken'> =>
      allOrNothing(db, () => {
        const { recordId, changes } = step;
        const present = record.get({ recordId });
        if (!present) throw new RangeError(`there is no record ${recordId}`);
        if (present.revision !== step.expectedRevision) return refused('stale-revision');
        for (const change of changes) {
          const { atSample } = 'add' in change ? change.add : change.after;
          if (!(atSample >= 0 && atSample < present.lengthSamples))
            throw new RangeError(`sample ${atSample} is not in the record's [0, ${present.lengthSamples})`);
        }
        const stepId = start(recordId, step);
        const beatIds = changes.map((change) => appendChange(change, stepId, recordId));
        const revision = project(stepId, recordId, beatIds);
        if (anyAtSameSample.get({ stepId, recordId }) !== undefined) return refused('sample-taken');
        return accepted({ revision, stepId, beatIds });
      }),
    /** @throws {RangeError} for a record or an episode that is not there. */
    episodes: (step: EpisodeStep): Result<{ revision: number }, 'stale-revision'> =>
      atomically(db, () => {
        const { recordId, changes } = step;
        const present = record.get({ recordId });
        if (!present) throw new RangeError(`there is no record ${recordId}`);
        if (present.revision !== step.expectedRevision) return refused('stale-revision');
        const stepId = start(recordId, step);
        changeEpisodes.append(stepId, recordId, changes);
        return accepted({ revision: project(stepId, recordId, []) });
      }),
    models: (step: ModelStep): { stepId: number } =>
      atomically(db, () => {
        const stepId = start(null, step);
        changeModels.append(stepId, step);
        return { stepId };
      }),
  };
}

/** A transaction that a refusal undoes. */
function allOrNothing<Value, Refusal extends string>(
  db: WriteDb,
  act: () => Result<Value, Refusal>,
): Result<Value, Refusal> {
  let answer: Result<Value, Refusal> | undefined;
  const rollBack = new Error('refused');
  try {
    return atomically(db, () => {
      answer = act();
      if (!answer.ok) throw rollBack;
      return answer;
    });
  } catch (cause) {
    if (cause === rollBack) return answer!;
    throw cause;
  }
}

/** Undo appends the target's events with before and after swapped, redo appends them as they were. */
function stepReturner(db: WriteDb) {
  const changeModels = modelChanger(db);
  const changeEpisodes = episodeChanger(db);
  const project = eventProjector(db);
  const insert = db.prepare(insertStep);
  const targetColumns = `step_id AS stepId, record_id AS recordId, title, view FROM undo_stack JOIN steps USING (step_id)`;
  const lastDone = db.prepare<[], TargetRow>(
    `SELECT ${targetColumns} WHERE is_undone = 0 ORDER BY step_id DESC LIMIT 1`,
  );
  const firstUndone = db.prepare<[], TargetRow>(`SELECT ${targetColumns} WHERE is_undone = 1 ORDER BY step_id LIMIT 1`);
  const mark = db.prepare('UPDATE undo_stack SET is_undone = @isUndone WHERE step_id = @stepId');
  const stateColumns = ['at_sample', 'person_symbol', 'act', 'is_artifact', 'is_for_later', 'is_deleted'];
  const [before, after] = ['before', 'after'].map((when) => stateColumns.map((name) => `${when}_${name}`).join(', '));
  const copyOf = (states: string) =>
    db.prepare(
      `INSERT INTO annotation_events SELECT @stepId, beat_id, ${states}, why FROM annotation_events
       WHERE step_id = @targetStepId`,
    );
  const copy = { undo: copyOf(`${after}, ${before}`), redo: copyOf(`${before}, ${after}`) };
  const beatIdsOf = db
    .prepare<{ stepId: number }, BeatId>('SELECT beat_id FROM annotation_events WHERE step_id = @stepId')
    .pluck();

  return (kind: 'undo' | 'redo', { annotatorId, madeAtMs }: StepAuthor): StepOutcome | undefined =>
    atomically(db, () => {
      const target = (kind === 'undo' ? lastDone : firstUndone).get();
      if (!target) return undefined;
      const { recordId, title, view, stepId: targetStepId } = target;
      const row = insert.run({ recordId, annotatorId, madeAtMs, kind, targetStepId, title, view });
      const stepId = Number(row.lastInsertRowid);
      mark.run({ stepId: targetStepId, isUndone: Number(kind === 'undo') });
      copy[kind].run({ stepId, targetStepId });
      changeModels.repeat(stepId, targetStepId, kind);
      changeEpisodes.repeat(stepId, targetStepId, kind);
      const beatIds = beatIdsOf.all({ stepId });
      const revision = recordId === null ? 0 : project(stepId, recordId, beatIds);
      return { stepId: targetStepId, recordId, revision, title, view: JSON.parse(view ?? 'null') as unknown, beatIds };
    });
}

/** Brings the beats to the `after` of a step's events and the record to its next revision, which it returns. */
function eventProjector(db: WriteDb) {
  const tallies = tallyKeeper(db);
  const update = db.prepare<{ stepId: number }>(
    `UPDATE beats SET at_sample = after_at_sample, person_symbol = after_person_symbol, act = after_act,
       is_artifact = after_is_artifact, is_for_later = after_is_for_later, is_deleted = after_is_deleted
     FROM annotation_events e WHERE e.step_id = @stepId AND e.beat_id = beats.beat_id`,
  );
  const rise = db
    .prepare<{ recordId: RecordId }, number>(
      'UPDATE records SET revision = revision + 1 WHERE record_id = @recordId RETURNING revision',
    )
    .pluck();
  return (stepId: number, recordId: RecordId, beatIds: readonly BeatId[]): number => {
    tallies.around(beatIds, () => update.run({ stepId }));
    return rise.get({ recordId })!;
  };
}

interface TargetRow {
  readonly stepId: number;
  readonly recordId: RecordId | null;
  readonly title: string;
  readonly view: string | null;
}

type StateColumns<When extends string> = {
  readonly [
    Name in `${When}_at_sample` | `${When}_is_artifact` | `${When}_is_for_later` | `${When}_is_deleted`
  ]: number;
} & { readonly [Name in `${When}_person_symbol`]: string | null } & {
  readonly [Name in `${When}_act`]: BeatState['act'];
};
interface BeatEventRow extends StateColumns<'before'>, StateColumns<'after'> {
  readonly step_id: number;
  readonly kind: BeatEvent['kind'];
  readonly name: string;
  readonly annotator_id: AnnotatorId;
  readonly made_at_ms: number;
  readonly title: string;
  readonly why: string;
}

function beatEventOf(row: BeatEventRow): BeatEvent {
  return {
    ...{ stepId: row.step_id, kind: row.kind, who: row.name, annotatorId: row.annotator_id },
    ...{ madeAtMs: row.made_at_ms, title: row.title, why: row.why },
    before: {
      ...{ atSample: row.before_at_sample, personSymbol: row.before_person_symbol, act: row.before_act },
      isArtifact: row.before_is_artifact === 1,
      isForLater: row.before_is_for_later === 1,
      isDeleted: row.before_is_deleted === 1,
    },
    after: {
      ...{ atSample: row.after_at_sample, personSymbol: row.after_person_symbol, act: row.after_act },
      isArtifact: row.after_is_artifact === 1,
      isForLater: row.after_is_for_later === 1,
      isDeleted: row.after_is_deleted === 1,
    },
  };
}
