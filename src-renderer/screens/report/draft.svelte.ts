import { api } from '../../api/client.ts';
import type { JobId, JobView } from '../../../src-main/contract/jobs.ts';
import type { ReportPreview, ReportSections } from '../../../src-main/contract/reports.ts';
import { beatFlags, type BeatTable, labelOrigins } from '../../../src-main/domain/beat.ts';
import { beatClasses, type ClassMapName } from '../../../src-main/domain/beat-class.ts';
import type { BeatId, RecordId } from '../../../src-main/domain/record.ts';
import { Refresh } from '../../state/refresh.ts';
import type { Session, SessionEvent } from '../../state/session.svelte.ts';

export const sectionNames = ['trend', 'hourly', 'strips', 'definitions'] as const;

/**
 * Beats that keep a report a draft, by time: without a label, left for later, or of class S, V, F or Q on the model's
 * word alone. Artifacts are in no figure and keep nothing back.
 */
export function beatsToConfirm(beats: Pick<BeatTable, 'label' | 'origin' | 'flags' | 'beatId'>): BeatId[] {
  const needsPerson = (label: number, i: number) => {
    if (beats.flags[i] & beatFlags.artifact) return false;
    if (beats.flags[i] & beatFlags.forLater) return true;
    const origin = labelOrigins[beats.origin[i]];
    return beatClasses[label] !== 'N' && origin !== 'confirmed' && origin !== 'changed';
  };
  return Array.from(beats.beatId).filter((_, i) => needsPerson(beats.label[i], i)) as BeatId[];
}

/** The report of the current record as it would be written now. */
export class ReportDraft {
  readonly #session: Session;
  #sections = $state.raw<ReportSections>({ trend: true, hourly: true, strips: true, definitions: true });
  #map = $state<ClassMapName>('literature');
  #preview = $state.raw<ReportPreview>();
  #toConfirm = $state.raw<readonly BeatId[]>([]);
  #previewOf = $state<RecordId>();
  #failure = $state('');
  #page = $state(0);
  #jobId = $state<JobId>();
  #writtenOf = $state<RecordId>();
  readonly #read: Refresh;

  constructor(session: Session) {
    this.#session = session;
    this.#read = new Refresh(() => this.#readPreview());
  }

  get sections() {
    return this.#sections;
  }
  get map() {
    return this.#map;
  }
  /** Of the current record; undefined until it is drawn. */
  get preview() {
    return this.#previewOf === this.#session.recordId ? this.#preview : undefined;
  }
  /** Beats that keep the report a draft. */
  get toConfirm() {
    return this.#toConfirm;
  }
  /** Why there is no preview, in words. */
  get failure() {
    return this.#failure;
  }
  /** Index of the page that is looked at. */
  get page() {
    return Math.min(this.#page, Math.max(0, (this.preview?.pages.length ?? 1) - 1));
  }
  /** The writing of this record's report that was begun here last. */
  get job(): JobView | undefined {
    if (this.#jobId === undefined || this.#writtenOf !== this.#session.recordId) return undefined;
    return this.#session.jobs.byId(this.#jobId);
  }
  get isWriting() {
    return this.job?.state === 'running' || this.job?.state === 'waiting';
  }
  /** Address of the PDF once it is written. */
  get address(): string | undefined {
    return this.job?.state === 'done' ? `/files/report/${this.job.jobId}` : undefined;
  }

  open = (recordId: RecordId) => {
    this.#session.openRecord(recordId);
    this.#page = 0;
    void this.#read.now();
  };
  redraw = () => this.#read.now();
  /** Asks for nothing more once the screen is left. */
  stop = () => this.#read.stop();
  follow = (event: SessionEvent) => {
    if (event.event === 'onReconnected') void this.#read.now();
    else if (event.event === 'onBeatsChanged' && event.recordId === this.#session.recordId) this.#read.soon(500);
  };
  include = (section: keyof ReportSections, isIncluded: boolean) => {
    this.#sections = { ...this.#sections, [section]: isIncluded };
    void this.#read.now();
  };
  chooseMap = (map: ClassMapName) => {
    this.#map = map;
    void this.#read.now();
  };
  turnTo = (page: number) => {
    this.#page = Math.max(0, Math.min(page, (this.preview?.pages.length ?? 1) - 1));
  };

  write = async () => {
    const recordId = this.#session.recordId;
    if (recordId === undefined || this.isWriting) return;
    const request = { recordId, sections: this.#sections, map: this.#map, path: '' };
    this.#jobId = await this.#session.jobs.start(() => api.reports.write(request));
    this.#writtenOf = recordId;
  };
  cancel = async () => {
    if (this.#jobId !== undefined) await this.#session.jobs.cancel(this.#jobId);
  };

  /** Shows in Review the next beat that keeps the report a draft. */
  goToNext = () => {
    const recordId = this.#previewOf;
    if (recordId !== undefined && this.#toConfirm.length > 0) this.#session.selectBeat(recordId, this.#toConfirm[0]);
  };

  async #readPreview() {
    const recordId = this.#session.recordId;
    if (recordId === undefined) return;
    this.#failure = '';
    try {
      const [preview, beats] = await Promise.all([
        api.reports.preview({ recordId, sections: this.#sections, map: this.#map }),
        api.review.beats({ recordId }),
      ]);
      this.#preview = preview;
      this.#toConfirm = beatsToConfirm(beats);
      this.#previewOf = recordId;
    } catch (cause) {
      this.#preview = undefined;
      this.#failure = cause instanceof Error ? cause.message : String(cause);
    }
  }
}
