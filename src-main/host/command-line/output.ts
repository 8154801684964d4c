import type { JobProgress, JobView } from '../../contract/jobs.ts';

/** Ends a verb with a sentence and a non-zero exit code; no stack is printed. */
export class CommandRefused extends Error {
  readonly kind: string;
  readonly file: string | null;
  constructor(kind: string, message: string, file: string | null = null) {
    super(message);
    this.name = 'CommandRefused';
    this.kind = kind;
    this.file = file;
  }
}

/**
 * What a verb says. For people: lines, and one progress line that is overwritten in a terminal.
 * With `--json`: one object a line, progress included; the last one holds `done` and the result, or `error`.
 */
export class Output {
  readonly isJson: boolean;
  readonly #isTerminal = Boolean(process.stderr.isTTY);
  #shown = 0;

  constructor(isJson: boolean) {
    this.isJson = isJson;
  }

  line(text: string): void {
    this.#clear();
    if (!this.isJson) process.stdout.write(`${text}\n`);
  }

  progress(subject: string, progress: JobProgress): void {
    if (this.isJson) process.stdout.write(`${JSON.stringify({ subject, progress })}\n`);
    else if (this.#isTerminal) this.#overwrite(`${subject}: ${progressWords(progress)}`);
  }

  /** Something that happened meanwhile and is no part of the result. */
  notice(sentence: string): void {
    this.#clear();
    if (this.isJson) process.stdout.write(`${JSON.stringify({ notice: sentence })}\n`);
    else process.stderr.write(`${sentence}\n`);
  }

  /** The last line of a verb that did everything it was asked. */
  done(result: object): void {
    this.#clear();
    if (this.isJson) process.stdout.write(`${JSON.stringify({ done: true, ...result })}\n`);
  }

  error(kind: string, file: string | null, message: string): void {
    this.#clear();
    if (this.isJson) process.stdout.write(`${JSON.stringify({ error: { kind, file, message } })}\n`);
    else process.stderr.write(`${message}\n`);
  }

  #overwrite(text: string): void {
    const cut = text.slice(0, (process.stderr.columns ?? 80) - 1);
    process.stderr.write(`\r${cut.padEnd(this.#shown)}`);
    this.#shown = cut.length;
  }

  #clear(): void {
    if (this.#shown > 0) process.stderr.write(`\r${' '.repeat(this.#shown)}\r`);
    this.#shown = 0;
  }
}

export function progressWords({ fraction, doing, rate, secondsLeft }: JobProgress): string {
  const parts = [
    doing,
    fraction === null ? null : `${Math.floor(fraction * 100)} %`,
    rate,
    secondsLeft === null
      ? null
      : `${secondsLeft < 90 ? `${Math.ceil(secondsLeft)} s` : `${Math.ceil(secondsLeft / 60)} min`} left`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

/** The refusal of a job that failed, in the words of its sentence. */
export const refusalOf = (job: JobView): CommandRefused =>
  new CommandRefused(job.state === 'cancelled' ? 'cancelled' : 'job-failed', `${job.subject}: ${job.sentence}`);
