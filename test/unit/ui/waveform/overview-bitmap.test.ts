import { expect, test } from 'vitest';
import { beatFlags } from '../../../../src-main/domain/beat.ts';
import { rrRange, slotCounts } from '../../../../src-renderer/ui/waveform/overview-bitmap.ts';

test('one long pause does not flatten the rest of the record', () => {
  const rr = Array.from({ length: 1000 }, (_, i) => (i === 500 ? 36_000 : 288 + (i % 40)));
  let at = 0;
  const atSample = Int32Array.from(rr, (step) => (at += step));
  expect(rrRange({ atSample }, 360)).toEqual({ leastS: 0.8, mostS: 1.2000000000000002 });
});

test('counts every beat with a lane in its slot, artifacts and N left out', () => {
  const label = { N: 0, S: 1, V: 2, F: 3, Q: 4 };
  const counts = slotCounts(
    {
      atSample: Int32Array.of(5, 10, 19, 20, 25, 31, 35, 40),
      label: Uint8Array.of(label.V, label.V, label.N, label.S, label.V, label.Q, 255, label.F),
      flags: Uint8Array.of(0, 0, 0, 0, beatFlags.artifact, 0, 0, 0),
    },
    10,
    10,
    3,
  );
  expect(counts.map((lane) => [...lane])).toEqual([
    [1, 0, 0],
    [0, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]);
});
