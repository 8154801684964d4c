import { expect, test } from 'vitest';
import type { QueueEntry } from '../../../../../src-main/contract/review.ts';
import type { BeatId } from '../../../../../src-main/domain/record.ts';
import { withHeld } from '../../../../../src-renderer/screens/review/queue/queue.svelte.ts';

const entry = (beatId: number): QueueEntry => ({
  beatId: beatId as BeatId,
  ...{ uncertainty: 0, disagreement: 0, novelty: 0, isForCoverage: false },
});
const idsOf = (entries: readonly QueueEntry[]) => entries.map(({ beatId }) => beatId);
const ranked = [5, 9, 2, 7].map(entry);

test('a labelled beat stays where it stood for as long as it is the current one', () => {
  const held = { entry: entry(3), place: 1 };
  expect(idsOf(withHeld(ranked, held, 3 as BeatId))).toEqual([5, 3, 9, 2, 7]);
  expect(idsOf(withHeld(ranked, held, 5 as BeatId))).toEqual([5, 9, 2, 7]);
});

test('a beat that the new order puts elsewhere does not jump while it is looked at', () => {
  expect(idsOf(withHeld(ranked, { entry: entry(7), place: 0 }, 7 as BeatId))).toEqual([7, 5, 9, 2]);
});
