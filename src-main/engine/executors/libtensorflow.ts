import { createRequire } from 'node:module';
import util from 'node:util';
import { eagerExecutor } from './eager.ts';
import type { Executor } from './executor.ts';
import './float32.ts';
import { withBackend } from './tensorflow.ts';
import { tf } from './tensorflow.ts';

/** The one with CUDA first; the other serves systems that have none, such as macOS. */
const packageNames = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];

/**
 * The optional executor on libtensorflow (CUDA, or its CPU kernels where there is no GPU).
 * @throws {Error} with the reason where the package or its native library is missing.
 */
export function libtensorflowExecutor(): Executor {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'; // its start-up lines are no news to a reviewer
  giveBackUtilities();
  // TensorFlow's import selects its backend, which nobody here asked for
  const require = createRequire(import.meta.url);
  const packageName = packageNames.find((name) => isInstalled(require, name)) ?? packageNames[0];
  const loaded = withBackend('cpu', () => require(packageName) as { version: { tfjs: string } });
  const backend = tf.findBackend('tensorflow') as { isUsingGpuDevice?: boolean } | null;
  if (!backend) throw new Error(`${packageName} was loaded but registered no backend`);
  return eagerExecutor(
    'tensorflow',
    `${packageName.slice('@tensorflow/'.length)} ${loaded.version.tfjs}`,
    backend.isUsingGpuDevice ? 'cuda' : 'cpu',
  );
}

const isInstalled = (require: NodeJS.Require, name: string): boolean => {
  try {
    return require.resolve(name) !== '';
  } catch {
    return false;
  }
};

/** Its compiled JavaScript calls `util.isNullOrUndefined`, which Node 23 removed, and `util.isArray`, which warns. */
function giveBackUtilities(): void {
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
}
