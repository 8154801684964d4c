import { isDeepStrictEqual } from 'node:util';
import type { JobHandlers } from '../contract/jobs.ts';
import { reviewClassMap } from '../domain/beat-class.ts';
import type { RecordId } from '../domain/record.ts';
import { refused, type Result } from '../domain/result.ts';
import { patientFolds } from '../evaluate/patient-split.ts';
import { beatsOf } from '../store/beats.ts';
import type { Workspace } from '../store/database.ts';
import { modelsOf } from '../store/models.ts';
import { recordsOf } from '../store/records.ts';
import type { ReadDb } from '../store/table-group.ts';
import { trainingRunsOf } from '../store/training-runs.ts';
import { nextVersion, snapshotBeats } from './fine-tune.ts';
import type { HyperChanges, MadeModel, TrainingJobs } from './jobs.ts';
import { keepNews } from './keep-news.ts';
import type { ModelCard } from './model-card.ts';
import { classedBeats, type PlannedRecord, used } from './planned-record.ts';
import { personLabels, referenceLabels } from './reference-labels.ts';

/** What is known of some records' beats: the imported reference's classes, else those that people gave. */
export function knownRecords(db: ReadDb, recordIds: readonly RecordId[]): PlannedRecord[] {
  return recordIds.map((recordId) => {
    const record = recordsOf(db).byId(recordId);
    if (!record) throw new RangeError(`there is no record ${recordId}`);
    const table = beatsOf(db).table(recordId, reviewClassMap);
    const labels = referenceLabels(db, recordId, table, record.header.samplingHz) ?? personLabels(table);
    if (used(labels) === 0)
      throw new RangeError(`${record.header.name} has neither reference labels nor labels by people to use.`);
    return { record, table, labels };
  });
}

export interface RecordTrainingParts {
  readonly workspace: Workspace;
  readonly jobs: Pick<TrainingJobs, 'trainRecords'>;
  readonly now: () => number;
}

/** A run that is open: new, or an earlier one that goes on. */
export interface RecordTraining extends RecordTrainingOptions {
  readonly runId: number;
  /** Those learned from, and those that choose the weights. */
  readonly records: readonly PlannedRecord[];
  readonly validation: readonly PlannedRecord[];
  readonly checkpoint: Uint8Array | null;
}

export interface RecordTrainingOptions {
  readonly seed: number;
  readonly hyper: HyperChanges;
  /** One patient in so many is held out to choose the weights by; 0 for none. */
  readonly validationFolds: number;
}

export type TrainedRecords =
  | { readonly isStopped: false; readonly runId: number; readonly modelHash: string; readonly version: string }
  /** Stopped before its end; what was reached is kept to go on from. */
  | { readonly isStopped: true; readonly runId: number };

/** Tells a training from nothing among the runs. */
const fromNothing = 'records, from nothing';

/**
 * Opens a run that trains a record model from nothing on known records.
 * @param resume  goes on with the newest run that stopped on the same beats, labels and seed.
 */
export function startRecordTraining(
  { workspace: { db }, now }: RecordTrainingParts,
  recordIds: readonly RecordId[],
  { resume, ...options }: RecordTrainingOptions & { readonly resume: boolean },
): Result<RecordTraining, 'nothing-to-resume'> {
  const [records, validation] = heldOutPatients(knownRecords(db, recordIds), options.validationFolds);
  const beats = [
    ...records.flatMap((planned) => snapshotBeats(planned, 'train')),
    ...validation.flatMap((planned) => snapshotBeats(planned, 'evaluate')),
  ];
  const runs = trainingRunsOf(db);
  if (resume) {
    const stopped = runs
      .list()
      .find(
        (run) =>
          run.state === 'failed' &&
          isOf(run.configuration, options) &&
          run.snapshotId !== null &&
          runs.checkpoint(run.runId) !== undefined &&
          isDeepStrictEqual(runs.snapshotBeats(run.snapshotId), beats),
      );
    const checkpoint = stopped && runs.checkpoint(stopped.runId);
    if (!checkpoint || !runs.resume(stopped.runId)) return refused('nothing-to-resume');
    return { ok: true, value: { ...options, runId: stopped.runId, records, validation, checkpoint } };
  }
  const runId = runs.start({
    configuration: { kind: fromNothing, trainingBeats: total(records), validationBeats: total(validation), options },
    ...{ seed: options.seed, executor: '', parentHash: null, startedAtMs: now() },
    snapshotId: runs.addSnapshot({ purpose: fromNothing, madeAtMs: now(), beats }),
  });
  return { ok: true, value: { ...options, runId, records, validation, checkpoint: null } };
}

