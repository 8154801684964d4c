import type { JobProgress } from '../../contract/jobs.ts';
import type { DeviceName } from '../../domain/device.ts';

/** A refusal or fault of an engine job, as it crosses the process border: words for people, never a stack. */
export interface JobFailure {
  readonly kind: string;
  /** File name without its folder, where a file is at fault. */
  readonly file: string | null;
  readonly message: string;
}

export type ToEngine =
  | { readonly id: number; readonly job: string; readonly device: DeviceName; readonly request: unknown }
  | { readonly id: number; readonly cancel: true };

export type FromEngine =
  | { readonly id: number; readonly kind: 'progress'; readonly progress: JobProgress }
  | { readonly id: number; readonly kind: 'batch'; readonly batch: unknown }
  | { readonly id: number; readonly kind: 'done'; readonly result: unknown }
  | { readonly id: number; readonly kind: 'failed'; readonly failure: JobFailure }
  | { readonly id: number; readonly kind: 'cancelled' };

/** What an engine job may use: everything it reads is in the workspace, everything it finds is posted. */
export interface JobContext<Batch> {
  readonly workspaceFolder: string;
  /** What this job computes on. */
  readonly device: DeviceName;
  post(batch: Batch): void;
  progress(progress: JobProgress): void;
  readonly signal: AbortSignal;
}

export type EngineJob<Request, Batch, Answer> = (request: Request, context: JobContext<Batch>) => Promise<Answer>;
