import type { JobId } from '../../contract/jobs.ts';
import { reviewClassMap } from '../../domain/beat-class.ts';
import type { RecordId } from '../../domain/record.ts';
import { recordsOf } from '../../store/records.ts';
import type { recordClassifier } from '../../review/classify-record.ts';
import type { Workspace } from '../../store/database.ts';
import type { JobBoard } from './job-board.ts';

/** How long a reader pauses before the model looks again at beats that were added, moved or deleted. */
const pauseMs = 1500;

interface PredictionParts {
  readonly workspace: Workspace;
  readonly board: JobBoard;
  readonly classifier: Pick<ReturnType<typeof recordClassifier>, 'predict'>;
}

/** Predictions as background work that can be seen and stopped. */
export function predictInBackground({ workspace, board, classifier }: PredictionParts) {
  const waiting = new Map<RecordId, NodeJS.Timeout>();

  const now = (recordId: RecordId): JobId | undefined => {
    const record = recordsOf(workspace.db).byId(recordId);
    if (!record) return undefined;
    // A prediction that still runs would be replaced by this one: it need not be finished.
    for (const { jobId, kind, state, recordId: of } of board.list())
      if (kind === 'predict' && state === 'running' && of === recordId) board.cancel(jobId);
    return board.start({
      kind: 'predict',
      subject: record.header.name,
      recordId,
      sentenceOf: (result) => `${(result as { beats: number }).beats} beats classified`,
      run: (onProgress, signal) => classifier.predict(recordId, { onProgress, signal }),
    });
  };

  return {
    now,
    later: (recordId: RecordId): void => {
      clearTimeout(waiting.get(recordId));
      const timer = setTimeout(() => {
        waiting.delete(recordId);
        now(recordId);
      }, pauseMs);
      waiting.set(recordId, timer.unref());
    },
    /** After another model came into use: every record that has beats is classified anew; labels by people stay. */
    all: (): JobId[] =>
      recordsOf(workspace.db)
        .list(reviewClassMap)
        .filter(({ counts }) => counts.beats > 0)
        .map(({ recordId }) => now(recordId))
        .filter((jobId) => jobId !== undefined),
    /** What still waits is made up for by the next edit or by hand. */
    close: (): void => waiting.forEach((timer) => clearTimeout(timer)),
  };
}
