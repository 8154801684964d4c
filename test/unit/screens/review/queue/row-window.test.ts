import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowInSlot, rowWindow } from '../../../../../src-renderer/screens/review/queue/row-window.ts';

const rowPx = 30;
const rowsOf = (window: ReturnType<typeof rowWindow>) =>
  Array.from({ length: window.count }, (_, slot) => rowInSlot(slot, window));

test('every row in sight is drawn once, wherever the list is scrolled to', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 100_000 }),
      fc.integer({ min: 0, max: 1200 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (rows, heightPx, share) => {
        const scrolledPx = Math.max(0, rows * rowPx - heightPx) * share;
        const drawn = rowsOf(rowWindow(scrolledPx, heightPx, rowPx, rows)).sort((a, b) => a - b);
        const firstSeen = Math.floor(scrolledPx / rowPx);
        const lastSeen = Math.min(rows, Math.ceil((scrolledPx + heightPx) / rowPx)) - 1;
        expect(drawn).toEqual(drawn.map((_, i) => drawn[0] + i));
        if (lastSeen >= firstSeen) {
          expect(drawn[0]).toBeLessThanOrEqual(firstSeen);
          expect(drawn.at(-1)).toBeGreaterThanOrEqual(lastSeen);
        }
        expect(drawn.every((row) => row >= 0 && row < rows)).toBe(true);
      },
    ),
  );
});

test('scrolling by two rows writes two elements anew', () => {
  const before = rowsOf(rowWindow(3000, 500, rowPx, 1000));
  const after = rowsOf(rowWindow(3060, 500, rowPx, 1000));
  expect(after.filter((row, slot) => row !== before[slot])).toHaveLength(2);
});
