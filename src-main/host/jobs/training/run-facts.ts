import { arch, cpus, platform } from 'node:os';
import type { Executor } from '../../../engine/executors/executor.ts';
import { tf } from '../../../engine/executors/tensorflow.ts';
import type { RunFacts } from '../../../training/jobs.ts';
import { programVersion } from '../../program/app-root.ts';

/** What decides a run's weights besides its seed and its data; the executor's name holds its own version. */
export const runFacts = (
  executor: Executor,
  configuration: Readonly<Record<string, unknown>>,
  startsAnew: boolean,
): RunFacts => ({
  startsAnew,
  executor: `${executor.name} ${executor.device}`,
  configuration: {
    ...configuration,
    versions: {
      program: programVersion,
      node: process.versions.node,
      tensorflow: tf.version['tfjs-core'],
      machine: `${platform()} ${arch()}, ${cpus()[0]?.model.trim() ?? 'processor'}, ${cpus().length} cores`,
    },
  },
});

/** Says on the progress line that a run went back to good weights. */
export const slowed = (rateShare: number): string =>
  rateShare < 1 ? '; the loss diverged once, so it went back and learns at half the rate' : '';
