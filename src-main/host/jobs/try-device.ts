import type { DeviceName, DeviceTrial } from '../../domain/device.ts';
import { absenceOf, executorFor, knownDevices } from '../../engine/devices/known.ts';
import { TooSlow, tryDevice as tryOne } from '../../engine/devices/trial.ts';
import { onnxExecutor } from '../../engine/executors/onnx/executor.ts';
import type { EngineJob } from '../supervision/messages.ts';

/** Long enough to tell devices apart that differ by a tenth, short enough to be waited for. */
const secondsEach = 1;

/** Devices that may be tried here; loads no driver. */
export const listDevices: EngineJob<object, never, DeviceName[]> = async () => knownDevices();

/** Tries one device, with its driver, in this process: if the driver crashes, only this process ends. */
export const tryDevice: EngineJob<{ readonly device: DeviceName }, never, DeviceTrial> = async ({ device }) => {
  try {
    const executor = executorFor(device);
    if (device === 'tfjs-node-gpu' && executor.device === 'cpu')
      return { device, reason: 'TensorFlow finds no CUDA device, and on the CPU ONNX Runtime is preferred.' };
    return await tryOne(device, executor, device === 'cpu' ? undefined : onnxExecutor(), secondsEach);
  } catch (error) {
    return { device, reason: error instanceof TooSlow ? error.message : absenceOf(error) };
  }
};
