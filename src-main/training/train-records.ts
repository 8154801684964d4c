import type { JobHandlers } from '../contract/jobs.ts';
import { reviewClassMap } from '../domain/beat-class.ts';
import type { RecordId } from '../domain/record.ts';
import { beatsOf } from '../store/beats.ts';
import type { Workspace } from '../store/database.ts';
import { modelsOf } from '../store/models.ts';
import { recordsOf } from '../store/records.ts';
import type { ReadDb } from '../store/table-group.ts';
import { nextVersion } from './fine-tune.ts';
import type { MadeModel, TrainingJobs } from './jobs.ts';
import type { ModelCard } from './model-card.ts';
import { classedBeats, type PlannedRecord, used } from './plan.ts';
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

/** Trains a record model from nothing on known records and keeps it as a candidate. */
export async function trainOnRecords(
  { workspace, jobs, now }: { workspace: Workspace; jobs: Pick<TrainingJobs, 'trainRecords'>; now: () => number },
  recordIds: readonly RecordId[],
  seed: number,
  handlers: JobHandlers,
): Promise<{ modelHash: string; version: string; weights: Uint8Array }> {
  const records = knownRecords(workspace.db, recordIds);
  const made: MadeModel = await jobs.trainRecords(
    { records: records.map(classedBeats), seed },
    { ...handlers, onPoint: () => undefined },
  );
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
  return { modelHash: made.hash, version, weights: made.weights };
}
