import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beatFlags, type BeatTable, labelOrigins, noLabel } from '../../../../src-main/domain/beat.ts';
import { needsPerson } from '../../../../src-main/report/statistics/beat-counts.ts';
import { beatsToConfirm } from '../../../../src-renderer/screens/report/draft.svelte.ts';

const tableOf = (beats: readonly { label: number; origin: number; flags: number }[]): BeatTable => ({
  revision: 1,
  beatId: Int32Array.from(beats, (_, i) => i + 1),
  atSample: Int32Array.from(beats, (_, i) => i * 300),
  label: Uint8Array.from(beats, ({ label }) => label),
  origin: Uint8Array.from(beats, ({ origin }) => origin),
  symbols: ' '.repeat(beats.length),
  flags: Uint8Array.from(beats, ({ flags }) => flags),
  probabilities: new Float32Array(beats.length * 5).fill(NaN),
});

test('the first beat that a person must see is the one the link goes to', () => {
  const [model, confirmed] = [labelOrigins.indexOf('model'), labelOrigins.indexOf('confirmed')];
  const beats = tableOf([
    { label: 0, origin: model, flags: 0 },
    { label: 2, origin: confirmed, flags: 0 },
    { label: 2, origin: model, flags: beatFlags.artifact },
    { label: 2, origin: model, flags: 0 },
    { label: 0, origin: confirmed, flags: beatFlags.forLater },
    { label: noLabel, origin: labelOrigins.indexOf('none'), flags: 0 },
  ]);
  expect(beatsToConfirm(beats)).toEqual([4, 5, 6]);
});

test('counts exactly the beats that the printed report counts', () => {
  const beat = fc.record({
    label: fc.constantFrom(0, 1, 2, 3, 4, noLabel),
    origin: fc.nat(labelOrigins.length - 1),
    flags: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(beat), (beats) => {
      const table = tableOf(beats);
      const printed = [...table.beatId].filter((_, i) => needsPerson(table, i));
      expect(beatsToConfirm(table)).toEqual(printed);
    }),
  );
});
