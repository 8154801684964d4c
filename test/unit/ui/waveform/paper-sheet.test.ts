import { expect, test } from 'vitest';
import { columnPx, columnsOf } from '../../../../src-renderer/ui/waveform/paper-sheet.ts';

test('columns stand at fixed places of the record, and those that are cut by an edge are among them', () => {
  expect(columnsOf({ originPx: 0, width: columnPx })).toEqual({ first: 0, last: 0 });
  expect(columnsOf({ originPx: 1, width: columnPx })).toEqual({ first: 0, last: 1 });
  expect(columnsOf({ originPx: 10 * columnPx - 1, width: 2 })).toEqual({ first: 9, last: 10 });
  expect(columnsOf({ originPx: -1, width: 1 })).toEqual({ first: -1, last: -1 });
});
