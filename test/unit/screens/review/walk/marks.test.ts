import { expect, test } from 'vitest';
import type { ListedBeat } from '../../../../../src-main/contract/review.ts';
import type { RecordId } from '../../../../../src-main/domain/record.ts';
import { walkMarks } from '../../../../../src-renderer/screens/review/walk/marks.ts';

const listed = (recordId: number, atSample: number, labels: ListedBeat['labels']): ListedBeat => ({
  ...{ recordId: recordId as RecordId, beatId: null, atSample, labels },
});

test('each side has a row with its labels of this record, by rising sample, without beats it lacks', () => {
  const list = {
    title: '',
    sides: [
      { name: 'atr', shape: 'reference' as const },
      { name: 'model', shape: 'model' as const },
    ],
    beats: [listed(1, 900, ['V', 'N']), listed(1, 300, ['S', null]), listed(2, 100, ['F', 'F'])],
  };
  expect(walkMarks(list, 1 as RecordId)).toEqual([
    { name: 'atr', shape: 'reference', atSample: Int32Array.of(300, 900), label: Uint8Array.of(1, 2) },
    { name: 'model', shape: 'model', atSample: Int32Array.of(900), label: Uint8Array.of(0) },
  ]);
});
