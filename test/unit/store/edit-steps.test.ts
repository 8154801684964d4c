import { describe, expect, test } from 'vitest';
import type { BeatState } from '../../../src-main/domain/beat.ts';
import type { BeatId, RecordId } from '../../../src-main/domain/record.ts';
import { annotationSetsOf } from '../../../src-main/store/annotation-sets.ts';
import { beatsOf } from '../../../src-main/store/beats.ts';
import { openWorkspace } from '../../../src-main/store/database.ts';
import { type BeatChange, stepsOf } from '../../../src-main/store/edit-steps.ts';
import { modelsOf } from '../../../src-main/store/models.ts';
import { recordsOf } from '../../../src-main/store/records.ts';
import type { WriteDb } from '../../../src-main/store/table-group.ts';
import { addRecord, detector, migrationsFolder, readerOf, rowsOf, temporaryWorkspace, untouched } from './simulated.ts';

const view = { fromSample: 3 };
const madeAtMs = 1_700_000_000_000;

/** Applies a step to a record on its present revision. */
function apply(db: WriteDb, recordId: RecordId, changes: readonly BeatChange[], title = 'a step') {
  const expectedRevision = recordsOf(db).byId(recordId)!.revision;
  const annotatorId = readerOf(db);
  const step = stepsOf(db).apply({ recordId, expectedRevision, annotatorId, madeAtMs, title, view, changes });
  if (!step.ok) throw new Error(step.refusal);
  return step.value;
}