const isOf = (configuration: unknown, options: RecordTrainingOptions): boolean => {
  const kept = (configuration ?? {}) as { readonly kind?: string; readonly options?: unknown };
  return kept.kind === fromNothing && isDeepStrictEqual(kept.options, options);
};

/** All recordings of one patient in so many, with their share of every class, apart from the others. */
function heldOutPatients(records: PlannedRecord[], folds: number): [PlannedRecord[], PlannedRecord[]] {
  if (folds === 0) return [records, []];
  const [heldOut] = patientFolds(
    records.map(({ record, labels }) => ({
      ...{ recordId: record.recordId, patientId: record.patient },
      balance: Object.fromEntries(['S', 'V', 'F'].map((c, i) => [c, labels.filter((label) => label === i + 1).length])),
    })),
    folds,
  );
  const isHeldOut = ({ record }: PlannedRecord) => heldOut.includes(record.recordId);
  return [records.filter((planned) => !isHeldOut(planned)), records.filter(isHeldOut)];
}

const total = (records: readonly PlannedRecord[]): number => records.reduce((sum, { labels }) => sum + used(labels), 0);

/** Trains to the end and keeps the result as a candidate; when cancelled, keeps how far it came. */
export async function trainOnRecords(
  parts: RecordTrainingParts,
  training: RecordTraining,
  handlers: JobHandlers,
): Promise<TrainedRecords> {
  const { runId, records, validation, seed, hyper, checkpoint } = training;
  const { now } = parts;
  const runs = trainingRunsOf(parts.workspace.db);
  try {
    const made = await parts.jobs.trainRecords(
      { records: records.map(classedBeats), validation: validation.map(classedBeats), seed, hyper, checkpoint },
      { ...handlers, onNews: keepNews(parts, runId) },
    );
    const version = addCandidate(parts, training, made);
    runs.end(runId, { state: 'done', endedAtMs: now(), modelHash: made.hash });
    return { isStopped: false, runId, modelHash: made.hash, version };
  } catch (error) {
    const isCancelled = handlers.signal.aborted;
    const canResume = runs.checkpoint(runId) !== undefined;
    const failure = isCancelled ? 'It was stopped; --resume goes on.' : String((error as Error).message);
    runs.end(runId, {
      ...{ endedAtMs: now(), failure },
      state: isCancelled && !canResume ? 'cancelled' : 'failed', // the store keeps the checkpoint of a failed run
    });
    if (isCancelled && canResume) return { isStopped: true, runId };
    throw error;
  }
}

const named = (records: readonly PlannedRecord[]): string =>
  records.map(({ record, labels }) => `${record.header.name} (${used(labels)})`).join(', ');

function addCandidate(
  { workspace, now }: RecordTrainingParts,
  { records, validation, seed }: RecordTraining,
  made: MadeModel,
): string {
  const models = modelsOf(workspace.db);
  const version = nextVersion(models.list().map((model) => model.version));
  const card: ModelCard = {
    markdown: [
      `# Record model ${version}`,
      '',
      'Trained from nothing in this workspace; not measured yet.',
      '',
      `- Hash: ${made.hash}`,
      `- Class map: ${reviewClassMap}`,
      `- Records (beats): ${named(records)}`,
      ...(validation.length > 0 ? [`- Weights chosen by records (beats) of other patients: ${named(validation)}`] : []),
      `- Seed ${seed}, ${made.executor}`,
      '- Not a medical device.',
    ].join('\n'),
    classes: ['N', 'S', 'V', 'F', 'Q'],
    // what chose the weights may not measure them either
    trainedOn: [...records, ...validation].map(({ record }) => ({
      ...{ record: record.header.name, patient: record.patient, signalHash: record.signalHash },
    })),
  };
  models.add({
    ...{ hash: made.hash, family: 'record', name: 'Record model', version, parentHash: null, state: 'candidate' },
    createdAtMs: now(),
    card,
    weights: made.weights,
  });
  return version;
}
