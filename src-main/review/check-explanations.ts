import type { JobHandlers } from '../contract/jobs.ts';
import { beatClasses, reviewClassMap } from '../domain/beat-class.ts';
import { beatFlags } from '../domain/beat.ts';
import type { ExplanationFigures } from '../domain/explanation.ts';
import { beatsOf } from '../store/beats.ts';
import type { Workspace } from '../store/database.ts';
import { keepExplanationFigures } from '../store/explanation-figures.ts';
import { type ListedRecord, recordsOf } from '../store/records.ts';
import type { ReadDb } from '../store/table-group.ts';
import type { ExplanationCheckRequest, ReviewJobs } from './jobs.ts';

/** Recordings measured for one check, and how long one may be: a second of measuring for half an hour. */
const mostRecords = 4;
const longestS = 2 * 3600;

const abnormal = (['V', 'F'] as const).map((label) => beatClasses.indexOf(label));
const abnormalBeats = ({ counts }: ListedRecord) => counts.byClass.V + counts.byClass.F;

/** Beats that are called V or F now, by people or a model, of the recordings that have most of them. */
export function beatsToExplain(db: ReadDb): ExplanationCheckRequest['records'] {
  return recordsOf(db)
    .list(reviewClassMap)
    .filter(({ header }) => header.lengthSamples / header.samplingHz <= longestS)
    .filter((record) => abnormalBeats(record) > 0)
    .sort((a, b) => abnormalBeats(b) - abnormalBeats(a) || a.recordId - b.recordId)
    .slice(0, mostRecords)
    .map(({ recordId, header, signalHash }) => {
      const { atSample, label, flags } = beatsOf(db).table(recordId, reviewClassMap);
      const isMeant = (beat: number) => abnormal.includes(label[beat]) && (flags[beat] & beatFlags.artifact) === 0;
      const index = Int32Array.from(label.keys().filter(isMeant));
      return { name: header.name, signalHash, atSamples: atSample, index };
    });
}

/**
 * Checks the methods of explanation on one model and keeps the figures beside it.
 * @returns null where no beat's shape is called V or F by it.
 */
export async function checkExplanations(
  { workspace, jobs, now }: { workspace: Workspace; jobs: Pick<ReviewJobs, 'checkExplanations'>; now: () => number },
  modelHash: string,
  handlers: JobHandlers,
): Promise<ExplanationFigures | null> {
  const records = beatsToExplain(workspace.db);
  const figures = await jobs.checkExplanations({ modelHash, records }, handlers);
  if (figures) keepExplanationFigures(workspace.db, modelHash, figures, now());
  return figures;
}
