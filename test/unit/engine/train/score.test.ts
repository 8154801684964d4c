import { expect, test } from 'vitest';
import { confusionOf, crossEntropyOf, scoreOf } from '../../../../src-main/engine/train/score.ts';

const labels = Uint8Array.of(0, 0, 0, 1);
const probabilities = Float32Array.of(0.8, 0.1, 0.1, 0.6, 0.3, 0.1, 0.2, 0.7, 0.1, 0.1, 0.9, 0);

test('the confusion table counts reference by call', () => {
  expect(confusionOf(labels, probabilities, 3)).toEqual([
    [2, 1, 0],
    [0, 1, 0],
    [0, 0, 0],
  ]);
});

test('macro-F1 leaves out classes that are neither there nor called', () => {
  const { accuracy, macroF1, classes } = scoreOf(confusionOf(labels, probabilities, 3));
  expect(accuracy).toBe(0.75);
  expect(classes[0]).toEqual({ beats: 3, sensitivity: 2 / 3, positivePredictivity: 1, f1: 0.8 });
  expect(classes[1]).toEqual({ beats: 1, sensitivity: 1, positivePredictivity: 0.5, f1: 2 / 3 });
  expect(classes[2].f1).toBeNaN();
  expect(macroF1).toBeCloseTo((0.8 + 2 / 3) / 2, 12);
});

test('a class that is called but not there counts as zero', () => {
  expect(
    scoreOf([
      [2, 1],
      [0, 0],
    ]).macroF1,
  ).toBeCloseTo(0.4, 12);
});

test('cross-entropy is the mean of -ln p, finite at p = 0', () => {
  const expected = -(Math.log(0.8) + Math.log(0.6) + Math.log(0.2) + Math.log(0.9)) / 4;
  expect(crossEntropyOf(labels, probabilities, 3)).toBeCloseTo(expected, 6);
  expect(crossEntropyOf(Uint8Array.of(1), Float32Array.of(1, 0), 2)).toBeCloseTo(Math.log(1e7), 6);
});
