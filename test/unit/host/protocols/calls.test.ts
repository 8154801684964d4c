import { expect, test } from 'vitest';
import { confusionOf, mappedFigures, medianOf, namedFigures } from '../../../../src-main/host/protocols/calls.ts';
import { countLooks, looksWords } from '../../../../src-main/host/protocols/looks.ts';
import { temporaryWorkspace } from '../../store/simulated.ts';

const [n, s, v] = [0, 1, 2];
const recording = (name: string, symbols: string, called: readonly number[]) => ({
  ...{ name, samplingHz: 100, lengthSamples: 100_000, called: Uint8Array.from(called) },
  reference: Array.from(symbols, (symbol, beat) => ({ atSample: 10_000 * beat, symbol })),
});
const a = recording('a', 'NjAV/', [n, n, s, n, n]);
const macro = ['N', 'S', 'V'] as const;

test('a class map decides what a beat is; beats of class Q and those before the time are left out', () => {
  const figures = (map: 'literature' | 'ec57') => namedFigures([confusionOf(a, map, 0)], map, macro);
  expect(figures('literature')).toMatchObject({ accuracy: 3 / 4, S: 1, V: 0 });
  expect(figures('ec57')).toMatchObject({ accuracy: 2 / 4, S: 2 / 3, V: 0 });
  expect(confusionOf(a, 'literature', 250).counts.reduce((sum, count) => sum + count)).toBe(1);
});

test('figures are pooled over records; the median is of the records’ own', () => {
  const b = recording('b', 'NNVV', [n, n, v, v]);
  const figures = mappedFigures([a, b], { map: 'literature', fromS: 0, macro });
  expect(figures.beats).toBe(8);
  expect(figures.accuracy).toBeCloseTo(7 / 8, 12);
  expect(figures.medianOverRecords.accuracy).toBeCloseTo((3 / 4 + 1) / 2, 12);
  expect(figures.intervals.accuracy.low).toBeGreaterThanOrEqual(0.75 - 1e-12);
  expect(medianOf([3, undefined, 1, 2])).toBe(2);
});

test('looks at a test set are counted in the workspace, each set by itself', () => {
  const { db } = temporaryWorkspace();
  const look = { testSet: 'DS2', protocol: 'ds2', model: 'a', atMs: 1, isWhole: true, macroF1: 0.5 };
  countLooks(db, look);
  countLooks(db, { ...look, testSet: 'svdb', model: null });
  const looks = countLooks(db, { ...look, model: 'b' });
  expect(looks).toEqual({ testSet: 'DS2', count: 2, models: 2 });
  expect(looksWords(looks)).toBe('Look 2 at DS2 in this workspace, 2 models.');
});
