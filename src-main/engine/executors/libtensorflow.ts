import { createRequire } from 'node:module';
import util from 'node:util';
import { eagerExecutor } from './eager.ts';
import type { Executor } from './executor.ts';
import { withBackend } from './tensorflow.ts';
import { tf } from './tensorflow.ts';

const packageName = '@tensorflow/tfjs-node-gpu';

/**
 * The optional executor on libtensorflow (CUDA, or its CPU kernels where there is no GPU).
 * @throws {Error} with the reason where the package or its native library is missing.
 */
export function libtensorflowExecutor(): Executor {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'; // its start-up lines are no news to a reviewer
  giveBackUtilities();
  // TensorFlow's import selects its backend, which nobody here asked for
  const loaded = withBackend('cpu', () => createRequire(import.meta.url)(packageName) as { version: { tfjs: string } });
  const backend = tf.findBackend('tensorflow') as { isUsingGpuDevice?: boolean } | null;
  if (!backend) throw new Error(`${packageName} was loaded but registered no backend`);
  return eagerExecutor('tensorflow', `tfjs-node-gpu ${loaded.version.tfjs}`, backend.isUsingGpuDevice ? 'cuda' : 'cpu');
}

/** Its compiled JavaScript calls `util.isNullOrUndefined`, which Node 23 removed, and `util.isArray`, which warns. */
function giveBackUtilities(): void {
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
}
