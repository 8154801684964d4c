import { createHash } from 'node:crypto';
import type { BeatId, RecordId } from '../domain/record.ts';
import { atomically, tableGroup } from './table-group.ts';

/** One beat as a model saw it, with the label it had then. */
export interface SnapshotBeat {
  readonly beatId: BeatId;
  readonly recordId: RecordId;
  readonly atSample: number;
  readonly symbol: string;
  readonly role: 'train' | 'replay' | 'evaluate';
}

export interface TrainingRun {
  readonly runId: number;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly configuration: unknown;
  readonly seed: number;
  readonly executor: string;
  readonly snapshotId: number | null;
  /** SHA-256 of the data it learned from and was measured on; null before the data was read. */
  readonly snapshotHash: string | null;
  readonly parentHash: string | null;
  /** The model it came to. */
  readonly modelHash: string | null;
  /** One JSON value a point, in order. */
  readonly curves: readonly unknown[];
  /** A sentence; empty unless failed. */
  readonly failure: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
}

type RunRow = Omit<TrainingRun, 'configuration' | 'curves'> & {
  readonly configuration: string;
  readonly curves: string;
};
const runOf = (row: RunRow): TrainingRun => ({
  ...row,
  configuration: JSON.parse(row.configuration) as unknown,
  curves: JSON.parse(row.curves) as unknown[],
});
const runs = `SELECT run_id AS runId, r.state, configuration, seed, executor, r.snapshot_id AS snapshotId,
    s.hash AS snapshotHash, p.hash AS parentHash, m.hash AS modelHash, curves, failure, started_at_ms AS startedAtMs,
    ended_at_ms AS endedAtMs
  FROM training_runs r LEFT JOIN snapshots s USING (snapshot_id)
    LEFT JOIN models p ON p.model_id = parent_model_id LEFT JOIN models m ON m.model_id = r.model_id`;

