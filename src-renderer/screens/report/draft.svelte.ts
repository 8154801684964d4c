import { api } from '../../api/client.ts';
import type { JobId, JobView } from '../../../src-main/contract/jobs.ts';
import type { ReportPreview, ReportSections } from '../../../src-main/contract/reports.ts';
import { beatFlags, type BeatTable, labelOrigins, noLabel } from '../../../src-main/domain/beat.ts';
import { beatClasses, type ClassMapName } from '../../../src-main/domain/beat-class.ts';
import type { BeatId, RecordId } from '../../../src-main/domain/record.ts';
import type { Messages } from '../../state/messages.svelte.ts';
import { Refresh } from '../../state/refresh.ts';
import type { Session, SessionEvent } from '../../state/session.svelte.ts';
import { reportText } from '../../text/report.ts';

export const sectionNames = ['trend', 'hourly', 'strips', 'definitions'] as const;

/** The first beat of class S, V, F or Q that carries only the model's label, by time. */
export function nextUnconfirmed(beats: Pick<BeatTable, 'label' | 'origin' | 'flags' | 'beatId'>): BeatId | undefined {
  const at = beats.label.findIndex(
    (label, i) =>
      label !== noLabel &&
      beatClasses[label] !== 'N' &&
      labelOrigins[beats.origin[i]] === 'model' &&
      (beats.flags[i] & beatFlags.artifact) === 0,
  );
  return at < 0 ? undefined : (beats.beatId[at] as BeatId);
}

/** The report of the current record as it would be written now. */
export class ReportDraft {
  readonly #session: Session;
  readonly #messages: Messages;
  #sections = $state.raw<ReportSections>({ trend: true, hourly: true, strips: true, definitions: true });
  #map = $state<ClassMapName>('literature');
  #preview = $state.raw<ReportPreview>();
  #previewOf = $state<RecordId>();
  #failure = $state('');
  #page = $state(0);
  #jobId = $state<JobId>();
  #writtenOf = $state<RecordId>();
  readonly #read: Refresh;

  constructor(session: Session, messages: Messages) {
    this.#session = session;
    this.#messages = messages;
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
  goToNext = async () => {
    const recordId = this.#session.recordId;
    if (recordId === undefined) return;
    const beats = await this.#messages.attempt(() => api.review.beats({ recordId }));
    if (!beats) return;
    const beatId = nextUnconfirmed(beats);
    if (beatId === undefined) this.#messages.say(reportText.nextNone);
    else this.#session.selectBeat(recordId, beatId);
  };

  async #readPreview() {
    const recordId = this.#session.recordId;
    if (recordId === undefined) return;
    this.#failure = '';
    try {
      const preview = await api.reports.preview({ recordId, sections: this.#sections, map: this.#map });
      this.#preview = preview;
      this.#previewOf = recordId;
    } catch (cause) {
      this.#preview = undefined;
      this.#failure = cause instanceof Error ? cause.message : String(cause);
    }
  }
}
