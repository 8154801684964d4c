import { absenceOf, executorFor, knownDevices } from '../devices/known.ts';
import { eagerExecutor } from './eager.ts';
import type { Executor } from './executor.ts';
import { tf } from './tensorflow.ts';

/** An executor that this machine cannot run, and why. */
export interface AbsentExecutor {
  readonly name: string;
  readonly device: string;
  readonly reason: string;
}

/** TensorFlow.js in plain JavaScript: always there, slow, the reference of the parity suite. */
export const plainExecutor = (): Executor => eagerExecutor('cpu', `tfjs-cpu ${tf.version.tfjs}`, 'cpu');

/**
 * Every executor of this machine, ONNX Runtime on the CPU first, and those that are absent with the reason.
 * Each device is tried with a small function: a driver that is named but broken shows only then.
 * @param threads  for ONNX Runtime.
 */
export async function findExecutors(
  threads?: number,
): Promise<{ present: readonly Executor[]; absent: readonly AbsentExecutor[] }> {
  const present: Executor[] = [];
  const absent: AbsentExecutor[] = [];
  const tryOne = async (name: string, device: string, make: () => Executor) => {
    try {
      const executor = make();
      await probe(executor);
      present.push(executor);
    } catch (error) {
      absent.push({ name, device, reason: absenceOf(error) });
    }
  };
  for (const device of knownDevices().reverse())
    await tryOne(device === 'tfjs-node-gpu' ? device : 'onnxruntime', device, () => executorFor(device, threads));
  await tryOne('tfjs-cpu', 'cpu', plainExecutor);
  return { present, absent };
}

async function probe(executor: Executor): Promise<void> {
  const double = await executor.compile(({ x }) => ({ y: tf.add(x, x) }), { x: { shape: [2], dtype: 'float32' } });
  const { y } = await double.run({ x: Float32Array.of(1, 2) });
  const values = await y.read();
  y.dispose();
  await double.dispose();
  if (values[1] !== 4) throw new Error(`doubled 2 to ${values[1]}`);
}
