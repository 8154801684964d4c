import { expect, test } from 'vitest';
import type { ModelCertainty } from '../../../src-main/domain/certainty.ts';
import { certaintyOf } from '../../../src-main/training/views.ts';

const measured: ModelCertainty = { temperature: 1.6, unlikeAbove: 12, familiarityHash: 'f', sets: [] };
const model = (hash: string, parentHash: string | null, certainty?: ModelCertainty) => ({
  ...{ hash, parentHash },
  card: { markdown: '', trainedOn: [], classes: [], ...(certainty ? { certainty } : {}) },
});

test('a model that was not measured has its certainty from the nearest forebear that was, and says so', () => {
  const models = [model('a', null, measured), model('b', 'a'), model('c', 'b'), model('lone', null)];
  expect(certaintyOf(models[0], models)).toEqual({ of: measured, inheritedFrom: null });
  expect(certaintyOf(models[2], models)).toEqual({ of: measured, inheritedFrom: 'a' });
  expect(certaintyOf(models[3], models)).toBeNull();
  const own = { ...measured, temperature: 2 };
  const withOwn = [models[0], model('b', 'a', own), models[2]];
  expect(certaintyOf(withOwn[2], withOwn)).toEqual({ of: own, inheritedFrom: 'b' });
});
