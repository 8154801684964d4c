import { describe, expect, test } from 'vitest';
import type { BeatId } from '../../../../../src-main/domain/record.ts';
import { QueueWalk } from '../../../../../src-renderer/screens/review/queue/queue-walk.ts';

const ids = (...beats: number[]) => beats as BeatId[];
const isThere = () => true;

/** A reader who looks at what the walk gives them. */
function reader() {
  const walk = new QueueWalk();
  let current: BeatId | undefined;
  return {
    step: (order: BeatId[], step: 1 | -1, there: (beatId: BeatId) => boolean = isThere) =>
      (current = walk.step(order, current, step, there) ?? current),
    choose: (order: BeatId[], beatId: number) => {
      current = beatId as BeatId;
      if (order.includes(current)) walk.visit(order, current);
    },
  };
}

describe('a walk through the queue', () => {
  test('goes on to what is best by now, not to the row below', () => {
    const { step } = reader();
    expect(step(ids(1, 2, 3, 4), 1)).toBe(1);
    expect(step(ids(1, 2, 3, 4), 1)).toBe(2); // 1 was labelled, but the order is still the old one
    expect(step(ids(2, 9, 3, 4), 1)).toBe(9);
    expect(step(ids(8, 9, 4, 3), 1)).toBe(8);
  });

  test('does not come back to what was passed over until nothing else is left', () => {
    const { step, choose } = reader();
    choose(ids(1, 2, 3, 4), 3);
    expect(step(ids(1, 2, 3, 4), 1)).toBe(4);
    expect(step(ids(1, 2, 3), 1)).toBe(1);
  });

  test('goes back the way it came, to labelled beats too, and forth again', () => {
    const { step } = reader();
    step(ids(1, 2, 3), 1);
    step(ids(2, 3), 1);
    step(ids(3), 1);
    expect([step(ids(3), -1), step(ids(3), -1), step(ids(3), -1)]).toEqual([2, 1, 1]);
    expect([step(ids(3), 1), step(ids(3), 1)]).toEqual([2, 3]);
  });

  test('goes up the list from where it began', () => {
    const { step, choose } = reader();
    choose(ids(1, 2, 3), 2);
    expect(step(ids(1, 2, 3), -1)).toBe(1);
    expect(step(ids(1, 2, 3), 1)).toBe(2);
  });

  test('comes back to where the reader left it, or goes on where that needs nobody any more', () => {
    const { step, choose } = reader();
    step(ids(1, 2, 3), 1);
    choose(ids(1, 2, 3), 50); // by the arrow keys
    expect(step(ids(1, 2, 3), 1)).toBe(1);
    choose(ids(1, 2, 3), 50);
    expect(step(ids(2, 3), 1)).toBe(2);
  });

  test('forgets beats that were deleted', () => {
    const { step } = reader();
    step(ids(1, 2, 3), 1);
    step(ids(2, 3), 1);
    expect(step(ids(3), -1, (beatId) => beatId !== 1)).toBe(2);
    expect(step(ids(3), 1, (beatId) => beatId !== 1)).toBe(3);
  });

  test('has nowhere to go where the queue is empty', () => {
    expect(reader().step([], 1)).toBe(undefined);
    expect(reader().step([], -1)).toBe(undefined);
  });
});
