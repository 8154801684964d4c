import type { DeviceName } from '../../domain/device.ts';
import type { CompiledFunction, Executor, ExecutorTensor } from '../executors/executor.ts';
import { mapNamed } from '../executors/named.ts';
import { absenceOf, executorFor } from './known.ts';

/** Thrown where a device could not do what was asked of it: its driver is missing, refused, or gave up. */
export class DeviceFailed extends Error {
  override readonly name = 'DeviceFailed';
  /** One sentence for people. */
  readonly reason: string;
  constructor(device: DeviceName, cause: unknown) {
    const reason = absenceOf(cause);
    super(`The device ${device} failed: ${reason} Choose another one in Settings or by --device.`, { cause });
    this.reason = reason;
  }
}

/** The executor of a device, whose own failures are told from those of the work. @throws {DeviceFailed} */
export function deviceExecutor(device: DeviceName): Executor {
  if (device === 'cpu') return executorFor(device);
  try {
    return tellingFailures(device, executorFor(device));
  } catch (error) {
    throw new DeviceFailed(device, error);
  }
}

/** The same executor; what it throws is `DeviceFailed`, but for what callers did wrong. */
export function tellingFailures(device: DeviceName, executor: Executor): Executor {
  const told = (error: unknown): never => {
    throw error instanceof RangeError || error instanceof TypeError ? error : new DeviceFailed(device, error);
  };
  // executors know only their own tensors and functions, which these remain
  const watchedTensor = (tensor: ExecutorTensor): ExecutorTensor =>
    Object.create(tensor, { read: { value: () => tensor.read().catch(told) } }) as ExecutorTensor;
  const watched = (compiled: CompiledFunction): CompiledFunction =>
    Object.create(compiled, {
      run: {
        value: (feeds: Parameters<CompiledFunction['run']>[0]) =>
          compiled.run(feeds).then((outputs) => mapNamed(outputs, watchedTensor), told),
      },
    }) as CompiledFunction;
  return { ...executor, compile: (...given) => executor.compile(...given).then(watched, told) };
}
