import type { ExplanationFigures } from '../domain/explanation.ts';
import { modelsOf } from './models.ts';
import type { ReadDb, WriteDb } from './table-group.ts';

/** How the checks of a model's explanations are found among its evaluations. */
const protocol = 'explanations';

/** The latest check of a model's explanations; undefined where there was none. */
export const explanationFiguresOf = (db: ReadDb, modelHash: string): ExplanationFigures | undefined =>
  modelsOf(db)
    .evaluations(modelHash)
    .filter((evaluation) => evaluation.protocol === protocol)
    .at(-1)?.result as ExplanationFigures | undefined;

/** Keeps a check beside the model; an earlier one stays. @throws {RangeError} for a model that is not there. */
export function keepExplanationFigures(
  db: WriteDb,
  modelHash: string,
  figures: ExplanationFigures,
  madeAtMs: number,
): void {
  modelsOf(db).addEvaluation({
    ...{ modelHash, runId: null, classMap: 'literature', protocol, madeAtMs },
    result: figures,
  });
}
