import { describe, expect, test } from 'vitest';
import { labelOrigins, noLabel } from '../../../src-main/domain/beat.ts';
import type { BeatId, RecordId } from '../../../src-main/domain/record.ts';
import type { Result } from '../../../src-main/domain/result.ts';
import { annotationSetsOf } from '../../../src-main/store/annotation-sets.ts';
import { beatsOf } from '../../../src-main/store/beats.ts';
import { stepsOf } from '../../../src-main/store/edit-steps.ts';
import { predictionsOf } from '../../../src-main/store/predictions.ts';
import { recordsOf } from '../../../src-main/store/records.ts';
import {
  addRecord,
  detector,
  mark,
  newRecord,
  readerOf,
  reference,
  setOf,
  temporaryWorkspace,
  untouched,
} from './simulated.ts';

const added = (answer: Result<RecordId, 'already-imported'>): RecordId => {
  if (!answer.ok) throw new Error(answer.refusal);
  return answer.value;
};

describe('records', () => {
  test('come back as they were added, by number and by signal', () => {
    const { db } = temporaryWorkspace();
    const record = newRecord('100');
    const recordId = added(recordsOf(db).add(record));
    const expected = { ...record, recordId, revision: 0, seededFromSet: null };
    expect(recordsOf(db).byId(recordId)).toEqual(expected);
    expect(recordsOf(db).bySignalHash(record.signalHash)).toEqual(expected);
    expect(recordsOf(db).signalHashes()).toEqual([record.signalHash]);
  });

  test('are refused when their signal is there already, and nothing is kept of them', () => {
    const { db } = temporaryWorkspace();
    added(recordsOf(db).add(newRecord('100')));
    const again = recordsOf(db).add({ ...newRecord('100'), patient: 'another' }, [setOf(reference, [mark(3)])]);
    expect(again).toEqual({ ok: false, refusal: 'already-imported' });
    expect(db.prepare('SELECT pseudonym FROM patients').pluck().all()).toEqual(['patient of 100']);
    expect(db.prepare('SELECT count(*) FROM annotation_sets').pluck().get()).toBe(0);
  });

  test('take their beats from the reference, else from the program, by rising sample and one a sample', () => {
    const { db } = temporaryWorkspace();
    const marks = [mark(30), mark(10, '+'), mark(20, 'V'), mark(20, 'A')];
    const byReference = added(
      recordsOf(db).add(newRecord('100'), [setOf(detector, [mark(11)]), setOf(reference, marks)]),
    );
    const byProgram = added(
      recordsOf(db).add(newRecord('101'), [setOf(reference, [mark(10, '+')]), setOf(detector, [mark(11)])]),
    );
    const tables = [byReference, byProgram].map((recordId) => beatsOf(db).table(recordId));
    expect(tables.map(({ atSample }) => [...atSample])).toEqual([[20, 30], [11]]);
    expect(tables.map(({ symbols }) => symbols)).toEqual(['  ', ' ']); // positions, not labels
    expect(
      recordsOf(db)
        .list()
        .map(({ positionsFrom }) => positionsFrom),
    ).toEqual(['atr', 'detector']);
    const [set] = annotationSetsOf(db)
      .ofRecord(byReference)
      .filter(({ annotator }) => annotator.kind === 'reference');
    expect(annotationSetsOf(db).annotations(set.setId)).toEqual(marks);
    expect(beatsOf(db).byId(tables[0].beatId[0] as BeatId)?.seedOrdinal).toBe(2);
  });

  test('of one patient share a pseudonym, and one without records is forgotten', () => {
    const { db } = temporaryWorkspace();
    const [one, two] = ['201', '202'].map((name) => added(recordsOf(db).add(newRecord(name))));
    recordsOf(db).setPatient(two, 'patient of 201');
    expect(
      recordsOf(db)
        .list()
        .map(({ patient }) => patient),
    ).toEqual(['patient of 201', 'patient of 201']);
    recordsOf(db).remove(one);
    expect(db.prepare('SELECT pseudonym FROM patients').pluck().all()).toEqual(['patient of 201']);
    recordsOf(db).remove(two);
    expect(db.prepare('SELECT count(*) FROM patients').pluck().get()).toBe(0);
    expect(recordsOf(db).remove(two)).toBe(false);
  });

  test('and beats never take the number of one that is gone', () => {
    const { db } = temporaryWorkspace();
    const one = addRecord(db, '100', [10, 20]);
    const beats = [...beatsOf(db).table(one).beatId];
    recordsOf(db).remove(one);
    const two = addRecord(db, '101', [10, 20]);
    expect(two).not.toBe(one);
    expect([...beatsOf(db).table(two).beatId].filter((beatId) => beats.includes(beatId))).toEqual([]);
  });

  test('say who has seen the reference labels', () => {
    const { db } = temporaryWorkspace();
    const recordId = addRecord(db, '100', [10]);
    expect(recordsOf(db).list()[0].isUnblinded).toBe(false);
    annotationSetsOf(db).unblind(recordId, readerOf(db), 7);
    expect(recordsOf(db).list()[0].isUnblinded).toBe(true);
    expect(annotationSetsOf(db).unblindings(recordId)).toEqual([{ annotatorId: readerOf(db), who: 'AB', atMs: 7 }]);
    expect(() => db.exec('DELETE FROM unblindings')).toThrow('append-only');
  });
});

