import type { Api } from '../../src-main/contract/api.ts';
import type { JobId, JobKind, JobView } from '../../src-main/contract/jobs.ts';
import { shellText } from '../text/shell.ts';
import type { Messages } from './messages.svelte.ts';

const isActive = (job: JobView) => job.state === 'running' || job.state === 'waiting';

/** Work that a reader hears of when it ends even if the program started it by itself. */
const spokenKinds: readonly JobKind[] = [
  'import',
  'demo',
  'fine-tune',
  'train',
  'evaluate',
  'report',
  'export',
  'devices',
];

/** The background work of the program, as far as it has told. */
export class Jobs {
  readonly #api: Api;
  readonly #messages: Messages;
  #all = $state.raw<readonly JobView[]>([]);
  readonly active: readonly JobView[] = $derived(this.#all.filter(isActive));
  readonly ended: readonly JobView[] = $derived(this.#all.filter((job) => !isActive(job)));
  #started: readonly JobId[] = [];
  #cancelled: readonly JobId[] = [];

  constructor(api: Api, messages: Messages) {
    this.#api = api;
    this.#messages = messages;
  }

  /** Active work first, then what ended, newest first. */
  get all() {
    return this.#all;
  }
  byId = (jobId: JobId): JobView | undefined => this.#all.find((job) => job.jobId === jobId);
  ofRecord = (recordId: number): readonly JobView[] => this.active.filter((job) => job.recordId === recordId);

  refresh = async () => {
    const jobs = await this.#messages.attempt(() => this.#api.jobs.list({}));
    if (jobs) this.#all = jobs;
  };

  /** Takes over what the host says of one job. */
  take = (job: JobView) => {
    const known = this.byId(job.jobId);
    this.#all = known ? this.#all.map((other) => (other.jobId === job.jobId ? job : other)) : [job, ...this.#all];
    if (!isActive(job) && (!known || isActive(known))) this.#tellEnd(job);
  };

  /** Starts work that the reader asked for; its end is told. @returns undefined where it could not be started. */
  start = async (work: () => Promise<{ jobId: JobId }>): Promise<JobId | undefined> => {
    const started = await this.#messages.attempt(work);
    if (!started) return undefined;
    this.#started = [...this.#started, started.jobId];
    return started.jobId;
  };

  cancel = async (jobId: JobId) => {
    this.#cancelled = [...this.#cancelled, jobId];
    await this.#messages.attempt(() => this.#api.jobs.cancel({ jobId }));
  };
  cancelAll = async () => {
    await Promise.all(this.active.map((job) => this.cancel(job.jobId)));
  };

  #tellEnd(job: JobView) {
    if (job.state === 'failed') this.#messages.fail(shellText.jobFailed(job.kind, job.subject, job.sentence));
    else if (job.state === 'cancelled') {
      // The program replaces a prediction by the next itself; that is no news to the reader.
      if (this.#cancelled.includes(job.jobId)) this.#messages.say(shellText.jobCancelled(job.kind, job.subject));
    } else if (this.#started.includes(job.jobId) || spokenKinds.includes(job.kind))
      this.#messages.say(shellText.jobDone(job.kind, job.subject, job.sentence));
    this.#started = this.#started.filter((jobId) => jobId !== job.jobId);
    this.#cancelled = this.#cancelled.filter((jobId) => jobId !== job.jobId);
  }
}