const firstBeats = (db: WriteDb, recordId: RecordId): BeatId[] => [...beatsOf(db).table(recordId).beatId] as BeatId[];
describe('apply', () => {
  test('writes state, revision and events together', () => {
    const { db } = temporaryWorkspace();
    const recordId = addRecord(db, '100', [10, 20, 30]);
    const [, second] = firstBeats(db, recordId);
    const after: BeatState = { ...untouched, atSample: 21, personSymbol: 'V', act: 'changed' };
    const step = apply(db, recordId, [{ beatId: second, after, why: 'wide' }], 'N to V');
    const table = beatsOf(db).table(recordId);
    expect(step.revision).toBe(1);
    expect(table.revision).toBe(1);
    expect([...table.atSample]).toEqual([10, 21, 30]);
    expect(table.symbols).toBe(' V ');
    expect(stepsOf(db).historyOfBeat(second)).toEqual([
      {
        ...{ stepId: step.stepId, kind: 'do', who: 'AB', annotatorId: readerOf(db), madeAtMs },
        ...{ title: 'N to V', why: 'wide', before: { ...untouched, atSample: 20 }, after },
      },
    ]);
  });

  test('refuses an edit made on another revision and writes nothing', () => {
    const { db } = temporaryWorkspace();
    const recordId = addRecord(db, '100', [10, 20]);
    const [beatId] = firstBeats(db, recordId);
    const before = rowsOf(db);
    const answer = stepsOf(db).apply({
      ...{ recordId, expectedRevision: 4, annotatorId: readerOf(db), madeAtMs, title: '', view: null },
      changes: [{ beatId, after: { ...untouched, isArtifact: true }, why: '' }],
    });
    expect(answer).toEqual({ ok: false, refusal: 'stale-revision' });
    expect(rowsOf(db)).toEqual(before);
    expect(stepsOf(db).history(9)).toEqual([]);
  });

  test('refuses two beats at one sample, but lets beats swap places', () => {
    const { db } = temporaryWorkspace();
    const recordId = addRecord(db, '100', [10, 20, 30]);
    const [first, second] = firstBeats(db, recordId);
    const at = (beatId: BeatId, atSample: number): BeatChange => ({
      beatId,
      after: { ...untouched, atSample },
      why: '',
    });
    const before = rowsOf(db);
    expect(() => apply(db, recordId, [at(first, 30)])).toThrow('sample-taken');
    expect(() => apply(db, recordId, [{ add: { ...untouched, atSample: 20 } }])).toThrow('sample-taken');
    expect(rowsOf(db)).toEqual(before);
    apply(db, recordId, [at(first, 20), at(second, 10)]);
    expect(firstBeats(db, recordId).slice(0, 2)).toEqual([second, first]);
  });

  test('refuses beats of another record and samples beyond the end, and writes nothing', () => {
    const { db } = temporaryWorkspace();
    const recordId = addRecord(db, '100', [10]);
    const [foreign] = firstBeats(db, addRecord(db, '101', [10]));
    const before = rowsOf(db);
    expect(() => apply(db, recordId, [{ beatId: foreign, after: untouched, why: '' }])).toThrow('has no beat');
    expect(() => apply(db, recordId, [{ add: { ...untouched, atSample: 1_000_000 } }])).toThrow('1000000');
    expect(rowsOf(db)).toEqual(before);
  });

  test('steps, events and sets cannot be changed or removed, but go with their record', () => {
    const { db } = temporaryWorkspace();
    const recordId = addRecord(db, '100', [10]);
    apply(db, recordId, [{ add: { ...untouched, atSample: 5 } }]);
    for (const table of ['steps', 'annotation_events', 'annotation_sets', 'set_annotations']) {
      expect(() => db.exec(`DELETE FROM ${table}`)).toThrow(/append-only|never changed/);
      const column = table === 'steps' ? 'title' : table === 'annotation_events' ? 'why' : 'set_id';
      expect(() => db.exec(`UPDATE ${table} SET ${column} = ${column}`)).toThrow(/append-only|never changed/);
    }
    expect(recordsOf(db).remove(recordId)).toBe(true);
    for (const table of ['steps', 'annotation_events', 'annotation_sets', 'set_annotations', 'beats', 'undo_stack'])
      expect(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(0);
  });
});

describe('undo and redo', () => {
  test('go back over records, bring the view, and a new step clears what could be redone', () => {
    const { db } = temporaryWorkspace();
    const [one, two] = [addRecord(db, '100', [10]), addRecord(db, '101', [10])];
    const by = { annotatorId: readerOf(db), madeAtMs };
    apply(db, one, [{ add: { ...untouched, atSample: 50 } }], 'add in 100');
    apply(db, two, [{ add: { ...untouched, atSample: 60 } }], 'add in 101');
    expect(stepsOf(db).next()).toEqual({ undo: 'add in 101', redo: null });
    const first = stepsOf(db).undo(by);
    expect(first).toMatchObject({ ok: true, value: { recordId: two, revision: 2, title: 'add in 101', view } });
    expect(stepsOf(db).undo(by)).toMatchObject({ ok: true, value: { recordId: one } });
    expect(stepsOf(db).undo(by)).toEqual({ ok: false, refusal: 'nothing-to-undo' });
    expect(stepsOf(db).next()).toEqual({ undo: null, redo: 'add in 100' });
    expect(stepsOf(db).redo(by)).toMatchObject({ ok: true, value: { title: 'add in 100' } });
    apply(db, one, [{ add: { ...untouched, atSample: 70 } }], 'another');
    expect(stepsOf(db).redo(by)).toEqual({ ok: false, refusal: 'nothing-to-redo' });
    expect([...beatsOf(db).table(one).atSample]).toEqual([10, 50, 70]);
    expect([...beatsOf(db).table(two).atSample]).toEqual([10]);
    expect(
      stepsOf(db)
        .history(9)
        .filter(({ kind }) => kind === 'do'),
    ).toMatchObject([
      { title: 'another', isUndone: false },
      { title: 'add in 101', isUndone: true },
      { title: 'add in 100', isUndone: false, beats: 1, who: 'AB' },
    ]);
  });

  test('survive closing', () => {
    const first = temporaryWorkspace();
    const recordId = addRecord(first.db, '100', [10]);
    const by = { annotatorId: readerOf(first.db), madeAtMs };
    apply(first.db, recordId, [{ add: { ...untouched, atSample: 50 } }]);
    first.close();
    const second = openWorkspace(first.folder, { migrationsFolder });
    expect(stepsOf(second.db).undo(by)).toMatchObject({ ok: true, value: { recordId } });
    expect([...beatsOf(second.db).table(recordId).atSample]).toEqual([10]);
    second.close();
  });

  test('take a model out of use and into use again, with its state', () => {
    const { db } = temporaryWorkspace();
    const by = { annotatorId: readerOf(db), madeAtMs };
    const model = { family: 'record' as const, name: 'm', parentHash: null, createdAtMs: 1, card: {}, version: '1' };
    for (const hash of ['a', 'b'])
      modelsOf(db).add({ ...model, hash, state: 'candidate', weights: new Uint8Array([1]) });
    const program = annotationSetsOf(db).annotatorId(detector);
    const use = (hash: string) => ({ use: { family: 'record' as const, hash }, reason: `because ${hash}` });
    stepsOf(db).useModel({ annotatorId: program, madeAtMs, title: 'first model', view: null, ...use('a') });
    expect(stepsOf(db).next().undo).toBeNull(); // what a program did is not a person's to undo
    stepsOf(db).useModel({
      ...{ ...by, title: 'accept b', view: null, ...use('b') },
      states: [
        { hash: 'b', state: 'accepted' },
        { hash: 'a', state: 'retired' },
      ],
    });
    const seen = () =>
      modelsOf(db)
        .list()
        .map(({ hash, state, isInUse }) => [hash, state, isInUse]);
    const accepted = [
      ['a', 'retired', false],
      ['b', 'accepted', true],
    ];
    expect(seen()).toEqual(accepted);
    expect(modelsOf(db).inUse('record')).toMatchObject({ hash: 'b', reason: 'because b' });
    expect(stepsOf(db).undo(by)).toMatchObject({ ok: true, value: { recordId: null, title: 'accept b' } });
    expect(seen()).toEqual([
      ['a', 'candidate', true],
      ['b', 'candidate', false],
    ]);
    stepsOf(db).redo(by);
    expect(seen()).toEqual(accepted);
    expect(() => stepsOf(db).useModel({ ...by, title: '', view: null, ...use('c') })).toThrow('no model c');
    expect(() => db.exec("UPDATE models SET hash = 'z'")).toThrow('never changed');
  });

  test('a step of 5,000 beats and its undo are one transaction each', () => {
    const { db } = temporaryWorkspace();
    const recordId = addRecord(
      db,
      '100',
      Array.from({ length: 10_000 }, (_, i) => i * 90),
    );
    const beats = beatsOf(db).table(recordId);
    const changes = Array.from({ length: 5000 }, (_, i) => ({
      beatId: beats.beatId[i] as BeatId,
      after: { ...untouched, atSample: beats.atSample[i], personSymbol: 'V', act: 'changed' as const },
      why: 'cluster 3',
    }));
    const before = rowsOf(db);
    const startMs = performance.now();
    apply(db, recordId, changes);
    const appliedMs = performance.now();
    expect(beatsOf(db).countsByLabel(recordId)).toMatchObject({ changed: 5000, byClass: { V: 5000 } });
    const undoMs = performance.now();
    stepsOf(db).undo({ annotatorId: readerOf(db), madeAtMs });
    console.log(
      `5,000 beats: ${(appliedMs - startMs).toFixed(0)} ms, undo ${(performance.now() - undoMs).toFixed(0)} ms`,
    );
    expect(rowsOf(db)).toEqual(before);
  });
});
