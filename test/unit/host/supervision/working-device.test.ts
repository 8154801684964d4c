import { describe, expect, it } from 'vitest';
import type { DeviceName } from '../../../../src-main/domain/device.ts';
import { Cancelled, JobFailed } from '../../../../src-main/host/supervision/job-failed.ts';
import { onWorkingDevice, type WorkingDevices } from '../../../../src-main/host/supervision/working-device.ts';

const failed = (kind: string) => new JobFailed({ kind, file: null, message: `It was ${kind}.` });

/** Devices in the order of their speed; what is done with them is written down. */
function devicesInOrder(...order: DeviceName[]) {
  const told: string[] = [];
  const devices: WorkingDevices = {
    deviceFor: () => order[0],
    setAside: (device, use, reason) => {
      order.splice(order.indexOf(device), 1);
      told.push(`${device} aside at ${use}: ${reason}`);
    },
    takeBack: (device) => void told.push(`${device} back`),
  };
  return { devices, told, order };
}

/** Work that ends as it is told for each device in turn. */
async function work(order: DeviceName[], ends: Partial<Record<DeviceName, unknown[]>>) {
  const { devices, told } = devicesInOrder(...order);
  const asked: string[] = [];
  const answer = await onWorkingDevice(devices, 'train', undefined, async (device, isAgain) => {
    asked.push(isAgain ? `${device} again` : device);
    const end = ends[device]?.shift();
    if (end) throw end as Error;
    return device;
  }).catch((error: unknown) => error);
  return { answer, asked, told };
}

describe('work on a device', () => {
  it('is done where nothing fails, and tried once more where something does once', async () => {
    expect(await work(['cuda', 'cpu'], {})).toEqual({ answer: 'cuda', asked: ['cuda'], told: [] });
    expect(await work(['cuda', 'cpu'], { cuda: [failed('engine-crashed')] })).toEqual({
      ...{ answer: 'cuda', asked: ['cuda', 'cuda again'], told: [] },
    });
  });

  it('goes on with the next best where a device fails twice, in the end the CPU', async () => {
    const cuda = [failed('device-failed'), failed('device-failed')];
    const webgpu = [failed('device-failed'), failed('engine-crashed')];
    expect(await work(['cuda', 'webgpu', 'cpu'], { cuda, webgpu })).toEqual({
      answer: 'cpu',
      asked: ['cuda', 'cuda again', 'webgpu again', 'webgpu again', 'cpu again'],
      told: [
        'cuda aside at train: It was device-failed.',
        'webgpu aside at train: It stopped the engine: its driver crashed.',
      ],
    });
  });

  it.each(['engine-crashed', 'fault'])('that the CPU fails at as well (%s) is blamed on no device', async (kind) => {
    const cuda = [failed('engine-crashed'), failed('engine-crashed')];
    const own = failed(kind);
    const { answer, told } = await work(['cuda', 'cpu'], { cuda, cpu: [own] });
    expect(answer).toBe(own);
    expect(told.at(-1)).toBe('cuda back');
  });

  it.each([
    ['a refusal', failed('wrong-checksum')],
    ['an engine that somebody ended', failed('engine-ended')],
    ['a cancel', new Cancelled()],
  ])('fails at once by %s, which no device is blamed for', async (_what, error) => {
    expect(await work(['cuda', 'cpu'], { cuda: [error] })).toEqual({ answer: error, asked: ['cuda'], told: [] });
  });

  it('that was cancelled on the CPU leaves the blame where it was', async () => {
    const cuda = [failed('engine-crashed'), failed('engine-crashed')];
    const { told } = await work(['cuda', 'cpu'], { cuda, cpu: [new Cancelled()] });
    expect(told).toHaveLength(1);
  });

  it('follows another choice that was made meanwhile, without blaming anyone', async () => {
    const { devices, told, order } = devicesInOrder('cuda', 'cpu');
    let falls = 0;
    const answer = await onWorkingDevice(devices, 'predict', undefined, async (device) => {
      if (device === 'cpu') return 'done';
      if (++falls === 2) order.shift(); // by another job that it failed under
      throw failed('engine-crashed');
    });
    expect([answer, told]).toEqual(['done', []]);
  });
});
