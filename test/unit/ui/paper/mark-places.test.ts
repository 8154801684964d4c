import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markRoom, placeMarks } from '../../../../src-renderer/ui/paper/mark-places.ts';

const table = (atSample: readonly number[], label: readonly number[]) => ({
  atSample: Int32Array.from(atSample),
  label: Uint8Array.from(label),
});

test('no two marks lie on each other, whatever the beats', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.constantFrom(0, 0, 0, 1, 2, 255)), { maxLength: 60 }),
      (steps) => {
        let at = 0;
        const beats = table(
          steps.map(([step]) => (at += step)),
          steps.map(([, label]) => label),
        );
        const room = placeMarks(beats, 20, 37);
        const placed = [...beats.atSample].filter((_, i) => room[i] !== markRoom.none);
        for (let i = 1; i < placed.length; i++) expect(placed[i] - placed[i - 1]).toBeGreaterThanOrEqual(20);
        const texts = [...room].flatMap((one, i) => (one === markRoom.markAndText ? [beats.atSample[i]] : []));
        for (const text of texts)
          for (const other of placed) if (other !== text) expect(Math.abs(other - text)).toBeGreaterThanOrEqual(37);
      },
    ),
  );
});

test('a beat that is not N has its mark before the N beats beside it', () => {
  expect([...placeMarks(table([0, 10, 40], [0, 2, 0]), 20, 30)]).toEqual([
    markRoom.none,
    markRoom.markAndText,
    markRoom.markAndText,
  ]);
});
