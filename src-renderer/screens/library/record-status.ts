import type { JobView } from '../../../src-main/contract/jobs.ts';
import type { RecordSummary } from '../../../src-main/contract/records.ts';
import { libraryText } from '../../text/library.ts';

export type StatusKind =
  'waiting' | 'detecting' | 'labelling' | 'failed' | 'noBeats' | 'notLabelled' | 'notStarted' | 'inReview' | 'reviewed';

/** In the order in which a record goes through them; the table sorts by it. */
export const statusKinds: readonly StatusKind[] = [
  ...(['failed', 'waiting', 'detecting', 'labelling', 'noBeats', 'notLabelled'] as const),
  ...(['notStarted', 'inReview', 'reviewed'] as const),
];

export interface RecordStatus {
  readonly kind: StatusKind;
  readonly words: string;
}

/**
 * How far a record is, from its counts and from the work on it.
 * @param jobs  of all records; what ended longest ago last.
 */
export function statusOf(record: RecordSummary, jobs: readonly JobView[]): RecordStatus {
  const text = libraryText.status;
  const own = jobs.filter(
    (job) => job.recordId === record.recordId && (job.kind === 'predict' || job.kind === 'detect'),
  );
  const running = own.find((job) => job.state === 'running');
  if (running) {
    const percent = libraryText.percentAfter(running.progress.fraction);
    return running.kind === 'detect'
      ? { kind: 'detecting', words: text.detecting(percent) }
      : { kind: 'labelling', words: text.labelling(percent) };
  }
  const said = (kind: Exclude<StatusKind, 'detecting' | 'labelling'>) => ({ kind, words: text[kind] });
  if (own.some((job) => job.state === 'waiting')) return said('waiting');
  const byPeople = record.confirmed + record.changed;
  const isUntouched = record.modelHash === null && byPeople === 0;
  if (own[0]?.state === 'failed' && isUntouched) return said('failed');
  if (record.positionsFrom === null) return said('noBeats');
  if (isUntouched) return said('notLabelled');
  if (byPeople === 0) return said('notStarted');
  return said(byPeople >= record.labelled && record.forLater === 0 ? 'reviewed' : 'inReview');
}

/** Beats that a person confirmed or changed, of all beats; null where there are none. */
export const confirmedShare = (record: RecordSummary): number | null =>
  record.beats === 0 ? null : (record.confirmed + record.changed) / record.beats;

/** Beats with a label, of all beats; null where there are none. */
export const labelledShare = (record: RecordSummary): number | null =>
  record.beats === 0 ? null : record.labelled / record.beats;

/** Share of beats of class S, V, F or Q; null where nothing is labelled. */
export const notNShare = (record: RecordSummary): number | null => {
  const { S, V, F, Q } = record.beatsByClass;
  return record.labelled === 0 ? null : (S + V + F + Q) / record.labelled;
};
