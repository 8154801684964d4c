import type { JobFailure } from './messages.ts';

/** Thrown where a job was cancelled: nothing failed. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** Thrown where an engine job refused or failed; the message is fit for people. */
export class JobFailed extends Error {
  override readonly name = 'JobFailed';
  readonly failure: JobFailure;
  constructor(failure: JobFailure) {
    super(failure.message);
    this.failure = failure;
  }
}
