import { createContext } from 'svelte';
import type { JobId, JobView } from '../../src-main/contract/jobs.ts';
import type { ImportOutcome } from '../../src-main/contract/records.ts';
import { api } from '../api/client.ts';
import { importFiles } from '../api/files.ts';
import type { FileBatch } from './dropped-files.ts';
import type { Session } from './session.svelte.ts';

/** Imports that were begun in this window, from any place, and what came of them. */
export class Imports {
  readonly #session: Session;
  #jobIds = $state.raw<readonly JobId[]>([]);
  #sending = $state.raw<{ readonly sent: number; readonly all: number }>();

  constructor(session: Session) {
    this.#session = session;
  }

  get jobs(): readonly JobView[] {
    return this.#session.jobs.all.filter((job) => this.#jobIds.includes(job.jobId));
  }
  get running(): readonly JobView[] {
    return this.jobs.filter((job) => job.state === 'running' || job.state === 'waiting');
  }
  /** One entry a source, of all imports since the list was last put away. */
  get outcomes(): readonly ImportOutcome[] {
    return this.jobs.flatMap((job) => (job.state === 'done' ? (job.result as ImportOutcome[]) : []));
  }
  /** Imports that ended without an answer: failed as a whole, or cancelled. */
  get broken(): readonly JobView[] {
    return this.jobs.filter((job) => job.state === 'failed' || job.state === 'cancelled');
  }

  /** Files that are on their way to the program; undefined when none are. */
  get sending() {
    return this.#sending;
  }
  get hasOutcomes() {
    return this.#jobIds.length > 0;
  }

  /** Imports each folder's files; one that fails does not stop the others. */
  start = async (batches: readonly FileBatch[]) => {
    this.#session.goTo('library');
    for (const { files } of batches) {
      await this.#follow(() => importFiles(files, (sent, all) => (this.#sending = { sent, all })));
      this.#sending = undefined;
    }
  };
  openDemo = () => this.#follow(() => api.records.demo({}));
  /** Puts the list of outcomes away; imports that run stay. */
  putAway = () => {
    this.#jobIds = this.running.map((job) => job.jobId);
  };
  cancel = () => Promise.all(this.running.map((job) => this.#session.jobs.cancel(job.jobId)));

  async #follow(work: () => Promise<{ jobId: JobId }>) {
    const jobId = await this.#session.jobs.start(work);
    if (jobId !== undefined) this.#jobIds = [...this.#jobIds, jobId];
  }
}

export const [useImports, provideImports] = createContext<Imports>();
