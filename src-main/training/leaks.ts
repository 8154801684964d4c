import { beatClasses } from '../domain/beat-class.ts';
import { noLabel } from '../domain/beat.ts';
import { findLeak, type RecordUse } from '../evaluate/patient-split.ts';
import type { StoredModel } from '../store/models.ts';
import type { RecordId } from '../domain/record.ts';
import { cardOf } from './model-card.ts';
import type { PlannedRecord } from './planned-record.ts';

/** Recordings with the beats of each that are used; one of which none is used has no part. */
const usesOf = (records: readonly PlannedRecord[], isUsed: (label: number) => boolean): RecordUse<RecordId>[] =>
  records
    .map(({ record, table, labels }) => ({
      recordId: record.recordId,
      patientId: record.patient,
      beats: [...table.beatId].filter((_, i) => isUsed(labels[i])),
    }))
    .filter(({ beats }) => beats.length > 0);
const isLabelled = (label: number): boolean => label !== noLabel;
/** Replay holds unlabelled beats too, by the parent's opinion; class Q stands for beats that have no part in it. */
const isReplayed = (label: number): boolean => beatClasses[label] !== 'Q';

/**
 * What training and measuring share, a sentence for each beat set, recording and patient; none in a clean plan.
 * @param isSamePatientMeant  later beats of the corrected patients are measured on purpose: then only beats may not meet.
 */
export function leakSentences(
  {
    corrections,
    replay,
  }: { readonly corrections: readonly PlannedRecord[]; readonly replay: readonly PlannedRecord[] },
  evaluation: readonly PlannedRecord[],
  isSamePatientMeant: boolean,
): string[] {
  const training = [...corrections, ...replay];
  const leak = findLeak(
    [...usesOf(corrections, isLabelled), ...usesOf(replay, isReplayed)],
    usesOf(evaluation, isLabelled),
  );
  const nameOf = (recordId: RecordId) =>
    [...training, ...evaluation].find(({ record }) => record.recordId === recordId)!.record.header.name;
  const beats = leak.beats.map(
    ({ recordId, beats: shared }) =>
      `${shared.length === 1 ? '1 beat' : `${shared.length} beats`} of ${nameOf(recordId)} would be learned from and measured on.`,
  );
  if (isSamePatientMeant) return beats;
  const records = leak.records
    .filter((recordId) => !leak.beats.some((each) => each.recordId === recordId))
    .map((recordId) => `${nameOf(recordId)} would be learned from and measured on.`);
  const patients = leak.patients.flatMap((patient) => {
    const namesOf = (side: readonly PlannedRecord[]) => [
      ...new Set(
        side
          .filter(({ record }) => record.patient === patient && !leak.records.includes(record.recordId))
          .map(({ record }) => record.header.name),
      ),
    ];
    const [learned, measured] = [namesOf(training), namesOf(evaluation)];
    if (learned.length === 0 || measured.length === 0) return [];
    return [
      `${learned.join(', ')} would be learned from and ${measured.join(', ')} measured on: they are of one patient.`,
    ];
  });
  return [...beats, ...records, ...patients];
}

/** Which of some recordings taught a model or its forebears, themselves or through another of the same patient. */
export function trainedOnSentences(
  model: StoredModel,
  records: readonly { readonly name: string; readonly patient: string; readonly signalHash?: string }[],
): string[] {
  const { trainedOn } = cardOf(model.card);
  return records.flatMap(({ name, patient, signalHash }) => {
    const same = trainedOn.find((t) => (signalHash === undefined ? t.record === name : t.signalHash === signalHash));
    if (same) return [`${name} taught this model.`];
    const ofPatient = trainedOn.find((t) => t.patient === patient);
    return ofPatient ? [`${ofPatient.record} taught this model and is of the same patient as ${name}.`] : [];
  });
}