describe('annotation sets', () => {
  test('keep every mark, and the same marks of the same annotator once', () => {
    const { db } = temporaryWorkspace();
    const recordId = added(recordsOf(db).add(newRecord('100')));
    const marks = [{ atSample: 5, symbol: '+', subtype: 1, channel: 2, num: -3, aux: '(AFIB' }, mark(9)];
    const first = annotationSetsOf(db).add(recordId, setOf(reference, marks));
    expect(annotationSetsOf(db).add(recordId, { ...setOf(reference, marks), madeAtMs: 99 })).toBe(first);
    expect(annotationSetsOf(db).add(recordId, setOf(detector, marks))).not.toBe(first);
    expect(annotationSetsOf(db).annotations(first)).toEqual(marks);
    const sets = annotationSetsOf(db).ofRecord(recordId);
    expect(sets.map(({ annotator }) => annotator)).toEqual([reference, detector]);
    expect(sets[0].contentHash).toBe(sets[1].contentHash);
    expect(annotationSetsOf(db).byId(first)).toEqual(sets[0]);
  });
});

describe('seeding', () => {
  test('happens once, and not over what a person did', () => {
    const { db } = temporaryWorkspace();
    const recordId = added(recordsOf(db).add(newRecord('100')));
    const setId = annotationSetsOf(db).add(recordId, setOf(detector, [mark(5), mark(9)]));
    expect(beatsOf(db).seed(recordId, setId)).toEqual({ ok: true, value: 2 });
    expect(beatsOf(db).seed(recordId, setId)).toEqual({ ok: false, refusal: 'already-seeded' });
    const edited = added(recordsOf(db).add(newRecord('101')));
    stepsOf(db).apply({
      ...{ recordId: edited, expectedRevision: 0, annotatorId: readerOf(db), madeAtMs: 1, title: '', view: null },
      changes: [{ add: { ...untouched, atSample: 4 } }],
    });
    const other = annotationSetsOf(db).add(edited, setOf(detector, [mark(5)]));
    expect(beatsOf(db).seed(edited, other)).toEqual({ ok: false, refusal: 'already-seeded' });
  });
});

describe('current labels', () => {
  test("are the person's, else the model's, read under the named class map", () => {
    const { db } = temporaryWorkspace();
    const recordId = addRecord(db, '100', [10, 20, 30]);
    const beatIds = beatsOf(db).table(recordId).beatId;
    const escape = { ...untouched, atSample: 10, personSymbol: 'j', act: 'confirmed' as const };
    stepsOf(db).apply({
      ...{ recordId, expectedRevision: 0, annotatorId: readerOf(db), madeAtMs: 1, title: '', view: null },
      changes: [{ beatId: beatIds[0] as BeatId, after: escape, why: '' }],
    });
    const p = Float32Array.of(0.5, 0.5, 0, 0, 0, 0.1, 0.2, 0.7, 0, 0);
    predictionsOf(db).writeCurrent(recordId, beatIds.subarray(0, 2), p);
    const [ec57, literature] = (['ec57', 'literature'] as const).map((map) => beatsOf(db).table(recordId, map));
    expect([...ec57.label]).toEqual([1, 2, noLabel]);
    expect([...literature.label]).toEqual([0, 2, noLabel]);
    expect([...ec57.origin].map((origin) => labelOrigins[origin])).toEqual(['confirmed', 'model', 'none']);
    expect([...ec57.probabilities.subarray(0, 10)]).toEqual([...p]);
    expect([...ec57.probabilities.subarray(10)]).toEqual([NaN, NaN, NaN, NaN, NaN]);
    expect(recordsOf(db).list('literature')[0].counts).toEqual(beatsOf(db).countsByLabel(recordId, 'literature'));
    expect(recordsOf(db).list('ec57')[0].counts.byClass).toEqual({ N: 0, S: 1, V: 1, F: 0, Q: 0 });
    expect(beatsOf(db).byId(beatIds[0] as BeatId)).toEqual({
      ...{ ...escape, beatId: beatIds[0], recordId, seedOrdinal: 0, label: 'S', origin: 'confirmed' },
      probabilities: [0.5, 0.5, 0, 0, 0],
    });
  });
});
