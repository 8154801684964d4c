import { expect, test } from 'vitest';
import type { ModelView } from '../../../../src-main/contract/training.ts';
import { modelTree } from '../../../../src-renderer/screens/train/model-tree.ts';

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
