import type { ClassMapName } from '../domain/beat-class.ts';
import { type WriteDb, atomically, tableGroup } from './table-group.ts';

export type ModelFamily = 'record' | 'row';
export type ModelState = 'candidate' | 'accepted' | 'rejected' | 'retired';

/** A model version; its weights are kept beside it and never changed. */
export interface StoredModel {
  readonly modelId: number;
  /** Of weights and architecture: what predictions name. */
  readonly hash: string;
  readonly family: ModelFamily;
  readonly name: string;
  readonly version: string;
  readonly parentHash: string | null;
  readonly state: ModelState;
  readonly createdAtMs: number;
  /** Any JSON value, as it was told last. */
  readonly card: unknown;
  readonly isInUse: boolean;
  /** Why it came to its state or into use, the latest reason; empty where none was given. */
  readonly reason: string;
}

export interface StoredEvaluation {
  readonly evaluationId: number;
  readonly modelHash: string;
  readonly runId: number | null;
  readonly classMap: ClassMapName;
  /** On what and how it was measured, in words. */
  readonly protocol: string;
  readonly madeAtMs: number;
  readonly result: unknown;
}

/** One act of a person or the program on a model. */
export interface ModelDecision {
  readonly state: ModelState;
  readonly who: string;
  readonly madeAtMs: number;
  readonly reason: string;
}

/** Which model is in use from a step on, and how the models are then thought of. */
export interface ModelChange {
  /** Takes the model into use in its family; null: none. Left out: the use stays. */
  readonly use?: { readonly family: ModelFamily; readonly hash: string | null };
  readonly states?: readonly { readonly hash: string; readonly state: ModelState }[];
  readonly reason: string;
}

type ModelRow = Omit<StoredModel, 'card' | 'isInUse'> & { readonly card: string; readonly isInUse: number };
const modelOf = (row: ModelRow): StoredModel => ({
  ...row,
  card: JSON.parse(row.card) as unknown,
  isInUse: row.isInUse === 1,
});
const modelColumns = `model_id AS modelId, hash, m.family, name, version, parent_hash AS parentHash, state,
  created_at_ms AS createdAtMs,
  coalesce((SELECT card FROM model_cards c WHERE c.model_id = m.model_id ORDER BY card_id DESC LIMIT 1), card) AS card,
  model_id IS (SELECT after_model_id FROM model_uses u WHERE u.family = m.family ORDER BY step_id DESC LIMIT 1) AS isInUse,
  coalesce((SELECT reason FROM
    (SELECT step_id, reason FROM model_state_changes c WHERE c.model_id = m.model_id
     UNION ALL SELECT step_id, reason FROM model_uses u WHERE u.after_model_id = m.model_id)
    ORDER BY step_id DESC LIMIT 1), '') AS reason`;
type EvaluationRow = Omit<StoredEvaluation, 'result'> & { readonly result: string };

