import { beatClasses, mostProbable } from '../domain/beat-class.ts';
import type { BeatId, RecordId } from '../domain/record.ts';
import { atomically, tableGroup } from './table-group.ts';
import { tallyKeeper } from './tallies.ts';

/** One model's opinion of a whole record. */
export interface PredictionRun {
  readonly runId: number;
  readonly recordId: RecordId;
  readonly modelHash: string;
  readonly signalHash: string;
  readonly madeAtMs: number;
}

/** What a model says of beats. */
export interface PredictionColumns {
  readonly beatIds: Int32Array;
  /** Row-major (beat, class in the order of `beatClasses`). */
  readonly probabilities: Float32Array;
  /** By beat, 0 to 1: how far members of the model are apart; NaN where it is not known. */
  readonly disagreement: Float32Array;
  /** By beat, 0 or more: distance from the beats that the model learned from; NaN where it is not known. */
  readonly novelty: Float32Array;
}

/**
 * What models think of beats. A run comes in batches and counts once it is whole; what is shown now
 * (`current_predictions`) is written apart, as the label blend moves it with each label.
 */
export const predictionsOf = tableGroup(
  'predictions',
  (db) => {
    const latest = db.prepare<{ recordId: RecordId }, PredictionRun>(
      `SELECT run_id AS runId, record_id AS recordId, model_hash AS modelHash, signal_hash AS signalHash,
         made_at_ms AS madeAtMs
       FROM prediction_runs WHERE record_id = @recordId AND is_whole = 1 ORDER BY run_id DESC LIMIT 1`,
    );
    const ofRun = db
      .prepare<{ runId: number; afterBeatId: number; limit: number }, number[]>(
        `SELECT beat_id, p_n, p_s, p_v, p_f, p_q, disagreement, novelty FROM predictions
         WHERE run_id = @runId AND beat_id > @afterBeatId ORDER BY beat_id LIMIT @limit`,
      )
      .raw();
    const ofBeat = db
      .prepare<{ runId: number; beatId: BeatId }, number[]>(
        'SELECT p_n, p_s, p_v, p_f, p_q FROM predictions WHERE run_id = @runId AND beat_id = @beatId',
      )
      .raw();
    return {
      /** The newest whole run of a record. */
      latestRun: (recordId: RecordId): PredictionRun | undefined => latest.get({ recordId }),
      /** By rising beat id; before the label blend. */
      ofRun: (runId: number): PredictionColumns => columnsOf(ofRun.all({ runId, afterBeatId: -1, limit: -1 })),
      /** Up to so many beats behind an id. */
      sliceOfRun: (runId: number, afterBeatId: number, limit: number): PredictionColumns =>
        columnsOf(ofRun.all({ runId, afterBeatId, limit })),
      /** What a run said of one beat, before the label blend. */
      ofBeat: (runId: number, beatId: BeatId): number[] | undefined => ofBeat.get({ runId, beatId }),
    };
  },
  (db) => {
    const tallies = tallyKeeper(db);
    const start = db.prepare(
      `INSERT INTO prediction_runs (record_id, model_hash, signal_hash, made_at_ms, is_whole)
       VALUES (@recordId, @modelHash, @signalHash, @madeAtMs, 0)`,
    );
    const append = db.prepare(
      `INSERT INTO predictions (run_id, beat_id, p_n, p_s, p_v, p_f, p_q, disagreement, novelty)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    const finish = db.prepare(
      'UPDATE prediction_runs SET is_whole = 1, unlikeness = @unlikeness WHERE run_id = @runId AND is_whole = 0',
    );
    const discard = db.prepare('DELETE FROM prediction_runs WHERE run_id = @runId AND is_whole = 0');
    const discardUnfinished = db.prepare('DELETE FROM prediction_runs WHERE is_whole = 0');
    const removeSome = db.prepare(
      `DELETE FROM predictions WHERE (run_id, beat_id) IN (SELECT run_id, beat_id FROM predictions
         WHERE run_id IN (${superseded}) LIMIT @limit)`,
    );
    const removeEmptied = db.prepare(
      `DELETE FROM prediction_runs WHERE run_id IN (${superseded})
         AND NOT EXISTS (SELECT 1 FROM predictions WHERE predictions.run_id = prediction_runs.run_id)`,
    );
    const shown = db
      .prepare<[number], number[]>('SELECT p_n, p_s, p_v, p_f, p_q, label FROM current_predictions WHERE beat_id = ?')
      .raw();
    const show = db.prepare(
      `INSERT INTO current_predictions (beat_id, record_id, label, p_n, p_s, p_v, p_f, p_q) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (beat_id) DO UPDATE SET (p_n, p_s, p_v, p_f, p_q, label)
         = (excluded.p_n, excluded.p_s, excluded.p_v, excluded.p_f, excluded.p_q, excluded.label)`,
    );
    return {
      startRun: (run: Omit<PredictionRun, 'runId'>): number => Number(start.run(run).lastInsertRowid),
      /** Adds a batch to an unfinished run. */
      append: (runId: number, { beatIds, probabilities, disagreement, novelty }: PredictionColumns): void =>
        atomically(db, () => {
          requireShape(beatIds, probabilities);
          for (const column of [disagreement, novelty])
            if (column.length !== beatIds.length)
              throw new RangeError(`${column.length} values for ${beatIds.length} beats`);
          beatIds.forEach((beatId, i) =>
            append.run(runId, beatId, [...rowOf(probabilities, i), disagreement[i], novelty[i]]),
          );
        }),
      /**
       * The run is whole and from now on the record's latest; `removeSuperseded` clears away the older ones.
       * @param unlikeness  of the recording to those that the model learned from; null where it is not known.
       */
      finishRun: (runId: number, unlikeness: number | null): void => {
        if (finish.run({ runId, unlikeness }).changes !== 1)
          throw new RangeError(`prediction run ${runId} is not unfinished`);
      },
      discardRun: (runId: number): void => void discard.run({ runId }),
      discardUnfinished: (): number => discardUnfinished.run().changes,
      /** Removes up to `limit` rows of runs that newer ones replace. @returns how many; 0 when nothing is left. */
      removeSuperseded: (limit = 2000): number =>
        atomically(db, () => {
          const removed = removeSome.run({ limit }).changes;
          if (removed < limit) removeEmptied.run();
          return removed;
        }),
      /**
       * Shows these probabilities as the model's opinion from now on, written by difference. Beats that are not
       * named keep theirs. Some thousand beats a call keep the program responsive.
       * @returns how many beats changed.
       */
      writeCurrent: (recordId: RecordId, beatIds: Int32Array, probabilities: Float32Array): number =>
        atomically(db, () => {
          requireShape(beatIds, probabilities);
          // The label blend moves few beats far and many not at all: only those are written, and counted anew, that move.
          const written: (readonly [beatId: number, label: number, p: number[]])[] = [];
          const relabelled: number[] = [];
          beatIds.forEach((beatId, i) => {
            const before = shown.get(beatId);
            const p = rowOf(probabilities, i);
            const label = mostProbable(p);
            if (before && p.every((value, c) => value === before[c])) return;
            written.push([beatId, label, p]);
            if (before?.[beatClasses.length] !== label) relabelled.push(beatId);
          });
          tallies.around(relabelled, () =>
            written.forEach(([beatId, label, p]) => show.run(beatId, recordId, label, p)),
          );
          return written.length;
        }),
    };
  },
);

const superseded = `SELECT run_id FROM prediction_runs o WHERE is_whole = 1 AND EXISTS
  (SELECT 1 FROM prediction_runs n WHERE n.record_id = o.record_id AND n.is_whole = 1 AND n.run_id > o.run_id)`;

/** Five probabilities as an array to bind; spreading a typed array would cost three times as much. */
function rowOf(p: Float32Array, row: number): number[] {
  const at = row * beatClasses.length;
  return [p[at], p[at + 1], p[at + 2], p[at + 3], p[at + 4]];
}

function requireShape(beatIds: Int32Array, probabilities: Float32Array): void {
  if (probabilities.length !== beatIds.length * beatClasses.length)
    throw new RangeError(`${probabilities.length} probabilities for ${beatIds.length} beats`);
}

function columnsOf(rows: number[][]): PredictionColumns {
  const columns = {
    beatIds: new Int32Array(rows.length),
    probabilities: new Float32Array(rows.length * beatClasses.length),
    disagreement: new Float32Array(rows.length),
    novelty: new Float32Array(rows.length),
  };
  const width = beatClasses.length;
  rows.forEach((row, i) => {
    columns.beatIds[i] = row[0];
    for (let c = 0; c < width; c++) columns.probabilities[i * width + c] = row[1 + c];
    columns.disagreement[i] = row[1 + width] ?? NaN;
    columns.novelty[i] = row[2 + width] ?? NaN;
  });
  return columns;
}
