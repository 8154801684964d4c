import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordId } from '../../../../src-main/domain/record.ts';
import { sortRows } from '../../../../src-renderer/screens/library/library.svelte.ts';
import { statusOf } from '../../../../src-renderer/screens/library/record-status.ts';
import { recordWith } from './records.ts';

const rowOf = (facts: Parameters<typeof recordWith>[0]) => {
  const record = recordWith(facts);
  return { record, status: statusOf(record, []) };
};
const namesOf = (rows: ReturnType<typeof sortRows>) => rows.map(({ record }) => record.name);

test('names with numbers stand in the order of the numbers', () => {
  const rows = ['s20', 's3', 's100'].map((name) => rowOf({ name }));
  expect(namesOf(sortRows(rows, 'name', 'ascending'))).toEqual(['s3', 's20', 's100']);
});

test('what is unknown stands last whichever way the column is sorted', () => {
  const rows = [
    rowOf({ name: 'unknown', labelled: 0 }),
    rowOf({ name: 'few', beatsByClass: { N: 99, S: 0, V: 1, F: 0, Q: 0 } }),
    rowOf({ name: 'many', beatsByClass: { N: 50, S: 0, V: 50, F: 0, Q: 0 } }),
  ];
  expect([namesOf(sortRows(rows, 'V', 'ascending')), namesOf(sortRows(rows, 'V', 'descending'))]).toEqual([
    ['few', 'many', 'unknown'],
    ['many', 'few', 'unknown'],
  ]);
});

test('sorting keeps every row, and equal rows stand by name', () => {
  const records = fc.uniqueArray(fc.record({ name: fc.string({ minLength: 1 }), changed: fc.nat(3) }), {
    selector: ({ name }) => name,
  });
  fc.assert(
    fc.property(records, fc.constantFrom('ascending' as const, 'descending' as const), (facts, direction) => {
      const rows = facts.map((fact, i) => rowOf({ ...fact, recordId: i as RecordId }));
      const sorted = sortRows(rows, 'changed', direction);
      expect(new Set(sorted)).toEqual(new Set(rows));
      for (let i = 1; i < sorted.length; i++) {
        const [a, b] = [sorted[i - 1].record, sorted[i].record];
        if (a.changed === b.changed)
          expect(new Intl.Collator('en', { numeric: true }).compare(a.name, b.name)).toBeLessThanOrEqual(0);
        else expect(a.changed < b.changed).toBe(direction === 'ascending');
      }
    }),
  );
});
