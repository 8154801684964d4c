import type { JobId } from '../../contract/jobs.ts';
import type { Result } from '../../domain/result.ts';
import { accepted, refused } from '../../domain/result.ts';
import { beatsToExplain, checkExplanations } from '../../review/check-explanations.ts';
import type { Workspace } from '../../store/database.ts';
import { modelsOf } from '../../store/models.ts';
import type { EngineUses } from '../supervision/engine-uses.ts';
import type { EventHub } from './event-hub.ts';
import type { JobBoard } from './job-board.ts';

interface CheckParts {
  readonly workspace: Workspace;
  readonly board: JobBoard;
  readonly engine: Pick<EngineUses, 'review'>;
  readonly events: EventHub;
  readonly now: () => number;
}

/** Checks of a model's explanations as background work that can be seen and stopped; one for a model at a time. */
export function checkExplanationsInBackground({ workspace, board, engine, events, now }: CheckParts) {
  const running = new Map<string, JobId>();
  return (modelHash: string): Result<{ jobId: JobId }, 'no-such-model' | 'no-abnormal-beats'> => {
    const model = modelsOf(workspace.db).byHash(modelHash);
    if (model?.family !== 'record') return refused('no-such-model');
    if (beatsToExplain(workspace.db).length === 0) return refused('no-abnormal-beats');
    const jobId =
      running.get(modelHash) ??
      board.start({
        kind: 'check',
        subject: `${model.name} ${model.version}`,
        sentenceOf: (result) =>
          (result as { beats: number }).beats > 0
            ? 'Review now tells how far each method of explanation can be relied on.'
            : 'Not checked: this model calls the shape of no beat V or F.',
        run: async (onProgress, signal) => {
          try {
            const parts = { workspace, jobs: engine.review, now };
            const figures = await checkExplanations(parts, modelHash, { onProgress, signal });
            return { modelHash, beats: figures?.beats ?? 0 };
          } finally {
            running.delete(modelHash);
            events.announce({ event: 'onModelsChanged' });
          }
        },
      });
    running.set(modelHash, jobId);
    return accepted({ jobId });
  };
}
