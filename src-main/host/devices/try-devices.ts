import type { JobHandlers } from '../../contract/jobs.ts';
import { deviceCrashed, type DeviceName, type DeviceTrial } from '../../domain/device.ts';
import type { EngineLane } from '../supervision/engine-lane.ts';
import { Cancelled, JobFailed } from '../supervision/job-failed.ts';

/** A driver that hangs is ended after this long. */
const patienceS = 45;

/**
 * Tries every device that this build knows in engine processes of their own: a driver that crashes or hangs takes only
 * its trial with it. Where nothing else can compute, the CPU need not be measured unless all is to be known.
 */
export async function tryDevices(
  lane: EngineLane,
  { onProgress, signal }: JobHandlers,
  isAllMeasured: boolean,
): Promise<DeviceTrial[]> {
  const devices = await lane.run('listDevices', {}, { signal });
  const trials: DeviceTrial[] = [];
  for (const [index, device] of devices.entries()) {
    onProgress({ fraction: index / devices.length, doing: `trying ${device}`, rate: null, secondsLeft: null });
    const isWorthwhile = isAllMeasured || device !== 'cpu' || trials.some((trial) => 'predictPerS' in trial);
    trials.push(
      isWorthwhile
        ? await tryOne(lane, device, signal)
        : { device, reason: 'No other device here is of use, so it was not measured.' },
    );
  }
  return trials;
}

async function tryOne(lane: EngineLane, device: DeviceName, signal: AbortSignal): Promise<DeviceTrial> {
  const deadline = AbortSignal.timeout(patienceS * 1000);
  try {
    const trial = await lane.run('tryDevice', { device }, { signal: AbortSignal.any([signal, deadline]) });
    // a driver that works keeps memory and threads, which the next trial should not share
    if ('predictPerS' in trial) lane.rest();
    return trial;
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof Cancelled) return { device, reason: `It did not finish within ${patienceS} seconds.` };
    if (error instanceof JobFailed && ['engine-ended', 'engine-crashed'].includes(error.failure.kind))
      return { device, reason: deviceCrashed };
    throw error;
  }
}
