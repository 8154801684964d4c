import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLeak, hasLeak, patientFolds, type SplitRecord } from '../../../src-main/evaluate/patient-split.ts';

const anyRecords = fc.uniqueArray(
  fc.record({
    recordId: fc.nat(),
    patientId: fc.oneof(fc.constantFrom('p1', 'p2', 'p3', 'p4', 'p5', 'p6'), fc.constant(undefined)),
    balance: fc.record({ S: fc.nat(900), V: fc.nat(900) }),
  }),
  { selector: (record) => record.recordId, minLength: 12, maxLength: 30 },
);

describe('patientFolds', () => {
  it('puts every record in one fold and no patient in two', () => {
    fc.assert(
      fc.property(anyRecords, fc.integer({ min: 2, max: 5 }), (records, foldCount) => {
        fc.pre(new Set(records.map((r) => r.patientId ?? r.recordId)).size >= foldCount);
        const folds = patientFolds(records, foldCount);
        const usesOf = (ids: readonly number[]) => {
          const wanted = new Set(ids);
          return records.filter((record) => wanted.has(record.recordId)).map((record) => ({ ...record, beats: [1] }));
        };
        expect(folds.flat().sort((a, b) => a - b)).toEqual(records.map((r) => r.recordId).sort((a, b) => a - b));
        expect(folds.every((fold) => fold.length > 0)).toBe(true);
        for (const fold of folds)
          expect(hasLeak(findLeak(usesOf(folds.flat().filter((id) => !fold.includes(id))), usesOf(fold)))).toBe(false);
      }),
    );
  });

  it('shares ectopic beats evenly and keeps the two patients with a rare trait apart', () => {
    const records: SplitRecord[] = [400, 380, 300, 290, 210, 200, 90, 80, 20, 15].map((V, i) => ({
      recordId: `r${i}`,
      patientId: `p${i}`,
      balance: { V, S: (i * 37) % 50, AF: i === 1 || i === 8 ? 1 : 0 },
    }));
    const folds = patientFolds(records, 2);
    const loads = folds.map((fold) => records.filter((r) => fold.includes(r.recordId)));
    const sum = (of: readonly SplitRecord[], name: string) => of.reduce((total, r) => total + r.balance[name], 0);
    expect(loads.map((of) => sum(of, 'AF'))).toEqual([1, 1]);
    for (const name of ['V', 'S']) {
      const [a, b] = loads.map((of) => sum(of, name));
      expect(Math.abs(a - b) / (a + b)).toBeLessThan(0.1);
    }
  });

  it('spreads records without ectopic beats by number', () => {
    const records = Array.from({ length: 9 }, (_, i) => ({ recordId: i, patientId: `p${i}`, balance: {} }));
    expect(patientFolds(records, 3).map((fold) => fold.length)).toEqual([3, 3, 3]);
  });

  it('refuses fewer patients than folds and fewer than two folds', () => {
    const ofOnePatient = [1, 2].map((recordId) => ({ recordId, patientId: 'p', balance: {} }));
    expect(() => patientFolds(ofOnePatient, 2)).toThrow('1 patients cannot fill 2 folds');
    expect(() => patientFolds(ofOnePatient, 1)).toThrow('1 folds');
  });
});

describe('findLeak', () => {
  const training = [
    { recordId: '201', patientId: 'p1', beats: [10, 20, 30] },
    { recordId: '205', patientId: 'p2', beats: [10] },
    { recordId: '300', patientId: undefined, beats: [5] },
  ];

  it('names the patient that two recordings share', () => {
    expect(findLeak(training, [{ recordId: '202', patientId: 'p1', beats: [10] }])).toEqual({
      patients: ['p1'],
      records: [],
      beats: [],
      withoutPatient: ['300'],
    });
  });

  it('names the recording and the very beats that are on both sides', () => {
    expect(findLeak(training, [{ recordId: '201', patientId: 'p1', beats: [20, 25, 30] }])).toMatchObject({
      patients: ['p1'],
      records: ['201'],
      beats: [{ recordId: '201', beats: [20, 30] }],
    });
  });

  it('sees a recording on both sides although no beat is', () => {
    const leak = findLeak(training, [{ recordId: '300', patientId: undefined, beats: [6] }]);
    expect({ ...leak, found: hasLeak(leak) }).toEqual({
      patients: [],
      records: ['300'],
      beats: [],
      withoutPatient: ['300'],
      found: true,
    });
  });

  it('finds nothing between strangers', () => {
    expect(hasLeak(findLeak(training, [{ recordId: '100', patientId: 'p9', beats: [10] }]))).toBe(false);
  });
});
