import type { ReviewView } from '../contract/review.ts';
import type { Comparison } from '../contract/training.ts';
import type { Result } from '../domain/result.ts';
import { accepted, refused } from '../domain/result.ts';
import type { AnnotatorId } from '../store/annotation-sets.ts';
import { stepsOf } from '../store/edit-steps.ts';
import { modelsOf } from '../store/models.ts';
import type { WriteDb } from '../store/table-group.ts';
import { comparisonProtocol } from './fine-tune.ts';

export interface Decision {
  readonly hash: string;
  /** Why, in the reader's words; asked for where the figures advise against. */
  readonly reason: string;
  readonly annotatorId: AnnotatorId;
  readonly madeAtMs: number;
  readonly view?: ReviewView;
}

const nameOf = ({ name, version }: { name: string; version: string }) => `${name} ${version}`;

/**
 * Takes a candidate into use; one step, so that undo goes back to the model before. Against the gate it takes a reason.
 */
export function acceptModel(
  db: WriteDb,
  decision: Decision,
): Result<{ hash: string }, 'not-a-candidate' | 'reason-needed'> {
  const model = modelsOf(db).byHash(decision.hash);
  if (model?.state !== 'candidate') return refused('not-a-candidate');
  if (!isAdvised(db, model.hash) && decision.reason.trim() === '') return refused('reason-needed');
  stepsOf(db).useModel({
    ...frame(decision, `${nameOf(model)} accepted`),
    use: { family: model.family, hash: model.hash },
    states: [{ hash: model.hash, state: 'accepted' }],
  });
  return accepted({ hash: model.hash });
}

/** Whether the candidate was measured and met every rule of acceptance. */
function isAdvised(db: WriteDb, hash: string): boolean {
  const measured = modelsOf(db).evaluation(hash, comparisonProtocol);
  return (measured?.result as Comparison | undefined)?.rules.every(({ isMet }) => isMet) ?? false;
}

/** Sets a candidate aside; it stays among the versions. */
export function rejectModel(db: WriteDb, decision: Decision): Result<{ hash: string }, 'not-a-candidate'> {
  const model = modelsOf(db).byHash(decision.hash);
  if (model?.state !== 'candidate') return refused('not-a-candidate');
  stepsOf(db).useModel({
    ...frame(decision, `${nameOf(model)} rejected`),
    states: [{ hash: model.hash, state: 'rejected' }],
  });
  return accepted({ hash: model.hash });
}

/** Takes an accepted or retired version into use again and retires the one in use; no version is deleted. */
export function rollBackModel(
  db: WriteDb,
  decision: Decision,
): Result<{ hash: string }, 'in-use-already' | 'not-usable'> {
  const model = modelsOf(db).byHash(decision.hash);
  if (!model || model.state === 'candidate' || model.state === 'rejected') return refused('not-usable');
  if (model.isInUse) return refused('in-use-already');
  const present = modelsOf(db).inUse(model.family);
  stepsOf(db).useModel({
    ...frame(decision, `Back to ${nameOf(model)}`),
    use: { family: model.family, hash: model.hash },
    states: [
      ...(present ? [{ hash: present.hash, state: 'retired' as const }] : []),
      { hash: model.hash, state: 'accepted' },
    ],
  });
  return accepted({ hash: model.hash });
}

const frame = ({ annotatorId, madeAtMs, reason, view }: Decision, title: string) => ({
  ...{ annotatorId, madeAtMs, reason, title, view: view ?? null },
});
