import type { EvaluationApi } from '../../../contract/evaluation.ts';
import type { RecordId } from '../../../domain/record.ts';
import { keepRepeat, repeatSample, repeatsOf } from '../../../review/evaluation/repeat.ts';
import { annotationSetsOf } from '../../../store/annotation-sets.ts';
import type { Parts } from '../parts.ts';
import { currentReader, readSettings } from '../readers.ts';

/** Comparisons of labels are made in the engine process: some take longer than a keystroke may wait. */
export function evaluationApi({ workspace, engine, events, now }: Parts): EvaluationApi {
  const { db } = workspace;
  const readerName = () => readSettings(db).readerInitials || 'reader';

  /** Who is shown beats with a reference's labels has seen them: that is recorded, as in Review. */
  const noteUnblinding = (keys: readonly string[], shown: ReadonlySet<RecordId>) => {
    if (!keys.some((key) => key.startsWith('reference:')) || shown.size === 0) return;
    for (const recordId of shown) annotationSetsOf(db).unblind(recordId, currentReader(db), now());
    events.announce({ event: 'onRecordsChanged' });
  };

  return {
    annotators: () => engine.evaluation.annotators(),
    compare: (request) => engine.evaluation.compare(request),
    beats: async (request) => {
      const beats = await engine.evaluation.beats(request);
      noteUnblinding([request.reference, request.test], new Set(beats.map(({ recordId }) => recordId)));
      return beats;
    },
    agreement: (request) => engine.evaluation.agreement(request),
    disagreements: async (request) => {
      const beats = await engine.evaluation.disagreements(request);
      noteUnblinding(request.annotators, new Set(beats.map(({ recordId }) => recordId)));
      return beats;
    },
    repeatSample: async (request) => repeatSample(db, readerName(), request),
    keepRepeat: async (request) => keepRepeat(workspace, readerName(), now(), request),
    repeats: async () => repeatsOf(db),
  };
}
