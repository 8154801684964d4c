import { createContext } from 'svelte';
import type { JobId, JobView } from '../../src-main/contract/jobs.ts';
import type { ImportOutcome } from '../../src-main/contract/records.ts';
import type { CsvGiven } from '../../src-main/domain/csv-table.ts';
import { api } from '../api/client.ts';
import { importFiles } from '../api/files.ts';
import { CsvQuestion } from './csv-question.svelte.ts';
import { type FileBatch, isTable, isWfdbHeader } from './dropped-files.ts';
import type { Session } from './session.svelte.ts';

/** What is read of a CSV file to ask of it: some hundred lines. */
const headBytes = 1 << 16;

/** Imports that were begun in this window, from any place, and what came of them. */
export class Imports {
  readonly #session: Session;
  #jobIds = $state.raw<readonly JobId[]>([]);
  #question = $state.raw<CsvQuestion>();
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
  /** What is asked of a CSV file; undefined when nothing is. */
  get question() {
    return this.#question;
  }
  get hasOutcomes() {
    return this.#jobIds.length > 0;
  }

  /** Imports each folder's files; one that fails does not stop the others. */
  start = async (batches: readonly FileBatch[]) => {
    this.#session.goTo('library');
    for (const { files: held } of batches) {
      const { files, csv } = await this.#asked(held);
      if (files.length === 0) continue;
      await this.#follow(() => importFiles(files, csv, (sent, all) => (this.#sending = { sent, all })));
      this.#sending = undefined;
    }
  };
  openDemo = () => this.#follow(() => api.records.demo({}));
  /** Puts the list of outcomes away; imports that run stay. */
  putAway = () => {
    this.#jobIds = this.running.map((job) => job.jobId);
  };
  cancel = () => Promise.all(this.running.map((job) => this.#session.jobs.cancel(job.jobId)));

  /** Asks how the CSV files are read; without an answer they are left out. Beside headers they are no recordings. */
  async #asked(files: readonly File[]): Promise<{ files: readonly File[]; csv?: CsvGiven }> {
    const [file, ...others] = files.filter(({ name }) => isTable(name));
    if (file === undefined || files.some(({ name }) => isWfdbHeader(name))) return { files };
    const head = await file.slice(0, headBytes).text();
    const described = await api.records.describeCsv({ file: file.name, head, isWhole: file.size <= headBytes });
    if ('sentence' in described) return { files }; // the import says so in its list
    const csv = await new Promise<CsvGiven | undefined>((answer) => {
      this.#question = new CsvQuestion(file.name, others.length, described.table, answer);
    });
    this.#question = undefined;
    return csv === undefined ? { files: files.filter(({ name }) => !isTable(name)) } : { files, csv };
  }

  async #follow(work: () => Promise<{ jobId: JobId }>) {
    const jobId = await this.#session.jobs.start(work);
    if (jobId !== undefined) this.#jobIds = [...this.#jobIds, jobId];
  }
}

export const [useImports, provideImports] = createContext<Imports>();
