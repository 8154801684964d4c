import type { JobHandlers } from '../contract/jobs.ts';
import type { RecordId } from '../domain/record.ts';
import { annotationSetsOf } from '../store/annotation-sets.ts';
import { beatsOf } from '../store/beats.ts';
import type { Workspace } from '../store/database.ts';
import { recordsOf } from '../store/records.ts';
import type { LibraryJobs } from './jobs.ts';

/**
 * Finds beats with the program's detector and keeps them as a set of its own.
 * They become the record's beats only where it has none: positions that people worked on are never replaced.
 * @returns how many beats were found, and whether they became the record's.
 */
export async function detectBeats(
  { workspace, jobs, now }: { workspace: Workspace; jobs: Pick<LibraryJobs, 'detectBeats'>; now: () => number },
  recordId: RecordId,
  handlers: JobHandlers,
): Promise<{ found: number; isSeeded: boolean }> {
  const record = recordsOf(workspace.db).byId(recordId);
  if (!record) throw new RangeError(`there is no record ${recordId}`);
  const { detector, version, atSamples } = await jobs.detectBeats({ signalHash: record.signalHash }, handlers);
  const annotations = Array.from(atSamples, (atSample) => ({
    ...{ atSample, symbol: 'Q', subtype: 0, channel: 0, num: 0, aux: '' }, // found, not classified
  }));
  const setId = annotationSetsOf(workspace.db).add(recordId, {
    annotator: { kind: 'program', name: detector, version },
    madeAtMs: now(),
    annotations,
  });
  const seeded = beatsOf(workspace.db).seed(recordId, setId);
  return { found: atSamples.length, isSeeded: seeded.ok };
}