/** Training: what was run, on which beats, how far it came, what it came to. */
export const trainingRunsOf = tableGroup(
  'trainingRuns',
  (db) => {
    const list = db.prepare<[], RunRow>(`${runs} ORDER BY run_id DESC`);
    const byId = db.prepare<{ runId: number }, RunRow>(`${runs} WHERE run_id = @runId`);
    const ofBeat = db.prepare<{ beatId: BeatId }, RunRow>(
      `${runs} WHERE r.snapshot_id IN (SELECT snapshot_id FROM snapshot_beats WHERE beat_id = @beatId) ORDER BY run_id`,
    );
    const snapshotBeats = db.prepare<{ snapshotId: number }, SnapshotBeat>(
      `SELECT beat_id AS beatId, record_id AS recordId, at_sample AS atSample, symbol, role FROM snapshot_beats
       WHERE snapshot_id = @snapshotId ORDER BY ordinal`,
    );
    const checkpoint = db
      .prepare<{ runId: number }, Buffer>('SELECT bytes FROM training_checkpoints WHERE run_id = @runId')
      .pluck();
    return {
      /** Newest first. */
      list: (): TrainingRun[] => list.all().map(runOf),
      byId: (runId: number): TrainingRun | undefined => {
        const row = byId.get({ runId });
        return row && runOf(row);
      },
      /** Runs that used the beat, in any role. */
      ofBeat: (beatId: BeatId): TrainingRun[] => ofBeat.all({ beatId }).map(runOf),
      snapshotBeats: (snapshotId: number): SnapshotBeat[] => snapshotBeats.all({ snapshotId }),
      /** Where an unfinished run goes on from. */
      checkpoint: (runId: number): Uint8Array | undefined => checkpoint.get({ runId }),
    };
  },
  (db) => {
    const addSnapshot = db.prepare(
      'INSERT INTO snapshots (hash, purpose, made_at_ms) VALUES (@hash, @purpose, @madeAtMs)',
    );
    const addSnapshotBeat = db.prepare(
      `INSERT INTO snapshot_beats (snapshot_id, ordinal, beat_id, record_id, at_sample, symbol, role)
       VALUES (@snapshotId, @ordinal, @beatId, @recordId, @atSample, @symbol, @role)`,
    );
    const start = db.prepare(
      `INSERT INTO training_runs (state, configuration, seed, executor, snapshot_id, parent_model_id, curves, failure,
         started_at_ms)
       VALUES ('running', @configuration, @seed, @executor, @snapshotId,
         (SELECT model_id FROM models WHERE hash = @parentHash), '[]', '', @startedAtMs)`,
    );
    const addFacts = db.prepare(
      `UPDATE training_runs SET configuration = json_patch(configuration, @configuration),
         snapshot_id = coalesce(@snapshotId, snapshot_id),
         executor = CASE WHEN @startsAnew OR executor IN ('', @executor) THEN @executor
           ELSE executor || ', then ' || @executor END,
         curves = CASE WHEN @startsAnew THEN '[]' ELSE curves END
       WHERE run_id = @runId`,
    );
    const addPoint = db.prepare(
      `UPDATE training_runs SET curves = json_insert(curves, '$[#]', json(@point)) WHERE run_id = @runId`,
    );
    const saveCheckpoint = db.prepare(
      `INSERT INTO training_checkpoints (run_id, bytes) VALUES (@runId, @bytes)
       ON CONFLICT (run_id) DO UPDATE SET bytes = excluded.bytes`,
    );
    const removeCheckpoint = db.prepare('DELETE FROM training_checkpoints WHERE run_id = @runId');
    const end = db.prepare(
      `UPDATE training_runs SET state = @state, failure = @failure, ended_at_ms = @endedAtMs,
         model_id = (SELECT model_id FROM models WHERE hash = @modelHash)
       WHERE run_id = @runId AND state = 'running'`,
    );
    const resume = db.prepare(
      `UPDATE training_runs SET state = 'running', failure = '', ended_at_ms = NULL
       WHERE run_id = @runId AND state = 'failed' AND EXISTS (SELECT 1 FROM training_checkpoints c WHERE c.run_id = @runId)`,
    );
    const failUnfinished = db.prepare(
      `UPDATE training_runs SET state = 'failed', failure = @sentence, ended_at_ms = @endedAtMs WHERE state = 'running'`,
    );
    return {
      /** Fixes which beats with which labels a model is to see. */
      addSnapshot: (snapshot: { purpose: string; madeAtMs: number; beats: readonly SnapshotBeat[] }): number =>
        atomically(db, () => {
          const { purpose, madeAtMs, beats } = snapshot;
          const hash = snapshotHashOf(beats);
          const snapshotId = Number(addSnapshot.run({ hash, purpose, madeAtMs }).lastInsertRowid);
          beats.forEach((beat, ordinal) => addSnapshotBeat.run({ ...beat, snapshotId, ordinal }));
          return snapshotId;
        }),
      start: (
        run: Pick<TrainingRun, 'configuration' | 'seed' | 'executor' | 'snapshotId' | 'parentHash' | 'startedAtMs'>,
      ): number =>
        Number(start.run({ ...run, configuration: JSON.stringify(run.configuration ?? null) }).lastInsertRowid),
      /**
       * What the engine tells of the run: added to its configuration. An executor may change where a run goes on; where
       * it starts anew, nothing of what came before has a part in it.
       */
      addFacts: (
        runId: number,
        facts: {
          readonly startsAnew: boolean;
          readonly executor: string;
          readonly configuration: Readonly<Record<string, unknown>>;
          /** Of data that is not in the workspace. */
          readonly data?: { readonly hash: string; readonly purpose: string; readonly madeAtMs: number };
        },
      ): void =>
        atomically(db, () => {
          const { startsAnew, executor, configuration, data } = facts;
          const snapshotId = data ? Number(addSnapshot.run(data).lastInsertRowid) : null;
          addFacts.run({
            ...{ runId, executor, snapshotId, startsAnew: Number(startsAnew) },
            configuration: JSON.stringify(configuration),
          });
        }),
      addCurvePoint: (runId: number, point: unknown): void =>
        void addPoint.run({ runId, point: JSON.stringify(point) }),
      saveCheckpoint: (runId: number, bytes: Uint8Array): void => void saveCheckpoint.run({ runId, bytes }),
      /** Ends a running run; its checkpoint stays only where it failed, to go on from. */
      end: (
        runId: number,
        outcome: {
          state: 'done' | 'failed' | 'cancelled';
          endedAtMs: number;
          modelHash?: string;
          failure?: string;
        },
      ): void =>
        atomically(db, () => {
          const { state, endedAtMs, modelHash = null, failure = '' } = outcome;
          end.run({ runId, state, endedAtMs, modelHash, failure });
          if (state !== 'failed') removeCheckpoint.run({ runId });
        }),
      /** A failed run goes on from its checkpoint. @returns false where it has none. */
      resume: (runId: number): boolean => resume.run({ runId }).changes === 1,
      failUnfinished: (sentence: string, endedAtMs: number): number =>
        failUnfinished.run({ sentence, endedAtMs }).changes,
    };
  },
);

/** SHA-256 of what a model sees, whatever the workspace's own numbers of beats and steps. */
function snapshotHashOf(beats: readonly SnapshotBeat[]): string {
  const hash = createHash('sha256');
  for (const { beatId, recordId, atSample, symbol, role } of beats)
    hash.update(JSON.stringify([beatId, recordId, atSample, symbol, role]) + '\n');
  return hash.digest('hex');
}
