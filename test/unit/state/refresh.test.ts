import { expect, test } from 'vitest';
import { Refresh } from '../../../src-renderer/state/refresh.ts';

/** A refresh whose answers come when the test says so. */
function held() {
  const answers: (() => void)[] = [];
  let reads = 0;
  const refresh = new Refresh(() => {
    reads++;
    return new Promise<void>((resolve) => answers.push(resolve));
  });
  const answer = async () => {
    answers.shift()!();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { refresh, answer, reads: () => reads };
}

test('many wishes during one answer make one more question, not many', async () => {
  const { refresh, answer, reads } = held();
  void refresh.now();
  const later = [refresh.now(), refresh.now(), refresh.now()];
  const readsAtOnce = reads();
  await answer();
  await answer();
  await Promise.all(later);
  expect([readsAtOnce, reads()]).toEqual([1, 2]);
});

test('a wish is fulfilled by an answer that was asked for after it', async () => {
  const { refresh, answer } = held();
  const order: string[] = [];
  void refresh.now().then(() => order.push('first'));
  void refresh.now().then(() => order.push('second'));
  await answer();
  order.push('between');
  await answer();
  expect(order).toEqual(['first', 'between', 'second']);
});

test('goes on after an answer that failed', async () => {
  let reads = 0;
  const refresh = new Refresh(async () => {
    if (reads++ === 0) throw new Error('no answer');
  });
  await expect(refresh.now()).rejects.toThrow('no answer');
  await refresh.now();
  expect(reads).toBe(2);
});

test('asks for nothing more once stopped, not even what was wished for before', async () => {
  const { refresh, answer, reads } = held();
  void refresh.now();
  const later = refresh.now();
  refresh.stop();
  await answer();
  await later;
  await refresh.now();
  expect(reads()).toBe(1);
});
