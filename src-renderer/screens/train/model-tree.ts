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

/**
 * The bundled version of the model in use, or of the one it was trained from, that came with a newer program; undefined
 * where there is none.
 */
export function newerBundled(models: readonly ModelView[]): ModelView | undefined {
  const byHash = new Map(models.map((model) => [model.hash, model]));
  let root = models.find(({ isInUse }) => isInUse);
  while (root?.parentHash) root = byHash.get(root.parentHash);
  if (!root) return undefined;
  const { name, family, version } = root;
  const later = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });
  return models
    .filter((one) => one.parentHash === null && one.name === name && one.family === family)
    .filter((one) => one.state === 'accepted' && later(one.version, version) > 0)
    .sort((a, b) => later(b.version, a.version))[0];
}
