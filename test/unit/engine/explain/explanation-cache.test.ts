import { expect, test } from 'vitest';
import { ExplanationCache } from '../../../../src-main/engine/explain/explanation-cache.ts';

const key = { modelHash: 'a1', recording: 'r', method: 'occlusion' };
/** A cache and a record of what it asked for. */
function watchedCache(most = 100) {
  const cache = new ExplanationCache<{ beat: number; by: string }>(most);
  const asked: (readonly number[])[] = [];
  const ask = (of: typeof key, beats: readonly number[]) =>
    cache.get(of, beats, async (missing) => {
      asked.push(missing);
      return missing.map((beat) => ({ beat, by: of.modelHash }));
    });
  return { ask, asked };
}

test('explains a beat once, and answers in the order asked', async () => {
  const { ask, asked } = watchedCache();
  await ask(key, [3, 1]);
  expect((await ask(key, [1, 2, 3, 1])).map(({ beat }) => beat)).toEqual([1, 2, 3, 1]);
  await ask(key, [3]);
  expect(asked).toEqual([[3, 1], [2]]);
});

test('holds nothing true of another model, other positions or another method', async () => {
  const { ask, asked } = watchedCache();
  await ask(key, [1]);
  expect(await ask({ ...key, modelHash: 'b2' }, [1])).toEqual([{ beat: 1, by: 'b2' }]);
  await ask({ ...key, recording: 's' }, [1]);
  await ask({ ...key, method: 'grad-cam' }, [1]);
  expect(asked).toEqual([[1], [1], [1], [1]]);
});

test('forgets what was asked for longest ago, never what it was just asked', async () => {
  const { ask, asked } = watchedCache(3);
  await ask(key, [1, 2]);
  await ask({ ...key, modelHash: 'b2' }, [1, 2]);
  expect((await ask({ ...key, modelHash: 'c3' }, [1, 2, 3, 4])).length).toBe(4);
  await ask(key, [1]);
  expect(asked.length).toBe(4);
});

test('a failure is not kept', async () => {
  const cache = new ExplanationCache<{ beat: number }>(10);
  await expect(cache.get(key, [1], () => Promise.reject(new Error('no device')))).rejects.toThrow('no device');
  expect(await cache.get(key, [1], async () => [{ beat: 1 }])).toEqual([{ beat: 1 }]);
});
