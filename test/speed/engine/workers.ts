import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** One engine of the benchmark, in a process of its own. */
export interface Worker {
  readonly name: string;
  readonly trainableWeights: number;
  /** From starting the process to its first answer, ms. */
  readonly startMs: number;
  ask(request: Request): Promise<Timing>;
  stop(): void;
}
export interface Request {
  readonly act: 'train' | 'infer' | 'record';
  readonly batch: number;
  readonly times: number;
}
export interface Timing {
  /** Of each repetition. */
  readonly wallMs: readonly number[];
  /** Of all threads and all repetitions together. */
  readonly cpuMs: number;
  readonly peakMemoryMb: number;
  readonly memoryMb?: number;
}

/** @throws {Error} when the process ends before it answers, with what it wrote last. */
export async function startWorker(command: string, args: readonly string[]): Promise<Worker> {
  const from = performance.now();
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (text: Buffer) => (complaints = (complaints + text.toString()).slice(-2000)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const { value, done } = (await lines.next()) as IteratorResult<string, undefined>;
    if (done) throw new Error(`${[command, ...args].join(' ')} ended: ${complaints.trim().split('\n').at(-1)}`);
    return JSON.parse(value);
  };
  const { name, trainableWeights } = (await next()) as Worker;
  return {
    name,
    trainableWeights,
    startMs: performance.now() - from,
    ask: async (request) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return (await next()) as Timing;
    },
    stop: () => child.kill(),
  };
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];
