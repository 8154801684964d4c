import type { Guard } from '../contract/training.ts';
import { beatClasses, reviewClassMap } from '../domain/beat-class.ts';
import { type BeatTable, noLabel } from '../domain/beat.ts';
import type { RecordId } from '../domain/record.ts';
import { beatsOf } from '../store/beats.ts';
import { modelsOf, type StoredModel } from '../store/models.ts';
import { recordsOf, type StoredRecord } from '../store/records.ts';
import type { ReadDb } from '../store/table-group.ts';
import { leakSentences } from './leaks.ts';
import { cardOf } from './model-card.ts';
import { type PlannedRecord, used } from './planned-record.ts';
import { personLabels, referenceLabels } from './reference-labels.ts';

/** The three sets that a candidate is measured on: for whom it was made, everyone else, and what was known before. */
export interface EvaluationParts {
  /** Later beats of the patients that are learned from. */
  readonly later: readonly PlannedRecord[];
  /** Other patients, of whom neither model has learned. */
  readonly others: readonly PlannedRecord[];
  /** A fixed part of what the parent was taught by and the candidate is not reminded of. */
  readonly reference: readonly PlannedRecord[];
}
export type EvaluationPart = keyof EvaluationParts;
export const evaluationParts: readonly EvaluationPart[] = ['later', 'others', 'reference'];

/** Which beats a fine-tune learns from, repeats, and is measured on; no beat has two roles. */
export interface TrainingPlan {
  readonly parent: StoredModel | undefined;
  readonly corrections: readonly PlannedRecord[];
  readonly replay: readonly PlannedRecord[];
  readonly evaluation: EvaluationParts;
  readonly guards: readonly Guard[];
}

export interface PlanRequest {
  readonly recordIds: readonly RecordId[];
  /** Whose labels are learned from: people's alone, or a reference's where no person labelled the record. */
  readonly teacher?: 'person' | 'person-else-reference';
  /** Other patients to measure on; left out: every recording with labels of a patient that is not learned from. */
  readonly measureOn?: readonly RecordId[];
}

/** Share of the labels by time that is held back to measure on, where nothing later has labels. */
const heldBackShare = 0.25;
/** Fewer labels than this are all learned from: holding some back would measure nothing. */
const leastToHoldBack = 8;
/** Of what the model was taught, one minute in four is the reference set. */
const referenceEveryMinutes = 4;

/**
 * Chooses by patient: other recordings of the corrected patients count as their later beats, those of patients the
 * parent learned from as replay and reference set, all others as other patients.
 */
