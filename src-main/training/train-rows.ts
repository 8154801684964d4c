import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { JobHandlers } from '../contract/jobs.ts';
import type { Workspace } from '../store/database.ts';
import { trainingRunsOf } from '../store/training-runs.ts';
import type { TrainedRows, TrainingJobs, TrainRowsRequest } from './jobs.ts';
import { keepNews } from './keep-news.ts';

export interface RowTrainingParts {
  readonly workspace: Workspace;
  readonly jobs: Pick<TrainingJobs, 'trainRows'>;
  readonly now: () => number;
}

/** In a row training's folder, all whole at every moment. */
export const rowTrainingFiles = { checkpoint: 'checkpoint.cbor', best: 'best.safetensors', metrics: 'metrics.json' };

export type RowTraining =
  | ({ readonly isStopped: false; readonly runId: number } & TrainedRows)
  /** Stopped before its end: the best weights so far are kept, and it can go on from its checkpoint. */
  | { readonly isStopped: true; readonly runId: number; readonly files: readonly string[] };

/** Trains a row model in its folder, with a run of its own in the workspace for every start. */
export async function trainOnRows(
  parts: RowTrainingParts,
  request: TrainRowsRequest,
  handlers: JobHandlers,
): Promise<RowTraining> {
  const { workspace, jobs, now } = parts;
  const { recipe, seed, resume } = request;
  const runs = trainingRunsOf(workspace.db);
  const runId = runs.start({
    configuration: { kind: 'rows', recipe, isResumed: resume },
    ...{ seed, executor: '', snapshotId: null, parentHash: null, startedAtMs: now() },
  });
  try {
    const trained = await jobs.trainRows(request, { ...handlers, onNews: keepNews(parts, runId) });
    runs.end(runId, { state: 'done', endedAtMs: now() });
    return { isStopped: false, runId, ...trained };
  } catch (error) {
    const isStopped = handlers.signal.aborted;
    const failure = isStopped ? '' : error instanceof Error ? error.message : String(error);
    runs.end(runId, { state: isStopped ? 'cancelled' : 'failed', endedAtMs: now(), failure });
    if (!isStopped) throw error;
    const { best, checkpoint } = rowTrainingFiles;
    return {
      isStopped,
      runId,
      files: [best, checkpoint].map((name) => join(request.outFolder, name)).filter(existsSync),
    };
  }
}
