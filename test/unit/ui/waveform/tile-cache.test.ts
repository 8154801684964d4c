import { expect, test } from 'vitest';
import type { SignalTile } from '../../../../src-main/domain/signal-tile.ts';
import { TileCache } from '../../../../src-renderer/ui/waveform/tile-cache.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));
const names = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({ level: 0, index: from + i }));

/** A cache whose loads end when the test says so; each tile is 400 bytes. */
function cacheOf(budgetBytes = 4000) {
  const asked: number[] = [];
  const ends = new Map<number, { resolve: (tile: SignalTile) => void; reject: (error: Error) => void }>();
  const failed: number[] = [];
  const cache = new TileCache(
    (_level, index) => {
      asked.push(index);
      return new Promise((resolve, reject) => ends.set(index, { resolve, reject }));
    },
    () => undefined,
    (_error, name) => failed.push(name.index),
    budgetBytes,
  );
  const arrive = async (...indices: number[]) => {
    for (const index of indices) ends.get(index)!.resolve({ level: 0, index, leads: [new Int32Array(100)] });
    await settled();
  };
  const fail = async (index: number) => {
    ends.get(index)!.reject(new Error('disk'));
    await settled();
  };
  return { cache, asked, arrive, fail, failed };
}

test('loads what is wished for in its order, a few at once, each only once', async () => {
  const { cache, asked, arrive } = cacheOf();
  cache.wish(names(0, 6));
  cache.wish(names(0, 6));
  expect(asked).toEqual([0, 1, 2, 3]);
  await arrive(1, 2);
  expect(asked).toEqual([0, 1, 2, 3, 4, 5]);
});

test('forgets a wish that a newer one has replaced', async () => {
  const { cache, asked, arrive } = cacheOf();
  cache.wish(names(0, 6));
  cache.wish(names(50, 52));
  await arrive(0, 1, 2, 3);
  expect(asked).toEqual([0, 1, 2, 3, 50, 51]);
});

test('keeps within its budget and gives up what was unused longest', async () => {
  const { cache, arrive } = cacheOf(1200);
  cache.wish(names(0, 3));
  await arrive(0, 1, 2);
  cache.peek(0, 0);
  cache.wish(names(3, 4));
  await arrive(3);
  expect([0, 1, 2, 3].map((index) => cache.peek(0, index) !== undefined)).toEqual([true, false, true, true]);
  expect(cache.bytes).toBe(1200);
});

test('tells of a tile that cannot be read once, and tries again when asked', async () => {
  const { cache, asked, fail, failed } = cacheOf();
  cache.wish(names(0, 1));
  await fail(0);
  cache.wish(names(0, 1));
  expect([asked, failed, cache.hasFailed(0, 0)]).toEqual([[0], [0], true]);
  cache.retry();
  expect(asked).toEqual([0, 0]);
});

test('a closed cache keeps nothing that comes late', async () => {
  const { cache, arrive } = cacheOf();
  cache.wish(names(0, 1));
  cache.close();
  await arrive(0);
  expect([cache.peek(0, 0), cache.bytes]).toEqual([undefined, 0]);
});
