import * as v from 'valibot';
import type { RecordId } from '../domain/record.ts';

export type JobId = number & { readonly __brand: 'JobId' };
export const jobId = v.pipe(
  v.number(),
  v.integer(),
  v.transform((id) => id as JobId),
);

export type JobKind =
  | 'import'
  | 'demo'
  | 'detect'
  | 'quality'
  | 'predict'
  | 'fine-tune'
  | 'train'
  | 'evaluate'
  | 'report'
  | 'export'
  | 'check'
  | 'devices';
export type JobState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** How far a job is; a part that cannot be known is null. */
export interface JobProgress {
  readonly fraction: number | null;
  /** What is being done now, in a few words. */
  readonly doing: string;
  /** Measured speed with its unit, such as `3,100 beats/s`. */
  readonly rate: string | null;
  readonly secondsLeft: number | null;
}

/** One piece of background work. */
export interface JobView {
  readonly jobId: JobId;
  readonly kind: JobKind;
  /** What it works on: a record's or a file's name. */
  readonly subject: string;
  readonly recordId: RecordId | null;
  readonly state: JobState;
  readonly progress: JobProgress;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** Why it failed, or what it came to. */
  readonly sentence: string;
  /** The job's own answer once done: `ImportOutcome[]`, `{ path }`, `{ runId }`, … */
  readonly result: unknown;
}

/** How a use case follows work and stops it. */
export interface JobHandlers {
  readonly onProgress: (progress: JobProgress) => void;
  readonly signal: AbortSignal;
}

const ofJob = v.object({ jobId });

export interface JobsApi {
  /** Running and waiting work first, then what ended since the program started, newest first. */
  list(request: Record<string, never>): Promise<JobView[]>;
  /** Answers within a second; what is half done is removed. */
  cancel(request: v.InferOutput<typeof ofJob>): Promise<{ cancelled: boolean }>;
}

export const jobsRequests = {
  list: v.object({}) as v.GenericSchema<unknown, Record<string, never>>,
  cancel: ofJob,
} satisfies { [Method in keyof JobsApi]: v.GenericSchema<unknown, Parameters<JobsApi[Method]>[0]> };
