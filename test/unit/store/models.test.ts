import { expect, test } from 'vitest';
import { modelsOf } from '../../../src-main/store/models.ts';
import { temporaryWorkspace } from './simulated.ts';

const model = (hash: string, parentHash: string | null) => ({
  ...{ hash, parentHash, family: 'record' as const, name: 'm', version: '1', state: 'accepted' as const },
  ...{ createdAtMs: 1, card: { markdown: `made ${hash}` }, weights: Uint8Array.of(1) },
});

test('what is told of a model last counts, and its weights and hash stay', () => {
  const { db } = temporaryWorkspace();
  const models = modelsOf(db);
  models.add(model('a', null));
  models.tell('a', { markdown: 'measured more' }, Uint8Array.of(7), 2);
  models.tell('a', { markdown: 'measured more' }, Uint8Array.of(7), 3);
  expect(db.prepare('SELECT count(*) FROM model_cards').pluck().get()).toBe(1);
  models.tell('a', { markdown: 'measured more' }, Uint8Array.of(8), 4);
  expect(models.byHash('a')).toMatchObject({ hash: 'a', card: { markdown: 'measured more' } });
  expect([...models.familiarity('a')!]).toEqual([8]);
  expect([...models.weights('a')!]).toEqual([1]);
  expect(() => models.tell('z', {}, null, 5)).toThrow('no model z');
  expect(() => db.exec('UPDATE model_cards SET made_at_ms = 0')).toThrow('append-only');
  expect(() => db.exec('DELETE FROM model_cards')).toThrow('append-only');
});

test('a model knows training beats by its nearest forebear where it does not by itself', () => {
  const { db } = temporaryWorkspace();
  const models = modelsOf(db);
  for (const [hash, parent] of [
    ['a', null],
    ['b', 'a'],
    ['c', 'b'],
  ] as const)
    models.add(model(hash, parent));
  expect(models.familiarity('c')).toBeUndefined();
  models.tell('a', {}, Uint8Array.of(1), 2);
  expect([...models.familiarity('c')!]).toEqual([1]);
  models.tell('b', {}, Uint8Array.of(2), 3);
  models.tell('c', {}, null, 4);
  expect([...models.familiarity('c')!]).toEqual([2]);
});
