import { FormatError } from '../../domain/format-error.ts';
import { WorkspaceRefused } from '../../store/database.ts';
import { Refusal } from '../program/respond.ts';
import { JobFailed } from '../supervision/job-failed.ts';
import { CommandRefused } from './output.ts';

/** What a verb's caller is told of an error. */
export interface Failure {
  readonly kind: string;
  readonly file: string | null;
  readonly message: string;
}

export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof CommandRefused) return { kind: error.kind, file: error.file, message };
  if (error instanceof FormatError) return { kind: error.breach.kind, file: error.breach.file, message };
  if (error instanceof JobFailed) return { kind: error.failure.kind, file: error.failure.file, message };
  if (error instanceof WorkspaceRefused) return { kind: error.reason, file: null, message };
  if (error instanceof Refusal) return { kind: error.kind, file: null, message };
  return { kind: 'fault', file: null, message };
}
