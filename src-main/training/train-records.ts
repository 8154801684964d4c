import { isDeepStrictEqual } from 'node:util';
import type { JobHandlers } from '../contract/jobs.ts';
import { reviewClassMap } from '../domain/beat-class.ts';
import type { RecordId } from '../domain/record.ts';
import { refused, type Result } from '../domain/result.ts';
import { beatsOf } from '../store/beats.ts';
import type { Workspace } from '../store/database.ts';
import { modelsOf } from '../store/models.ts';
import { recordsOf } from '../store/records.ts';
import type { ReadDb } from '../store/table-group.ts';
import { trainingRunsOf } from '../store/training-runs.ts';
import { nextVersion, snapshotBeats } from './fine-tune.ts';
import type { MadeModel, TrainingJobs } from './jobs.ts';
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
export interface RecordTraining {
  readonly runId: number;
  readonly records: readonly PlannedRecord[];
  readonly seed: number;
  readonly checkpoint: Uint8Array | null;
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
  { seed, resume }: { readonly seed: number; readonly resume: boolean },
): Result<RecordTraining, 'nothing-to-resume'> {
  const records = knownRecords(db, recordIds);
  const beats = records.flatMap((planned) => snapshotBeats(planned, 'train'));
  const runs = trainingRunsOf(db);
  if (resume) {
    const stopped = runs
      .list()
      .find(
        (run) =>
          run.state === 'failed' &&
          run.seed === seed &&
          (run.configuration as { readonly kind?: string } | null)?.kind === fromNothing &&
          run.snapshotId !== null &&
          runs.checkpoint(run.runId) !== undefined &&
          isDeepStrictEqual(runs.snapshotBeats(run.snapshotId), beats),
      );
    const checkpoint = stopped && runs.checkpoint(stopped.runId);
    if (!checkpoint || !runs.resume(stopped.runId)) return refused('nothing-to-resume');
    return { ok: true, value: { runId: stopped.runId, records, seed, checkpoint } };
  }
  const runId = runs.start({
    configuration: { kind: fromNothing, trainingBeats: beats.length },
    ...{ seed, executor: '', parentHash: null, startedAtMs: now() },
    snapshotId: runs.addSnapshot({ purpose: fromNothing, madeAtMs: now(), beats }),
  });
  return { ok: true, value: { runId, records, seed, checkpoint: null } };
}

/** Trains to the end and keeps the result as a candidate; when cancelled, keeps how far it came. */
export async function trainOnRecords(
  parts: RecordTrainingParts,
  training: RecordTraining,
  handlers: JobHandlers,
): Promise<TrainedRecords> {
  const { runId, records, seed, checkpoint } = training;
  const { now } = parts;
  const runs = trainingRunsOf(parts.workspace.db);
  try {
    const made = await parts.jobs.trainRecords(
      { records: records.map(classedBeats), seed, checkpoint },
      { ...handlers, onCheckpoint: (bytes) => runs.saveCheckpoint(runId, bytes) },
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

function addCandidate(
  { workspace, now }: RecordTrainingParts,
  { records, seed }: RecordTraining,
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
      `- Records (beats): ${records.map(({ record, labels }) => `${record.header.name} (${used(labels)})`).join(', ')}`,
      `- Seed ${seed}, ${made.executor}`,
      '- Not a medical device.',
    ].join('\n'),
    classes: ['N', 'S', 'V', 'F', 'Q'],
    trainedOn: records.map(({ record }) => ({
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
