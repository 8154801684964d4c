import { expect, test } from 'vitest';
import type { ClassFigures, EvaluationView } from '../../../../../src-main/contract/training.ts';
import { classRows, confusionRows } from '../../../../../src-renderer/screens/train/result/figures.ts';

const none: ClassFigures = { Se: null, PPV: null, F1: null };
const evaluation = (V: ClassFigures, confusion: Record<string, number> = {}): EvaluationView => ({
  ...{ map: 'literature', beats: 10, accuracy: 0.5, macroF1: 0.5, records: [] },
  ...{ classes: { N: none, S: none, V, F: none, Q: none }, confusion },
});

test('a cell stands in the row of the reference and the column of the model', () => {
  const rows = confusionRows(evaluation(none, { Sn: 101, Vv: 7, Nq: 3 }));
  expect([rows[1][0], rows[2][2], rows[0][4], rows.flat().reduce((a, b) => a + b)]).toEqual([101, 7, 3, 111]);
});

test('ventricular beats stand first, with change in points', () => {
  const before = evaluation({ Se: 0.8921, PPV: 0.7624, F1: 0.8222 });
  const after = evaluation({ Se: 0.8832, PPV: 0.8321, F1: 0.8569 });
  const differences = [{ name: 'V', before: 0.8222, after: 0.8569, change: 0.0347, low: 0.012, high: 0.051 } as const];
  const [first, second] = classRows({ before, after, reference: '', differences });
  expect(first).toEqual({
    beatClass: 'V',
    interval: '+1.20 to +5.10',
    Se: { before: '89.21', after: '88.32', change: '\u22120.89' },
    PPV: { before: '76.24', after: '83.21', change: '+6.97' },
    F1: { before: '82.22', after: '85.69', change: '+3.47' },
  });
  expect(second.interval).toBe('–');
});

test('a ratio that is undefined on one side has no change', () => {
  const rows = classRows({
    before: evaluation(none),
    after: evaluation({ Se: 0, PPV: null, F1: 0 }),
    ...{ reference: '' },
  });
  expect(rows[0].Se).toEqual({ before: '–', after: '0.00', change: '–' });
});
