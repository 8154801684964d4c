import type { Api } from '../../../src-main/contract/api.ts';
import type { ReviewView } from '../../../src-main/contract/review.ts';
import type { BeatTable } from '../../../src-main/domain/beat.ts';
import type { RecordHeader, RecordId } from '../../../src-main/domain/record.ts';
import type { Messages } from '../../state/messages.svelte.ts';
import type { Session } from '../../state/session.svelte.ts';
import type { Viewport } from '../../state/viewport.svelte.ts';
import type { Selection } from './selection.svelte.ts';

/** What Review is made of: the host, and what all screens share. */
export interface ReviewParts {
  readonly api: Api;
  /** The same for what is only read: nothing of it is waited for once the record is left. */
  readonly reads: Api;
  readonly session: Session;
  readonly messages: Messages;
  readonly viewport: Viewport;
}

/** The record under review as edits, queue, attribution and reference see it. */
export interface ReviewedRecord {
  readonly recordId: RecordId;
  readonly parts: ReviewParts;
  readonly selection: Selection;
  /** Undefined until they are read. */
  readonly header: RecordHeader | undefined;
  readonly beats: BeatTable | undefined;
  /** Leads that the paper shows, by index in the header; empty: all. */
  readonly leads: readonly number[];
  /** Whether the model's opinion of this record is known. */
  readonly isClassified: boolean;
  readonly refresh: () => Promise<void>;
  /** What an edit is made on. */
  readonly view: () => ReviewView;
}