export function planTraining(db: ReadDb, { recordIds, teacher = 'person', measureOn }: PlanRequest): TrainingPlan {
  const parent = modelsOf(db).inUse('record');
  const trainedOn = parent ? cardOf(parent.card).trainedOn : [];
  const all = recordsOf(db).list(reviewClassMap);
  const chosen = new Set<number>(recordIds);
  const chosenPatients = new Set(all.filter(({ recordId }) => chosen.has(recordId)).map(({ patient }) => patient));
  const wasTrainedOn = (record: StoredRecord) =>
    trainedOn.some((t) => t.signalHash === record.signalHash || t.patient === record.patient);
  const known = (record: StoredRecord, table: BeatTable) =>
    referenceLabels(db, record.recordId, table, record.header.samplingHz);

  const corrections: PlannedRecord[] = [];
  const replay: PlannedRecord[] = [];
  const later: PlannedRecord[] = [];
  const others: PlannedRecord[] = [];
  const reference: PlannedRecord[] = [];
  for (const record of all) {
    const table = beatsOf(db).table(record.recordId, reviewClassMap);
    const isMeant = measureOn?.includes(record.recordId) ?? false;
    if (chosen.has(record.recordId)) {
      const own = personLabels(table);
      const labels = used(own) === 0 && teacher !== 'person' ? (known(record, table) ?? own) : own;
      if (used(labels) === 0) continue;
      const parts = wasTrainedOn(record)
        ? { learned: labels, measured: undefined }
        : splitByTime(table, labels, known(record, table));
      corrections.push({ record, table, labels: parts.learned });
      if (parts.measured) later.push({ record, table, labels: parts.measured });
      if (isMeant) others.push({ record, table, labels });
      continue;
    }
    const labels = known(record, table) ?? personLabels(table);
    if (used(labels) === 0) continue;
    if (isMeant) others.push({ record, table, labels });
    if (record.isSimulated || isMeant) continue;
    if (wasTrainedOn(record)) {
      const [held, repeated] = holdReference(table, labels, record.header.samplingHz);
      replay.push({ record, table, labels: repeated });
      reference.push({ record, table, labels: held });
    } else if (chosenPatients.has(record.patient)) later.push({ record, table, labels });
    else if (!measureOn) others.push({ record, table, labels });
  }
  replay.push(...corrections.map((correction) => ownReplay(correction, later)));
  const evaluation = { later, others, reference };
  return { parent, corrections, replay, evaluation, guards: guardsOf() };

  function guardsOf(): Guard[] {
    const training = { corrections, replay };
    const leaks = [
      ...leakSentences(
        { ...training, replay: replay.filter(({ record }) => !chosen.has(record.recordId)) },
        others,
        false,
      ),
      ...leakSentences(training, later, true),
      ...leakSentences(training, reference, true),
    ];
    const ofParent = others.filter(({ record }) => wasTrainedOn(record)).map(({ record }) => record.header.name);
    const samePatients = later.filter(({ record }) => !chosen.has(record.recordId));
    return [
      guard(parent !== undefined, 'A model is in use to start from', 'Accept a model first.'),
      guard(corrections.length > 0, 'There are labels to learn from', 'Confirm or change some beats in Review.'),
      guard(
        [later, others, reference].some((part) => part.length > 0),
        'There are beats to measure on',
        'Label more beats, or import a recording with labels.',
      ),
      {
        ...guard(
          leaks.length === 0,
          'No beat, recording or patient is both learned from and measured on',
          `${leaks.join(' ')} Choose other records.`,
        ),
        detail: samePatients
          .map(({ record }) => `${record.header.name} counts as later beats: its patient is learned from.`)
          .join(' '),
      },
      guard(
        ofParent.length === 0,
        'Nobody whom the model learned from before is measured on as another patient',
        `${ofParent.join(', ')} taught the model in use. Choose a recording of another patient.`,
      ),
      {
        title: 'Measured on patients that are not in training',
        isPassed: others.length > 0,
        isBlocking: false,
        remedy: 'Import a recording of another patient with labels: beats of the same recording flatter a model.',
        detail: '',
      },
    ];
  }
}

const notReplayed = beatClasses.indexOf('Q');

/** The corrected recordings' other beats, which keep the parent's opinion; beats that are measured on stay out. */
function ownReplay({ record, table, labels }: PlannedRecord, later: readonly PlannedRecord[]): PlannedRecord {
  const measured = later.find((other) => other.record.recordId === record.recordId)?.labels;
  const replayed = labels.map((label, i) => (measured && measured[i] !== noLabel ? notReplayed : label));
  return { record, table, labels: replayed };
}

const guard = (isPassed: boolean, title: string, remedy: string): Guard => ({
  ...{ title, isPassed, isBlocking: true, remedy, detail: '' },
});

/**
 * Divides a corrected record by time into what is learned from and what is measured on. Where a reference is known
 * and the corrections end early, all are learned from and everything after them is measured on; else the last quarter
 * of the labels is held back. The reference has the last word about what is measured: a person may err.
 */
function splitByTime(
  table: BeatTable,
  labels: Uint8Array,
  reference: Uint8Array | undefined,
): { learned: Uint8Array; measured: Uint8Array | undefined } {
  const places = [...labels.keys()].filter((i) => labels[i] !== noLabel);
  const last = places.at(-1)!;
  const isEarly = reference !== undefined && last < table.atSample.length * (1 - heldBackShare);
  if (!isEarly && places.length < leastToHoldBack) return { learned: labels, measured: undefined };
  const cut = isEarly ? last + 1 : places[Math.ceil(places.length * (1 - heldBackShare))];
  const measured = labels.map((label, i) => {
    if (i < cut) return noLabel;
    return reference && reference[i] !== noLabel ? reference[i] : label;
  });
  return {
    learned: labels.map((label, i) => (i < cut ? label : noLabel)),
    measured: used(measured) > 0 ? measured : undefined,
  };
}

/** One minute in four, the same ones every time, is measured on; the others are repeated while training. */
function holdReference(table: BeatTable, labels: Uint8Array, samplingHz: number): [Uint8Array, Uint8Array] {
  const isHeld = (i: number) =>
    Math.floor(table.atSample[i] / (60 * samplingHz)) % referenceEveryMinutes === referenceEveryMinutes - 1;
  return [
    labels.map((label, i) => (isHeld(i) ? label : noLabel)),
    labels.map((label, i) => (isHeld(i) ? notReplayed : label)),
  ];
}
