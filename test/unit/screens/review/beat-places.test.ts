import { expect, test } from 'vitest';
import { BeatPlaces } from '../../../../src-renderer/screens/review/beat-places.ts';

test('finds every beat by its id and no other', () => {
  const ids = Int32Array.of(3, 4, 7, 20);
  const places = new BeatPlaces(ids);
  expect([...ids].map(places.of)).toEqual([0, 1, 2, 3]);
  expect([0, 5, 21].map(places.of)).toEqual([-1, -1, -1]);
});

test('finds beats that people have added between others', () => {
  const ids = Int32Array.of(3, 90, 4, 7, 88, 20);
  const places = new BeatPlaces(ids);
  expect([...ids].map(places.of)).toEqual([0, 1, 2, 3, 4, 5]);
  expect([1, 89, 91].map(places.of)).toEqual([-1, -1, -1]);
});

test('finds nothing where there are no beats', () => {
  expect(new BeatPlaces(new Int32Array(0)).of(1)).toBe(-1);
});
