import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  featureNames,
  type RecordInputs,
  windowChannels,
  windowSamples,
} from '../../../src-main/domain/record-inputs.ts';
import { keptInputs } from '../../../src-main/host/jobs/measuring/kept-inputs.ts';
import { removeSignal } from '../../../src-main/store/signal-writer.ts';
import { temporaryFolder } from '../store/simulated.ts';

const beats = 20_001;
const inputs: RecordInputs = {
  beats,
  features: Float32Array.from({ length: beats * featureNames.length }, (_, i) => (i % 7 === 0 ? NaN : i)),
  turned: new Float32Array(beats * featureNames.length).fill(-1),
  windows: new Float32Array(beats * windowSamples * windowChannels).fill(0.25),
  shifts: Int8Array.from({ length: beats }, (_, i) => (i % 21) - 10),
  shapeOf: Int32Array.from({ length: beats }, (_, i) => i % 5),
  resembles: Uint32Array.from({ length: beats }, (_, i) => 1 << (i % 32)),
  gapShare: new Float32Array(beats).fill(0.5),
  leadNames: ['MLII', 'V1'],
};

test('what was measured of a long recording is read again, until positions change or the record goes', () => {
  const folder = temporaryFolder();
  let measured = 0;
  const ask = (key: string, of = inputs) =>
    keptInputs(folder, 'hash', key, of.beats, () => {
      measured++;
      return of;
    });
  ask('one');
  expect(ask('one')).toEqual(inputs);
  expect(measured).toBe(1);
  ask('two');
  expect(readdirSync(join(folder, 'measured')).length).toBe(1);
  ask('one');
  expect(measured).toBe(3);

  const [name] = readdirSync(join(folder, 'measured'));
  writeFileSync(join(folder, 'measured', name), 'cut short');
  expect(ask('one')).toEqual(inputs);
  expect(measured).toBe(4);

  mkdirSync(join(folder, 'signals'), { recursive: true });
  removeSignal(folder, 'hash');
  expect(readdirSync(join(folder, 'measured'))).toEqual([]);
});

test('a short recording is measured each time and leaves nothing', () => {
  const folder = temporaryFolder();
  const short = { ...inputs, beats: 3 };
  expect(keptInputs(folder, 'hash', 'one', 3, () => short)).toBe(short);
  expect(readdirSync(folder)).toEqual([]);
});
