import { beforeEach, expect, test } from 'vitest';
import type { BeatTable } from '../../../../src-main/domain/beat.ts';
import type { BeatId } from '../../../../src-main/domain/record.ts';
import { api } from '../../../../src-renderer/api/client.ts';
import { Selection } from '../../../../src-renderer/screens/review/selection.svelte.ts';
import { Messages } from '../../../../src-renderer/state/messages.svelte.ts';
import { Session } from '../../../../src-renderer/state/session.svelte.ts';
import { tableOf } from './beats.ts';

const id = (beat: number) => beat as BeatId;
let beats: BeatTable;
let session: Session;
let selection: Selection;

/** Beats 1 to 8, a second apart. */
beforeEach(() => {
  beats = tableOf('NVNNSVNN');
  session = new Session(api, new Messages(), () => undefined);
  selection = new Selection(session, () => beats);
});

test('a click chooses one beat, Ctrl adds and takes away, and the last chosen is the current one', () => {
  selection.choose(id(3), 'one');
  selection.choose(id(6), 'toggle');
  selection.choose(id(1), 'toggle');
  selection.choose(id(6), 'toggle');
  expect([session.selected, selection.current, selection.indices]).toEqual([[3, 1], 1, [0, 2]]);
});

test('Shift chooses all from the beat chosen last, either way, and from there again', () => {
  selection.choose(id(5), 'one');
  selection.choose(id(7), 'range');
  const forward = [...session.selected];
  selection.choose(id(3), 'range');
  expect([forward, [...session.selected].sort(), selection.current]).toEqual([[5, 6, 7], [3, 4, 5], 3]);
});

test('a range and Ctrl-A hold what the filter shows, and the current beat stays current', () => {
  session.setFilter(['N']);
  selection.choose(id(1), 'one');
  selection.choose(id(7), 'range');
  const range = [...session.selected];
  selection.choose(id(4), 'one');
  selection.chooseShown();
  expect([range, session.selected]).toEqual([
    [1, 3, 4, 7],
    [1, 3, 7, 8, 4],
  ]);
});

test('a dragged stretch is half-open, and one without beats changes nothing', () => {
  selection.chooseStretch(200, 500);
  const chosen = [...session.selected];
  selection.chooseStretch(510, 590);
  expect([chosen, session.selected]).toEqual([
    [2, 3, 4],
    [2, 3, 4],
  ]);
});

test('arrow keys step through what the filter shows; class keys through a class, which the next press remembers', () => {
  selection.set([id(1)]);
  const plain = selection.step(1);
  session.setFilter(['V', 'S']);
  const filtered = selection.step(1);
  selection.set([id(2)]);
  const further = [selection.step(1), selection.stepOfClass(1, 'V'), selection.stepOfClass(-1)];
  expect([plain, filtered, further]).toEqual([2, 2, [5, 6, undefined]]);
});

test('after Esc the keys go on from where the reader was', () => {
  selection.set([id(4)]);
  selection.none();
  expect([selection.current, selection.step(1), selection.step(-1)]).toEqual([undefined, 5, 3]);
});

test('a selected beat that is deleted is no longer selected, and the others stay', () => {
  selection.set([id(2), id(8)]);
  beats = tableOf('NVNNSVN', 2);
  expect([selection.count, selection.current]).toEqual([1, 2]);
});

test('a beat that an edit takes out of the filter stays selected', () => {
  session.setFilter(['V']);
  selection.set([id(2)]);
  beats = tableOf('NNNNSVNN', 2);
  expect([selection.current, [...selection.shown], selection.step(1)]).toEqual([2, [5], 6]);
});

test('review starts at the first beat in sight unless something is selected', () => {
  selection.start(350);
  const first = selection.current;
  selection.start(0);
  expect([first, selection.current]).toEqual([4, 4]);
});
