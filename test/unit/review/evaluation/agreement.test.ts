import { expect, test } from 'vitest';
import { agreementOf, disagreementsOf } from '../../../../src-main/review/evaluation/agreement.ts';
import { keepRepeat, repeatSample, repeatsOf } from '../../../../src-main/review/evaluation/repeat.ts';
import { annotatorsOf, marksBy } from '../../../../src-main/review/evaluation/annotators.ts';
import { beatsOf } from '../../../../src-main/store/beats.ts';
import { stepsOf } from '../../../../src-main/store/edit-steps.ts';
import type { BeatId } from '../../../../src-main/domain/record.ts';
import { readerOf, temporaryWorkspace } from '../../store/simulated.ts';
import { addReader, addReferenced, label } from './labelled-workspace.ts';

const three = ['reference:atr', 'reference:cd', 'reference:ef'];

test('pairs of readers have Cohen’s kappa, all of them Fleiss’, over the beats that each has labelled', () => {
  const workspace = temporaryWorkspace();
  const a = addReferenced(workspace, 'a', 'NNNVVVNNSS');
  addReader(workspace, a, 'cd', 'NNNVVVNNSS', 7);
  addReader(workspace, a, 'ef', 'NNNVVN  SN');
  const { pairs, all } = agreementOf(workspace.db, { recordIds: [a], annotators: three, map: 'ec57' });
  expect(pairs.map(({ annotators, beats, observed }) => [annotators.join(), beats, observed])).toEqual([
    ['reference:atr,reference:cd', 10, 1],
    ['reference:atr,reference:ef', 8, 0.75],
    ['reference:cd,reference:ef', 8, 0.75],
  ]);
  expect([pairs[0].kappa, pairs[0].interval, all?.beats]).toEqual([1, null, 8]);
  expect(all!.kappa).toBeGreaterThan(0.6);
});

test('beats on which readers differ wait until one is decided with a reason, and again once that is undone', () => {
  const workspace = temporaryWorkspace();
  const { db } = workspace;
  const a = addReferenced(workspace, 'a', 'NVNV');
  addReader(workspace, a, 'cd', 'NNNS');
  const request = { recordIds: [a], annotators: three.slice(0, 2), map: 'ec57' as const };
  const waiting = () => disagreementsOf(db, request).map(({ labels }) => labels.join(''));
  expect(waiting()).toEqual(['VN', 'VS']);
  label(workspace, a, 1, 'V', 'mr', 'wide, no P wave');
  expect(waiting()).toEqual(['VS']);
  expect(agreementOf(db, request)).toMatchObject({ differing: 2, adjudicated: 1 });
  const [event] = stepsOf(db).historyOfBeat(beatsOf(db).table(a).beatId[1] as BeatId);
  expect(event).toMatchObject({ who: 'mr', why: 'wide, no P wave' });
  stepsOf(db).undo({ annotatorId: readerOf(db), madeAtMs: 2 });
  expect(waiting()).toEqual(['VN', 'VS']);
});

test('a repeat draws the reader’s own beats, the classes in turn, the same with the same seed', () => {
  const workspace = temporaryWorkspace();
  const a = addReferenced(workspace, 'a', 'NNNNNNNNNNNN');
  for (let i = 0; i < 10; i++) label(workspace, a, i, i < 8 ? 'N' : 'V');
  label(workspace, a, 11, 'S', 'kt');
  const sample = (seed: number) => repeatSample(workspace.db, 'mr', { recordIds: [a], size: 4, seed });
  expect(sample(3)).toEqual(sample(3));
  const symbols = marksBy(workspace.db, a, 'person:mr')!;
  const drawn = sample(3).map(({ atSample }) => symbols.find((one) => one.atSample === atSample)!.symbol);
  expect(drawn.toSorted()).toEqual(['N', 'N', 'V', 'V']);
  expect(Object.keys(sample(3)[0])).toEqual(['recordId', 'beatId', 'atSample']); // no label tells what was said
  expect(repeatSample(workspace.db, 'zz', { recordIds: [a], size: 4, seed: 3 })).toEqual([]);
});

test('a kept repeat tells kappa of a reader with themselves and changes no label', () => {
  const workspace = temporaryWorkspace();
  const { db } = workspace;
  const a = addReferenced(workspace, 'a', 'NNVV');
  const ids = [...'NNVV'].map((symbol, i) => label(workspace, a, i, symbol));
  const said = [...'NVVV'] as ('N' | 'V')[];
  const answers = ids.map((beatId, i) => ({ recordId: a, beatId, symbol: said[i] }));
  const kept = keepRepeat(workspace, 'mr', 9, { seed: 5, answers });
  expect(kept).toMatchObject({ reader: 'mr', seed: 5, beats: 4, observed: 0.75, kappa: 0.5, changed: 1, madeAtMs: 9 });
  expect(repeatsOf(db)).toEqual([kept]);
  expect(beatsOf(db).table(a).symbols).toBe('NNVV');
  // A repeat is no other annotator, and a label changed later does not change what was kept.
  expect(annotatorsOf(db).map(({ key }) => key)).toEqual(['reference:atr', 'person:mr', 'shown']);
  label(workspace, a, 1, 'V');
  expect(repeatsOf(db)).toEqual([kept]);
});

test('refuses a repeat of beats that the reader never labelled', () => {
  const workspace = temporaryWorkspace();
  const a = addReferenced(workspace, 'a', 'N');
  const beatId = beatsOf(workspace.db).table(a).beatId[0] as BeatId;
  const answers = [{ recordId: a, beatId, symbol: 'N' as const }];
  expect(() => keepRepeat(workspace, 'mr', 1, { seed: 1, answers })).toThrow('none of the 1 beats');
});
