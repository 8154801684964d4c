import type { JobHandlers } from '../contract/jobs.ts';
import { episodesOfAnnotations } from '../domain/quality-annotations.ts';
import type { RecordId } from '../domain/record.ts';
import { annotationSetsOf } from '../store/annotation-sets.ts';
import type { Workspace } from '../store/database.ts';
import { episodesOf } from '../store/episodes.ts';
import { recordsOf } from '../store/records.ts';
import type { LibraryJobs } from './jobs.ts';

/**
 * Measures the quality of each lead once and keeps the episodes in which it is bad, for people to confirm. Where the
 * record's beats come from annotations that tell of signal quality too (`~`), their episodes are taken instead.
 * @returns how many there are.
 */
export async function measureQuality(
  { workspace, jobs }: { workspace: Workspace; jobs: Pick<LibraryJobs, 'measureQuality'> },
  recordId: RecordId,
  handlers: JobHandlers,
): Promise<{ episodes: number }> {
  const record = recordsOf(workspace.db).byId(recordId);
  if (!record) throw new RangeError(`there is no record ${recordId}`);
  const { seconds, found } = await jobs.measureQuality({ signalHash: record.signalHash }, handlers);
  const marks = record.seededFromSet === null ? [] : annotationSetsOf(workspace.db).annotations(record.seededFromSet);
  const { leads, lengthSamples } = record.header;
  const told = episodesOfAnnotations(marks, leads.length, lengthSamples);
  const episodes = episodesOf(workspace.db);
  if (recordsOf(workspace.db).byId(recordId)) episodes.keep(recordId, seconds, told.length > 0 ? told : found);
  return { episodes: episodes.ofRecord(recordId).length };
}
