import type { Guard } from '../contract/training.ts';
import { beatClasses, reviewClassMap } from '../domain/beat-class.ts';
import { type BeatTable, noLabel } from '../domain/beat.ts';
import { seededRandom } from '../domain/random.ts';
import type { RecordId } from '../domain/record.ts';
import { beatsOf } from '../store/beats.ts';
import { modelsOf, type StoredModel } from '../store/models.ts';
import { recordsOf, type StoredRecord } from '../store/records.ts';
import type { ReadDb } from '../store/table-group.ts';
import type { ClassedBeats } from './jobs.ts';
import { cardOf } from './model-card.ts';
import { personLabels, referenceLabels } from './reference-labels.ts';

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

/** Which beats a fine-tune learns from, repeats, and is measured on; no beat has two roles. */
export interface TrainingPlan {
  readonly parent: StoredModel | undefined;
  readonly corrections: readonly PlannedRecord[];
  readonly replay: readonly PlannedRecord[];
  readonly evaluation: readonly PlannedRecord[];
  /** Whose labels count as the reference, in words. */
  readonly reference: string;
  readonly guards: readonly Guard[];
}

/** Share of the corrected beats held back to measure on, where there is nothing else. */
const heldOutShare = 0.25;

/**
 * Chooses by patient: recordings of the corrected patients and of those the parent learned from are never
 * measured on; where no other recording has labels, beats of the corrected recordings are held back.
 * @param teacher  whose labels are learned from: people's alone, or a reference's where no person labelled the record.
 */
export function planTraining(
  db: ReadDb,
  recordIds: readonly RecordId[],
  teacher: 'person' | 'person-else-reference' = 'person',
): TrainingPlan {
  const parent = modelsOf(db).inUse('record');
  const trainedOn = parent ? cardOf(parent.card).trainedOn : [];
  const all = recordsOf(db).list(reviewClassMap);
  const chosen = new Set<number>(recordIds);
  const chosenPatients = new Set(all.filter(({ recordId }) => chosen.has(recordId)).map(({ patient }) => patient));
  const wasTrainedOn = (record: StoredRecord) =>
    trainedOn.some((t) => t.signalHash === record.signalHash || t.patient === record.patient);

  const tableOf = (record: StoredRecord) => beatsOf(db).table(record.recordId, reviewClassMap);
  const known = (record: StoredRecord, table: BeatTable) =>
    referenceLabels(db, record.recordId, table, record.header.samplingHz);

  let corrections: PlannedRecord[] = [];
  const replay: PlannedRecord[] = [];
  let evaluation: PlannedRecord[] = [];
  for (const record of all) {
    const table = tableOf(record);
    if (chosen.has(record.recordId)) {
      const own = personLabels(table);
      const labels = used(own) === 0 && teacher !== 'person' ? (known(record, table) ?? own) : own;
      if (used(labels) > 0) corrections.push({ record, table, labels });
      continue;
    }
    if (record.isSimulated) continue;
    const labels = known(record, table) ?? personLabels(table);
    if (used(labels) === 0) continue;
    if (wasTrainedOn(record)) replay.push({ record, table, labels });
    else if (!chosenPatients.has(record.patient)) evaluation.push({ record, table, labels });
  }

  const areOtherPatients = evaluation.length > 0;
  let reference = 'reference labels, else labels by people, of other patients';
  if (!areOtherPatients) {
    [corrections, evaluation] = holdBack(corrections, known, wasTrainedOn);
    reference = 'reference labels of beats that nobody corrected, else a quarter of the corrected beats held back';
  }
  replay.push(...corrections.map((correction) => ownReplay(correction, evaluation)));
  const trainingBeats = corrections.reduce((sum, { labels }) => sum + used(labels), 0);
  const evaluationBeats = evaluation.reduce((sum, { labels }) => sum + used(labels), 0);
  const guards: Guard[] = [
    guard(parent !== undefined, 'A model is in use to start from', 'Accept a model first.'),
    guard(trainingBeats > 0, 'There are labels to learn from', 'Confirm or change some beats in Review.'),
    guard(evaluationBeats > 0, 'There are beats to measure on', 'Label more beats, or import a recording with labels.'),
    guard(
      !evaluation.some((e) => corrections.some((c) => sharesBeats(c, e))),
      'No corrected beat is used to measure',
      'Choose other records.',
    ),
    guard(
      !evaluation.some(({ record }) => wasTrainedOn(record)),
      'Nothing the model learned from before is used to measure',
      'Import a recording of another patient.',
    ),
    {
      title: 'Measured on patients that are not in training',
      isPassed: areOtherPatients,
      isBlocking: false,
      remedy: 'Import a recording of another patient with labels: beats of the same recording flatter a model.',
    },
  ];
  return { parent, corrections, replay, evaluation, reference, guards };
}

const notReplayed = beatClasses.indexOf('Q');

/** The corrected recordings' other beats, which keep the parent's opinion; beats that are measured on stay out. */
function ownReplay({ record, table, labels }: PlannedRecord, evaluation: readonly PlannedRecord[]): PlannedRecord {
  const measured = evaluation.find((other) => other.record.recordId === record.recordId)?.labels;
  const replayed = labels.map((label, i) => (measured && measured[i] !== noLabel ? notReplayed : label));
  return { record, table, labels: replayed };
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

const guard = (isPassed: boolean, title: string, remedy: string): Guard => ({
  ...{ title, isPassed, isBlocking: true, remedy },
});

const sharesBeats = (a: PlannedRecord, b: PlannedRecord): boolean =>
  a.record.recordId === b.record.recordId && a.labels.some((label, i) => label !== noLabel && b.labels[i] !== noLabel);

function holdBack(
  corrections: readonly PlannedRecord[],
  known: (record: StoredRecord, table: BeatTable) => Uint8Array | undefined,
  wasTrainedOn: (record: StoredRecord) => boolean,
): [PlannedRecord[], PlannedRecord[]] {
  const kept: PlannedRecord[] = [];
  const held: PlannedRecord[] = [];
  for (const correction of corrections) {
    const { record, table, labels } = correction;
    if (wasTrainedOn(record)) {
      kept.push(correction);
      continue;
    }
    const others = known(record, table)?.map((label, i) => (labels[i] === noLabel ? label : noLabel));
    if (others && used(others) > 0) {
      kept.push(correction);
      held.push({ record, table, labels: others });
      continue;
    }
    const draw = seededRandom(record.recordId);
    const isHeld = labels.map(() => Number(draw.uniform() < heldOutShare));
    kept.push({ record, table, labels: labels.map((label, i) => (isHeld[i] ? noLabel : label)) });
    held.push({ record, table, labels: labels.map((label, i) => (isHeld[i] ? label : noLabel)) });
  }
  const hasBeats = ({ labels }: PlannedRecord) => used(labels) > 0;
  return [kept.filter(hasBeats), held.filter(hasBeats)];
}
