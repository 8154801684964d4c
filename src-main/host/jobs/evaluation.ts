import type { AgreementRequest, CellRequest, CompareRequest } from '../../contract/evaluation.ts';
import { annotatorsOf } from '../../review/evaluation/annotators.ts';
import { agreementOf, disagreementsOf } from '../../review/evaluation/agreement.ts';
import { beatsOfCell, compareAnnotators } from '../../review/evaluation/compare-annotators.ts';
import { openWorkspaceReadOnly } from '../../store/database.ts';
import type { ReadDb } from '../../store/table-group.ts';
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
export const compareLabels = fromWorkspace<CompareRequest, ReturnType<typeof compareAnnotators>>(compareAnnotators);
export const cellBeats = fromWorkspace<CellRequest, ReturnType<typeof beatsOfCell>>(beatsOfCell);
export const labelAgreement = fromWorkspace<AgreementRequest, ReturnType<typeof agreementOf>>(agreementOf);
export const labelDisagreements = fromWorkspace<AgreementRequest, ReturnType<typeof disagreementsOf>>(disagreementsOf);
