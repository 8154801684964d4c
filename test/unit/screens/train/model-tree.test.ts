import { expect, test } from 'vitest';
import type { ModelView } from '../../../../src-main/contract/training.ts';
import { modelTree, newerBundled } from '../../../../src-renderer/screens/train/model-tree.ts';

const version = (hash: string, parentHash: string | null): ModelView => ({
  ...{ hash, parentHash, name: 'Model', version: hash, family: 'record', state: 'accepted', isInUse: false },
  ...{
    createdAtMs: 1,
    runId: null,
    card: '',
    certainty: null,
    reason: '',
    learnedFrom: [],
    figures: [],
    decisions: [],
  },
});

test('versions stand below the one they were made of; one whose parent is unknown is a root', () => {
  // Newest first, as they are listed.
  const models = [version('d', 'b'), version('c', 'a'), version('b', 'a'), version('x', 'gone'), version('a', null)];
  expect(modelTree(models).map(({ model, depth }) => [model.hash, depth])).toEqual([
    ['x', 0],
    ['a', 0],
    ['c', 1],
    ['b', 1],
    ['d', 2],
  ]);
});

test('a newer bundled version of the model in use, or of its forebear, is told of', () => {
  const bundled = (number: string, more: Partial<ModelView> = {}): ModelView => ({
    ...{ ...version(`record ${number}`, null), name: 'record', version: number },
    ...more,
  });
  const [old, middle, late] = [bundled('1.2.0'), bundled('1.9.0'), bundled('1.10.0')];
  const used = (model: ModelView): ModelView => ({ ...model, isInUse: true });
  const other = { ...bundled('2.0.0'), hash: 'other', name: 'record-ds1' };
  expect(newerBundled([other, late, middle, used(old)])).toBe(late);
  expect(newerBundled([other, used(late), middle, old])).toBeUndefined();
  const trained = { ...version('trained', old.hash), name: 'record', version: '1.2.0-1' };
  expect(newerBundled([used(trained), middle, old])).toBe(middle);
  expect(newerBundled([used({ ...trained, parentHash: 'gone' }), middle])).toBeUndefined();
  expect(newerBundled([middle, old])).toBeUndefined();
});
