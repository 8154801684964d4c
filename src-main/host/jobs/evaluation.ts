import type { AgreementRequest, CellRequest, CompareRequest, EvaluationAnswer } from '../../contract/evaluation.ts';
import { annotatorsOf } from '../../review/evaluation/annotators.ts';
import { agreementOf, disagreementsOf } from '../../review/evaluation/agreement.ts';
import { beatsOfCell, compareAnnotators } from '../../review/evaluation/compare-annotators.ts';
import { openWorkspaceReadOnly } from '../../store/database.ts';
import { modelsOf } from '../../store/models.ts';
import { predictionsOf } from '../../store/predictions.ts';
import { recordsOf } from '../../store/records.ts';
import type { ReadDb } from '../../store/table-group.ts';
import { trainedOnSentences } from '../../training/leaks.ts';
import type { EngineJob } from '../supervision/messages.ts';

/** Answers from the workspace alone: no signal and no model is needed. */
const fromWorkspace =
  <Request, Answer>(answer: (db: ReadDb, request: Request) => Answer): EngineJob<Request, never, Answer> =>
  async (request, { workspaceFolder }) => {
    const { db, close } = openWorkspaceReadOnly(workspaceFolder);
    try {
      return answer(db, request);
    } finally {
      close();
    }
  };

export const listAnnotators = fromWorkspace<object, ReturnType<typeof annotatorsOf>>(annotatorsOf);
export const compareLabels = fromWorkspace<CompareRequest, EvaluationAnswer>((db, request) => ({
  ...compareAnnotators(db, request),
  taughtModel: taughtModel(db, request),
}));
export const cellBeats = fromWorkspace<CellRequest, ReturnType<typeof beatsOfCell>>(beatsOfCell);
export const labelAgreement = fromWorkspace<AgreementRequest, ReturnType<typeof agreementOf>>(agreementOf);
export const labelDisagreements = fromWorkspace<AgreementRequest, ReturnType<typeof disagreementsOf>>(disagreementsOf);

/** Which records taught the model that spoke last of them, a sentence each; none where no model is compared. */
function taughtModel(db: ReadDb, { recordIds, reference, test }: CompareRequest): string[] {
  if (![reference, test].some((key) => key === 'model' || key === 'shown')) return [];
  return recordIds.flatMap((recordId) => {
    const record = recordsOf(db).byId(recordId);
    const run = predictionsOf(db).latestRun(recordId);
    const model = run && modelsOf(db).byHash(run.modelHash);
    if (!record || !model) return [];
    const { patient, signalHash } = record;
    return trainedOnSentences(model, [{ name: record.header.name, patient, signalHash }]);
  });
}
