import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { machineDevices } from '../../src-main/host/devices/machine-devices.ts';
import { driverThat, setCacheFor, setFor } from '../support/graphics-driver.ts';
import { temporaryFolder } from '../support/program.ts';
import { describeOnSoftwareGpu } from '../support/software-gpu.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
  setCacheFor(folder.path);
});
afterEach(() => folder.remove());

const opened = async () => {
  const devices = await machineDevices({
    asked: () => ({ asked: 'auto', askedBy: 'settings' }),
    onLog: () => undefined,
    onChanged: () => undefined,
    onReplaced: () => undefined,
    now: () => 1,
  });
  onTestFinished(() => devices.close());
  return devices;
};
const handlers = () => ({ onProgress: () => undefined, signal: new AbortController().signal });

describe('the devices of this machine', () => {
  it('are tried before the first training, which then knows what to use, and only once', async () => {
    const devices = await opened();
    expect(devices.view()).toMatchObject({ predict: 'cpu', verdicts: [], triedAtMs: null });
    expect(devices.deviceFor('predict')).toBe('cpu'); // at once
    const trained = await devices.deviceFor('train');
    const { verdicts, triedAtMs, train } = devices.view();
    expect([trained, triedAtMs]).toEqual([train, 1]);
    expect(verdicts.at(-1)).toMatchObject({ device: 'cpu' });
    expect(verdicts.map(({ device }) => device)).toContain('tfjs-node-gpu');
    expect((await opened()).view().verdicts).toEqual(verdicts);
  });

  it('are tried again where what was remembered is damaged', async () => {
    await (await opened()).deviceFor('train');
    const path = join(folder.path, 'rhythm-attention', 'devices.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"device": "cpu"', '"device": "abacus"'));
    expect((await opened()).view().triedAtMs).toBe(null);
  });
});

describeOnSoftwareGpu('a graphics adapter', (variables) => {
  it('whose driver crashes is set aside, and the others are tried all the same', async ({ skip }) => {
    const driver = await driverThat('abort();', folder.path);
    if (!driver) return skip('no C compiler here to make a driver that crashes');
    setFor(driver);
    const devices = await opened();
    devices.setAside('webgpu', 'train', 'Its memory was full.');
    expect(devices.view().failures).toMatchObject([{ device: 'webgpu', reason: 'Its memory was full.' }]);
    const { verdicts, predict, failures } = await devices.tryAgain(handlers());
    expect(failures).toEqual([]);
    expect(verdicts.find(({ device }) => device === 'webgpu')).toMatchObject({
      takenFor: [],
      reason: 'It stopped the engine: its driver crashed.',
    });
    expect(verdicts.find(({ device }) => device === 'cpu')?.predictPerS).toBeGreaterThan(0);
    expect(predict).toBe('cpu');
  });

  it('made of software is set aside, as slower than the CPU or, on a busy machine, as not done in time', async () => {
    setFor(variables);
    const { verdicts } = await (await opened()).tryAgain(handlers());
    const { takenFor, reason } = verdicts.find(({ device }) => device === 'webgpu')!;
    expect([takenFor, reason]).toEqual([[], expect.stringMatching(/^(Slower: |It did not finish within)/)]);
  });
});