/** Model versions, their weights and figures. They are taken into use by `stepsOf(db).useModel`. */
export const modelsOf = tableGroup(
  'models',
  (db) => {
    const list = db.prepare<[], ModelRow>(`SELECT ${modelColumns} FROM models m ORDER BY model_id`);
    const byHash = db.prepare<{ hash: string }, ModelRow>(`SELECT ${modelColumns} FROM models m WHERE hash = @hash`);
    const inUse = db.prepare<{ family: ModelFamily }, ModelRow>(
      `SELECT ${modelColumns} FROM models m WHERE model_id =
         (SELECT after_model_id FROM model_uses WHERE family = @family ORDER BY step_id DESC LIMIT 1)`,
    );
    const weights = db
      .prepare<{ hash: string }, Buffer>(
        'SELECT bytes FROM model_weights JOIN models USING (model_id) WHERE hash = @hash',
      )
      .pluck();
    const familiarity = db
      .prepare<{ hash: string }, Buffer>(
        `WITH RECURSIVE line (model_id, parent_hash, generation) AS (
           SELECT model_id, parent_hash, 0 FROM models WHERE hash = @hash
           UNION ALL SELECT m.model_id, m.parent_hash, generation + 1 FROM line JOIN models m ON m.hash = line.parent_hash)
         SELECT familiarity FROM line JOIN model_cards USING (model_id) WHERE familiarity IS NOT NULL
         ORDER BY generation, card_id DESC LIMIT 1`,
      )
      .pluck();
    const isTold = db
      .prepare<{ hash: string; card: string; familiarity: Uint8Array | null }, number>(
        `SELECT EXISTS (SELECT 1 FROM (SELECT c.card, c.familiarity FROM model_cards c JOIN models USING (model_id)
             WHERE hash = @hash ORDER BY card_id DESC LIMIT 1) AS newest
           WHERE newest.card = @card AND newest.familiarity IS @familiarity)`,
      )
      .pluck();
    const evaluations = db.prepare<{ hash: string }, EvaluationRow>(
      `SELECT evaluation_id AS evaluationId, hash AS modelHash, run_id AS runId, class_map AS classMap, protocol,
         made_at_ms AS madeAtMs, result
       FROM evaluations JOIN models USING (model_id) WHERE hash = @hash ORDER BY evaluation_id`,
    );
    const evaluation = db.prepare<{ hash: string; protocol: string }, EvaluationRow>(
      `SELECT evaluation_id AS evaluationId, hash AS modelHash, run_id AS runId, class_map AS classMap, protocol,
         made_at_ms AS madeAtMs, result
       FROM evaluations JOIN models USING (model_id) WHERE hash = @hash AND protocol = @protocol
       ORDER BY evaluation_id DESC LIMIT 1`,
    );
    const decisions = db.prepare<{ hash: string }, ModelDecision>(
      `SELECT after_state AS state, a.name AS who, made_at_ms AS madeAtMs, reason
       FROM model_state_changes c JOIN models m USING (model_id) JOIN steps s USING (step_id)
       JOIN annotators a USING (annotator_id)
       WHERE hash = @hash ORDER BY step_id`,
    );
    return {
      /** Who thought what of a version and when, oldest first; undo and redo are decisions too. */
      decisions: (hash: string): ModelDecision[] => decisions.all({ hash }),
      /** Oldest first. */
      list: (): StoredModel[] => list.all().map(modelOf),
      byHash: (hash: string): StoredModel | undefined => {
        const row = byHash.get({ hash });
        return row && modelOf(row);
      },
      inUse: (family: ModelFamily): StoredModel | undefined => {
        const row = inUse.get({ family });
        return row && modelOf(row);
      },
      weights: (hash: string): Uint8Array | undefined => weights.get({ hash }),
      /** The latest of a protocol. */
      evaluation: (hash: string, protocol: string): StoredEvaluation | undefined => {
        const row = evaluation.get({ hash, protocol });
        return row && { ...row, result: JSON.parse(row.result) as unknown };
      },
      /** By what the model knows beats as unlike those it learned from, of itself or of its nearest forebear. */
      familiarity: (hash: string): Uint8Array | undefined => familiarity.get({ hash }),
      /** Whether this is what was told of the model last. */
      isTold: (hash: string, card: unknown, of: Uint8Array | null): boolean =>
        isTold.get({ hash, card: JSON.stringify(card), familiarity: of }) === 1,
      evaluations: (hash: string): StoredEvaluation[] =>
        evaluations.all({ hash }).map((row) => ({ ...row, result: JSON.parse(row.result) as unknown })),
    };
  },
  (db, reads) => {
    const add = db.prepare(
      `INSERT INTO models (hash, family, name, version, parent_hash, state, created_at_ms, card)
       VALUES (@hash, @family, @name, @version, @parentHash, @state, @createdAtMs, @card)`,
    );
    const addWeights = db.prepare('INSERT INTO model_weights (model_id, bytes) VALUES (@modelId, @bytes)');
    const tell = db.prepare(
      `INSERT INTO model_cards (model_id, made_at_ms, card, familiarity)
       SELECT model_id, @madeAtMs, @card, @familiarity FROM models WHERE hash = @hash`,
    );
    const addEvaluation = db.prepare(
      `INSERT INTO evaluations (model_id, run_id, class_map, protocol, made_at_ms, result)
       SELECT model_id, @runId, @classMap, @protocol, @madeAtMs, @result FROM models WHERE hash = @modelHash`,
    );
    return {
      /** Keeps a version with its weights; the same hash is kept once, as it is. */
      add: (
        model: Omit<StoredModel, 'modelId' | 'isInUse' | 'reason'> & { readonly weights: Uint8Array },
      ): StoredModel =>
        atomically(db, () => {
          const { weights, ...row } = model;
          const present = reads.byHash(model.hash);
          if (present) return present;
          const modelId = add.run({ ...row, card: JSON.stringify(row.card ?? null) }).lastInsertRowid;
          addWeights.run({ modelId, bytes: weights });
          return reads.byHash(model.hash)!;
        }),
      /**
       * Tells of a model anew; what is the same as before is not written.
       * @throws {RangeError} for a model that is not there.
       */
      tell: (hash: string, card: unknown, familiarityOf: Uint8Array | null, madeAtMs: number): void =>
        atomically(db, () => {
          if (reads.isTold(hash, card, familiarityOf)) return;
          const row = tell.run({ hash, card: JSON.stringify(card), familiarity: familiarityOf, madeAtMs });
          if (row.changes !== 1) throw new RangeError(`there is no model ${hash}`);
        }),
      /** @throws {RangeError} for a model that is not there. */
      addEvaluation: (evaluation: Omit<StoredEvaluation, 'evaluationId'>): number => {
        const row = addEvaluation.run({ ...evaluation, result: JSON.stringify(evaluation.result ?? null) });
        if (row.changes !== 1) throw new RangeError(`there is no model ${evaluation.modelHash}`);
        return Number(row.lastInsertRowid);
      },
    };
  },
);

