import { type BeatTable, noLabel } from '../domain/beat.ts';
import type { StoredRecord } from '../store/records.ts';
import type { ClassedBeats } from './jobs.ts';

/** Beats of a record with the labels that one role in training sees. */
export interface PlannedRecord {
  readonly record: StoredRecord;
  readonly table: BeatTable;
  /**
   * Index into `beatClasses`. 255: the beat has no part, but in replay, where it is held by the parent's own opinion
   * and a beat of class Q has no part, as no model is taught that class.
   */
  readonly labels: Uint8Array;
}

/** How many beats a role sees. */
export const used = (labels: Uint8Array): number => labels.reduce((sum, label) => sum + Number(label !== noLabel), 0);

export const classedBeats = ({ record, table, labels }: PlannedRecord): ClassedBeats => ({
  recordName: record.header.name,
  patient: record.patient,
  signalHash: record.signalHash,
  atSamples: table.atSample,
  labels,
});
