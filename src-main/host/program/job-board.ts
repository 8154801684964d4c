import type { HostEvent } from '../../contract/events.ts';
import type { JobId, JobKind, JobProgress, JobView } from '../../contract/jobs.ts';
import type { RecordId } from '../../domain/record.ts';
import { Cancelled } from '../supervision/job-failed.ts';

/** What the board keeps of a job beyond this program's life: no job is lost silently. */
export interface JobRecorder {
  started(kind: JobKind, subject: string, recordId: RecordId | null, atMs: number): JobId;
  ended(jobId: JobId, state: 'done' | 'failed' | 'cancelled', sentence: string, atMs: number): void;
}

export interface Work {
  readonly kind: JobKind;
  readonly subject: string;
  readonly recordId?: RecordId;
  /** The words for what it came to. */
  readonly sentenceOf?: (result: unknown) => string;
  readonly run: (onProgress: (progress: JobProgress) => void, signal: AbortSignal, jobId: JobId) => Promise<unknown>;
}

/** Every announcement is a picture to draw: more often than this nobody sees them. */
const announceEveryMs = 100;

/** The background work of the program: who runs, how far, and the way to stop it. */
export class JobBoard {
  readonly #recorder: JobRecorder;
  readonly #announce: (event: HostEvent) => void;
  readonly #now: () => number;
  readonly #jobs = new Map<JobId, { view: JobView; controller: AbortController; ended: Promise<JobView> }>();

  constructor(recorder: JobRecorder, announce: (event: HostEvent) => void, now: () => number) {
    this.#recorder = recorder;
    this.#announce = announce;
    this.#now = now;
  }

  start(work: Work): JobId {
    const recordId = work.recordId ?? null;
    const startedAtMs = this.#now();
    const jobId = this.#recorder.started(work.kind, work.subject, recordId, startedAtMs);
    const controller = new AbortController();
    const view: JobView = {
      jobId,
      kind: work.kind,
      subject: work.subject,
      recordId,
      state: 'running',
      progress: { fraction: null, doing: 'starting', rate: null, secondsLeft: null },
      startedAtMs,
      endedAtMs: null,
      sentence: '',
      result: null,
    };
    const entry = { view, controller, ended: Promise.resolve(view) };
    this.#jobs.set(jobId, entry);
    entry.ended = this.#follow(entry, work, jobId);
    return jobId;
  }

  list(): JobView[] {
    const views = [...this.#jobs.values()].map(({ view }) => view);
    const rank = (view: JobView) => (view.state === 'running' ? 0 : 1);
    return views.sort((a, b) => rank(a) - rank(b) || b.startedAtMs - a.startedAtMs || b.jobId - a.jobId);
  }

  /** @returns whether there was such a job to stop. */
  cancel(jobId: JobId): boolean {
    const entry = this.#jobs.get(jobId);
    if (entry?.view.state !== 'running') return false;
    entry.controller.abort();
    return true;
  }

  /** The job's last view, once it has ended. */
  ended(jobId: JobId): Promise<JobView> {
    const entry = this.#jobs.get(jobId);
    if (!entry) throw new RangeError(`there is no job ${jobId}`);
    return entry.ended;
  }

  /** Stops all work and waits for it, before the program ends. */
  async close(): Promise<void> {
    for (const { controller } of this.#jobs.values()) controller.abort();
    await Promise.all([...this.#jobs.values()].map(({ ended }) => ended));
  }

  async #follow(entry: { view: JobView; controller: AbortController }, work: Work, jobId: JobId): Promise<JobView> {
    let lastMs = 0;
    const show = (change: Partial<JobView>) => {
      entry.view = { ...entry.view, ...change };
      this.#announce({ event: 'onJobChanged', job: entry.view });
    };
    const onProgress = (progress: JobProgress) => {
      entry.view = { ...entry.view, progress };
      const now = this.#now();
      if (now - lastMs < announceEveryMs) return;
      lastMs = now;
      this.#announce({ event: 'onJobChanged', job: entry.view });
    };
    const end = (state: 'done' | 'failed' | 'cancelled', sentence: string, result: unknown) => {
      const endedAtMs = this.#now();
      this.#recorder.ended(jobId, state, sentence, endedAtMs);
      show({ state, sentence, endedAtMs, result });
      return entry.view;
    };
    show({});
    try {
      const result = await work.run(onProgress, entry.controller.signal, jobId);
      return end('done', work.sentenceOf?.(result) ?? '', result);
    } catch (error) {
      if (error instanceof Cancelled || entry.controller.signal.aborted)
        return end('cancelled', 'Cancelled; what was half done is removed.', null);
      return end('failed', error instanceof Error ? error.message : String(error), null);
    }
  }
}