/** Writes the part of a step that concerns models: appended like annotation events, and projected to `models.state`. */
export function modelChanger(db: WriteDb) {
  const use = db.prepare(
    `INSERT INTO model_uses (step_id, family, before_model_id, after_model_id, reason)
     VALUES (@stepId, @family,
       (SELECT after_model_id FROM model_uses WHERE family = @family ORDER BY step_id DESC LIMIT 1),
       (SELECT model_id FROM models WHERE hash = @hash), @reason)`,
  );
  const changeState = db.prepare(
    `INSERT INTO model_state_changes (step_id, model_id, before_state, after_state, reason)
     SELECT @stepId, model_id, state, @state, @reason FROM models WHERE hash = @hash`,
  );
  const project = db.prepare(
    `UPDATE models SET state = after_state FROM model_state_changes c
     WHERE c.step_id = @stepId AND c.model_id = models.model_id`,
  );
  const familyOf = db.prepare<{ hash: string }, ModelFamily>('SELECT family FROM models WHERE hash = @hash').pluck();
  const repeatOf = (uses: string, states: string) => ({
    uses: db.prepare(
      `INSERT INTO model_uses SELECT @stepId, family, ${uses}, reason FROM model_uses WHERE step_id = @targetStepId`,
    ),
    states: db.prepare(
      `INSERT INTO model_state_changes SELECT @stepId, model_id, ${states}, reason FROM model_state_changes
       WHERE step_id = @targetStepId`,
    ),
  });
  const repeats = {
    undo: repeatOf('after_model_id, before_model_id', 'after_state, before_state'),
    redo: repeatOf('before_model_id, after_model_id', 'before_state, after_state'),
  };
  return {
    /** @throws {RangeError} for a model that is not there or of another family. */
    append: (stepId: number, change: ModelChange): void => {
      const { reason } = change;
      if (change.use) {
        const { family, hash } = change.use;
        if (hash !== null && familyOf.get({ hash }) !== family)
          throw new RangeError(`there is no model ${hash} of family ${family}`);
        use.run({ stepId, family, hash, reason });
      }
      for (const { hash, state } of change.states ?? [])
        if (changeState.run({ stepId, hash, state, reason }).changes !== 1)
          throw new RangeError(`there is no model ${hash}`);
      project.run({ stepId });
    },
    /** Appends a step's changes anew, for undo with before and after swapped. */
    repeat: (stepId: number, targetStepId: number, kind: 'undo' | 'redo'): void => {
      repeats[kind].uses.run({ stepId, targetStepId });
      repeats[kind].states.run({ stepId, targetStepId });
      project.run({ stepId });
    },
  };
}
