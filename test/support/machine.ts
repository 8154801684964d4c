import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';

/** What a measured time is worth nothing without. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
}

export const thisMachine: Machine = {
  processor: cpus()[0]?.model ?? 'unknown processor',
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 2 ** 30),
  system: `${platform()} ${arch()}`,
  node: process.versions.node,
};

export const machineWords = ({ processor, cores, memoryGb, system, node }: Machine): string =>
  `${processor}, ${cores} cores, ${memoryGb} GB, ${system}, Node ${node}`;

/** Most memory that a process has held, MB; null where the system does not tell (it does on Linux). */
export const peakMemoryMb = (processId: number | 'self'): number | null => memoryLine(processId, 'VmHWM');

/** Memory that a process holds now, MB; null as for `peakMemoryMb`. */
export const memoryMb = (processId: number | 'self'): number | null => memoryLine(processId, 'VmRSS');

function memoryLine(processId: number | 'self', line: 'VmHWM' | 'VmRSS'): number | null {
  try {
    const kb = new RegExp(`${line}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${processId}/status`, 'utf8'))?.[1];
    return kb === undefined ? null : Math.round(Number(kb) / 1024);
  } catch {
    return null;
  }
}

/** The value below which the share of the values lies; 0.5 is the median. */
export const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)];
