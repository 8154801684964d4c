import { deviceCrashed, type DeviceName, type DeviceUse } from '../../domain/device.ts';
import type { engineJobs } from '../jobs/engine-jobs.ts';
import { JobFailed } from './job-failed.ts';

export type JobName = keyof typeof engineJobs;

/** What jobs compute on, and what becomes of a device that fails under them. */
export interface WorkingDevices {
  /** Settled when a job's turn has come. */
  deviceFor(use: DeviceUse, signal?: AbortSignal): DeviceName | Promise<DeviceName>;
  /** From now on another device is the one for this use. */
  setAside(device: DeviceName, use: DeviceUse, reason: string): void;
  /** It was not the device: the CPU failed at the same work. */
  takeBack(device: DeviceName, use: DeviceUse): void;
}

/** Where no driver may be loaded. */
export const cpuAlone: WorkingDevices = {
  deviceFor: () => 'cpu',
  setAside: () => undefined,
  takeBack: () => undefined,
};

/** Jobs that run a network, and so compute on a device; every other one needs the CPU alone. */
export const useOfJob: Readonly<Partial<Record<JobName, DeviceUse>>> = {
  predict: 'predict',
  evaluate: 'predict',
  doubtful: 'predict',
  explain: 'predict',
  checkExplanations: 'predict',
  scoreRows: 'predict',
  evaluateRows: 'predict',
  runProtocol: 'predict',
  fineTune: 'train',
  trainRecords: 'train',
  trainRows: 'train',
};

/** How often a device may fail under one job: once may be chance, and a fresh process has all of its memory. */
const mostFailures = 2;

/**
 * Does work on the device of its use. One that fails twice is set aside, and the next best goes on, in the end the CPU;
 * where that fails too, it was the work, and no device is to blame.
 * @param ask  does the work from its start, or from where it can go on.
 */
export async function onWorkingDevice<Answer>(
  devices: WorkingDevices,
  use: DeviceUse,
  signal: AbortSignal | undefined,
  ask: (device: DeviceName, isAgain: boolean) => Promise<Answer>,
): Promise<Answer> {
  const aside: DeviceName[] = [];
  let device = await devices.deviceFor(use, signal);
  for (let [failures, isAgain] = [0, false]; ; isAgain = true) {
    try {
      return await ask(device, isAgain);
    } catch (error) {
      const reason = device === 'cpu' ? undefined : reasonOf(error);
      if (reason === undefined) {
        if (device === 'cpu' && isOfWork(error)) for (const one of aside) devices.takeBack(one, use);
        throw error;
      }
      if (++failures >= mostFailures && (await devices.deviceFor(use, signal)) === device) {
        devices.setAside(device, use, reason);
        aside.push(device);
      }
      const next = await devices.deviceFor(use, signal);
      if (next !== device) [device, failures] = [next, 0];
    }
  }
}

/** Whether the work failed by itself, rather than being cancelled or its process ended by somebody. */
const isOfWork = (error: unknown): boolean => error instanceof JobFailed && error.failure.kind !== 'engine-ended';

/** Why a device may be at fault, in one sentence; undefined for a refusal, and where people ended the work. */
function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof JobFailed)) return undefined;
  return { 'device-failed': error.message, 'engine-crashed': deviceCrashed }[error.failure.kind];
}
