import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chooseDevices,
  deviceCrashed,
  deviceNames,
  type DeviceTrial,
  type MeasuredDevice,
} from '../../../src-main/domain/device.ts';

const measured = (device: MeasuredDevice['device'], change: Partial<MeasuredDevice> = {}): MeasuredDevice => ({
  ...{ device, name: `runtime of ${device}`, predictPerS: 1000, trainPerS: 300 },
  ...{ outputError: 1e-7, gradientError: 1e-7, tolerance: 1e-4 },
  ...change,
});
const cpu = measured('cpu', { outputError: 0, gradientError: 0 });
const reasonOf = (device: string, trials: DeviceTrial[]) =>
  chooseDevices(trials).verdicts.find((verdict) => verdict.device === device)?.reason;

describe('the choice of devices', () => {
  it('is the CPU where nothing was tried, or nothing else works', () => {
    expect(chooseDevices([])).toEqual({ predict: 'cpu', train: 'cpu', verdicts: [] });
    const { predict, train, verdicts } = chooseDevices([{ device: 'webgpu', reason: 'No adapter.' }, cpu]);
    expect([predict, train]).toEqual(['cpu', 'cpu']);
    expect(verdicts.map(({ device, takenFor, reason }) => [device, takenFor, reason])).toEqual([
      ['webgpu', [], 'No adapter.'],
      ['cpu', ['predict', 'train'], 'No other device here is of use.'],
    ]);
  });

  it('is the fastest of each kind of work', () => {
    const trials = [
      measured('webgpu', { predictPerS: 3000, trainPerS: 200 }),
      measured('cuda', { trainPerS: 900 }),
      cpu,
    ];
    const { predict, train, verdicts } = chooseDevices(trials);
    expect([predict, train]).toEqual(['webgpu', 'cuda']);
    expect(verdicts.map(({ takenFor }) => takenFor)).toEqual([['predict'], ['train'], []]);
    expect(reasonOf('webgpu', trials)).toBe('3.0 times the CPU’s speed at predicting.');
    expect(reasonOf('cpu', trials)).toBe('Another device is faster.');
  });

  it('stays with the CPU where another is only as fast', () => {
    expect(chooseDevices([measured('webgpu'), cpu])).toMatchObject({ predict: 'cpu', train: 'cpu' });
    expect(reasonOf('webgpu', [measured('webgpu'), cpu])).toMatch(
      /^Slower: 1\.0 times the CPU’s speed at predicting, /,
    );
  });

  it.each([
    ['outputs', { outputError: 2e-4 }],
    ['gradients', { gradientError: 2e-4 }],
    ['outputs', { outputError: NaN }],
  ])('sets aside a fast device whose %s are beyond tolerance', (kind, change) => {
    const trials = [measured('webgpu', { predictPerS: 9999, trainPerS: 9999, ...change }), cpu];
    expect(chooseDevices(trials)).toMatchObject({ predict: 'cpu', train: 'cpu' });
    expect(reasonOf('webgpu', trials)).toContain(`Its ${kind} differ`);
  });

  it('falls to the next best for what a device failed at, and says so', () => {
    const trials = [
      measured('cuda', { predictPerS: 9000, trainPerS: 900 }),
      measured('webgpu', { predictPerS: 3000, trainPerS: 200 }),
      cpu,
    ];
    const lost = { device: 'cuda', use: 'predict', reason: 'Its memory was full.' } as const;
    const { predict, train, verdicts } = chooseDevices(trials, [lost]);
    expect([predict, train]).toEqual(['webgpu', 'cuda']);
    expect(verdicts.map(({ reason }) => reason)).toEqual([
      '3.0 times the CPU’s speed at training. CUDA failed at predicting: Its memory was full.',
      '3.0 times the CPU’s speed at predicting.',
      'Another device is faster.',
    ]);
    const alsoLost = { ...lost, device: 'webgpu', reason: deviceCrashed } as const;
    const inTheEnd = chooseDevices(trials, [lost, alsoLost]);
    expect([inTheEnd.predict, inTheEnd.train]).toEqual(['cpu', 'cuda']);
    expect(inTheEnd.verdicts.slice(1).map(({ takenFor, reason }) => [takenFor, reason])).toEqual([
      [[], 'WebGPU failed at predicting: It stopped the engine: its driver crashed.'],
      [['predict'], 'Another device failed at predicting.'],
    ]);
  });

  it('never takes what failed or is unsound, never one slower than the CPU, and gives each a sentence', () => {
    const rate = fc.double({ min: 1, max: 1e5, noNaN: true });
    const error = fc.constantFrom(0, 1e-6, 1e-4, 1e-2);
    const trial = (device: MeasuredDevice['device']): fc.Arbitrary<DeviceTrial> =>
      fc.oneof(
        fc.record({ device: fc.constant(device), reason: fc.constant('It failed.') }),
        fc.record({
          ...{ device: fc.constant(device), name: fc.constant('any'), predictPerS: rate, trainPerS: rate },
          ...{ outputError: error, gradientError: error, tolerance: fc.constant(1e-5) },
        }),
      );
    const others = deviceNames.filter((name) => name !== 'cpu');
    fc.assert(
      fc.property(fc.tuple(...others.map(trial)), rate, rate, (trials, predictPerS, trainPerS) => {
        const own = measured('cpu', { predictPerS, trainPerS });
        const choice = chooseDevices([...trials, own]);
        for (const use of ['predict', 'train'] as const) {
          const taken = [...trials, own].find(({ device }) => device === choice[use]) as MeasuredDevice;
          expect(taken.outputError).toBeLessThanOrEqual(1e-4);
          expect(taken[`${use}PerS`]).toBeGreaterThanOrEqual(own[`${use}PerS`]);
          expect(choice.verdicts.filter(({ takenFor }) => takenFor.includes(use))).toHaveLength(1);
        }
        for (const { reason } of choice.verdicts) expect(reason).toMatch(/^[^\n]{8,200}\.$/);
      }),
    );
  });
});
