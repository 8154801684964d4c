import { expect, test } from 'vitest';
import type { BeatTable } from '../../../../src-main/domain/beat.ts';
import { modelClass, spokenBeat, spokenTime } from '../../../../src-renderer/ui/waveform/words.ts';

const beats: BeatTable = {
  revision: 1,
  beatId: Int32Array.of(7, 8, 9),
  atSample: Int32Array.of(59_075, 360, 3_600_000),
  label: Uint8Array.of(0, 255, 2),
  origin: Uint8Array.of(1, 0, 3),
  symbols: '  V',
  flags: Uint8Array.of(0, 2, 1),
  probabilities: Float32Array.of(0.553, 0.012, 0.376, 0.035, 0.024, NaN, NaN, NaN, NaN, NaN, 0.7, 0.1, 0.1, 0.05, 0.05),
};

test('a beat is told in full: number, time, class, how sure, by whom', () => {
  expect([0, 1, 2].map((index) => spokenBeat(beats, index, 360))).toEqual([
    'Beat 1, 2 minutes 44.1 seconds, N, model 55 percent, not confirmed',
    'Beat 2, 1 second, no label, not labelled, for later',
    'Beat 3, 2 hours 46 minutes 40 seconds, V, model 10 percent, changed by a person, artifact',
  ]);
});

test('one is one', () => {
  expect([spokenTime(360, 360), spokenTime(21_600, 360), spokenTime(1_296_000, 360)]).toEqual([
    '1 second',
    '1 minute 0 seconds',
    '1 hour 0 minutes 0 seconds',
  ]);
});

test('what the model says is its most probable class, or nothing', () => {
  expect([0, 1, 2].map((index) => modelClass(beats, index))).toEqual([0, undefined, 0]);
});
