import { expect, test } from 'vitest';
import { pathOf } from '../../../src-main/domain/drawing.ts';

test('writes lines, polylines and rectangles as path data rounded to a micrometre', () => {
  const ends = Float32Array.of(0, 1, 2.00049, 3, 4, 5, 6, 7);
  expect(pathOf({ kind: 'lines', ends })).toBe('M0 1L2 3M4 5L6 7');
  expect(pathOf({ kind: 'polyline', points: Float32Array.of(1, 2, 3.0006, 4, 5, 6) })).toBe('M1 2L3.001 4L5 6');
  expect(pathOf({ kind: 'rect', xMm: 1, yMm: 2, widthMm: 3, heightMm: 4 })).toBe('M1 2h3v4h-3z');
});

test('centres each mark on its point', () => {
  const marked = (shape: 'square' | 'cross' | 'circle') =>
    pathOf({ kind: 'marks', shape, sizeMm: 2, points: Float32Array.of(10, 20) });
  expect(marked('square')).toBe('M9 19h2v2h-2z');
  expect(marked('cross')).toBe('M9 19l2 2M9 21l2 -2');
  expect(marked('circle')).toBe('M9 20a1 1 0 1 0 2 0a1 1 0 1 0 -2 0z');
});
