import type { Workspace } from '../store/database.ts';
import { trainingRunsOf } from '../store/training-runs.ts';
import type { TrainingNews } from './jobs.ts';

/** Keeps what a training tells in its run's row, so that a run can be repeated, explained and gone on with. */
export const keepNews =
  ({ workspace, now }: { readonly workspace: Workspace; readonly now: () => number }, runId: number) =>
  (news: TrainingNews): void => {
    const runs = trainingRunsOf(workspace.db);
    if ('point' in news) runs.addCurvePoint(runId, news.point);
    else if ('checkpoint' in news) runs.saveCheckpoint(runId, news.checkpoint);
    else {
      const { dataHash, ...facts } = news.facts;
      const data = dataHash === undefined ? {} : { data: { hash: dataHash, purpose: 'rows', madeAtMs: now() } };
      runs.addFacts(runId, { ...facts, ...data });
    }
  };
