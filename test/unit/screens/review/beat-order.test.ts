import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  beatsShown,
  countsOf,
  inOrder,
  newlyRead,
  nextBeat,
  probabilityOf,
  tallyOf,
} from '../../../../src-renderer/screens/review/beat-order.ts';
import { tableOf } from './beats.ts';

test('a filter shows the beats of its classes, and all of them where it names none', () => {
  const beats = tableOf('NVNS?V');
  expect(
    [beatsShown(beats, []), beatsShown(beats, ['V']), beatsShown(beats, ['S', 'N'])].map((all) => [...all]),
  ).toEqual([
    [0, 1, 2, 3, 4, 5],
    [1, 5],
    [0, 2, 3],
  ]);
});

test('beats are put in order by time, label or probability, alike ones by time', () => {
  const beats = tableOf('VNVN?');
  const width = beats.probabilities.length / beats.label.length;
  [0.5, 0.9, 0.5, 0.2].forEach((p, i) => (beats.probabilities[i * width + beats.label[i]] = p));
  const shown = beatsShown(beats, []);
  const ordered = (by: 'time' | 'label' | 'p') =>
    (['ascending', 'descending'] as const).map((direction) => inOrder(beats, shown, by, direction).join(''));
  expect([ordered('time'), ordered('label'), ordered('p')]).toEqual([
    ['01234', '43210'],
    ['13024', '40213'],
    ['30214', '41023'],
  ]);
  expect(inOrder(beats, beatsShown(beats, ['V']), 'p', 'descending').join('')).toBe('02');
  expect(inOrder(beats, new Int32Array(0), 'p', 'ascending').length).toBe(0);
});

test('steps forward and back find the nearest beat that holds, and nothing beyond the ends', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean()), fc.nat(), (holds, at) => {
      const from = holds.length === 0 ? -1 : at % holds.length;
      const after = holds.indexOf(true, from + 1);
      const before = from <= 0 ? -1 : holds.lastIndexOf(true, from - 1);
      expect([
        nextBeat(holds.length, from, 1, (i) => holds[i]),
        nextBeat(holds.length, from, -1, (i) => holds[i]),
      ]).toEqual([after < 0 ? undefined : after, before < 0 ? undefined : before]);
    }),
  );
});

test('every beat with a label is counted in one class', () => {
  expect(countsOf(tableOf('NNVSF?QN'))).toEqual([3, 1, 1, 1, 1]);
});

test('the probability is that of the label shown, and none where nobody has spoken', () => {
  const beats = tableOf('V?');
  expect([probabilityOf(beats, 0), probabilityOf(beats, 1)]).toEqual([expect.closeTo(0.9, 5), NaN]);
});

test('artifacts need no review, and what is left for later still does', () => {
  const beats = tableOf([
    { label: 'N', origin: 'confirmed' },
    { label: 'V', origin: 'changed' },
    { label: 'V' },
    { label: 'N', flag: 'forLater' },
    { label: 'N', flag: 'artifact' },
    { label: '?' },
  ]);
  expect(tallyOf(beats)).toEqual({ toReview: 3, confirmed: 1, changed: 1, forLater: 1 });
});

test('beats that read differently after a label are counted by class, the labelled ones and new ones left out', () => {
  const before = tableOf('NNNNV?');
  const after = tableOf('VVVNS??V', 2);
  expect(newlyRead(before, after, new Set([1]))).toEqual([
    { beatClass: 'V', count: 2 },
    { beatClass: 'S', count: 1 },
  ]);
});
