import type { ModelView } from '../../../src-main/contract/training.ts';

export interface ModelBranch {
  readonly model: ModelView;
  /** How many forebears it has among the versions. */
  readonly depth: number;
}

/** Versions as a tree: each below the one it was made of, siblings and roots newest first. */
export function modelTree(models: readonly ModelView[]): ModelBranch[] {
  const hashes = new Set(models.map(({ hash }) => hash));
  const byParent = Map.groupBy(models, ({ parentHash }) =>
    parentHash !== null && hashes.has(parentHash) ? parentHash : null,
  );
  const below = (parentHash: string | null, depth: number): ModelBranch[] =>
    (byParent.get(parentHash) ?? []).flatMap((model) => [{ model, depth }, ...below(model.hash, depth + 1)]);
  return below(null, 0);
}
