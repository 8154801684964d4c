import type { RecordId } from '../domain/record.ts';
import { atomically, tableGroup } from './table-group.ts';

export type StoredJobState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** One piece of background work, as far as it is worth keeping. */
export interface StoredJob {
  readonly jobId: number;
  readonly kind: string;
  /** A record's or a file's name. */
  readonly subject: string;
  readonly recordId: RecordId | null;
  readonly state: StoredJobState;
  /** Why it failed, or what it came to. */
  readonly sentence: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** What the job's kind wants kept: its request, its result. */
  readonly detail: unknown;
}

type JobRow = Omit<StoredJob, 'detail'> & { readonly detail: string };
const jobOf = (row: JobRow): StoredJob => ({ ...row, detail: JSON.parse(row.detail) as unknown });
const columns = `job_id AS jobId, kind, subject, record_id AS recordId, state, sentence,
  started_at_ms AS startedAtMs, ended_at_ms AS endedAtMs, detail`;

/** Background work, past and present. */
export const jobsOf = tableGroup(
  'jobs',
  (db) => {
    const byId = db.prepare<{ jobId: number }, JobRow>(`SELECT ${columns} FROM jobs WHERE job_id = @jobId`);
    const list = db.prepare<{ limit: number }, JobRow>(
      `SELECT ${columns} FROM jobs ORDER BY state NOT IN ('running', 'waiting'), job_id DESC LIMIT @limit`,
    );
    return {
      byId: (jobId: number): StoredJob | undefined => {
        const row = byId.get({ jobId });
        return row && jobOf(row);
      },
      /** Unended work first, then the newest first. */
      list: (limit: number): StoredJob[] => list.all({ limit }).map(jobOf),
    };
  },
  (db) => {
    const add = db.prepare(
      `INSERT INTO jobs (kind, subject, record_id, state, sentence, started_at_ms, detail)
       VALUES (@kind, @subject, @recordId, @state, '', @startedAtMs, @detail)`,
    );
    const start = db.prepare(`UPDATE jobs SET state = 'running' WHERE job_id = @jobId AND state = 'waiting'`);
    const end = db.prepare(
      `UPDATE jobs SET state = @state, sentence = @sentence, ended_at_ms = @endedAtMs, detail = coalesce(@detail, detail)
       WHERE job_id = @jobId AND ended_at_ms IS NULL`,
    );
    const failUnfinished = db.prepare(
      `UPDATE jobs SET state = 'failed', sentence = @sentence, ended_at_ms = @endedAtMs WHERE ended_at_ms IS NULL`,
    );
    return {
      add: (job: {
        kind: string;
        subject: string;
        recordId: RecordId | null;
        state: 'waiting' | 'running';
        startedAtMs: number;
        detail: unknown;
      }): number => Number(add.run({ ...job, detail: JSON.stringify(job.detail ?? null) }).lastInsertRowid),
      /** A waiting job begins. */
      start: (jobId: number): void => void start.run({ jobId }),
      /** Ends a job once; `detail`, where given, replaces what was kept. */
      end: (
        jobId: number,
        outcome: { state: 'done' | 'failed' | 'cancelled'; sentence: string; endedAtMs: number; detail?: unknown },
      ): void =>
        void end.run({
          ...outcome,
          jobId,
          detail: outcome.detail === undefined ? null : JSON.stringify(outcome.detail),
        }),
      failUnfinished: (sentence: string, endedAtMs: number): number =>
        atomically(db, () => failUnfinished.run({ sentence, endedAtMs }).changes),
    };
  },
);
