import { fork } from 'node:child_process';
import { join } from 'node:path';
import { limits, type Failure, type News, type Tried } from './try-format.ts';

/** Without news for so long, a reading hangs; longer than its limit of processor time, as other programs run too. */
const silenceMs = 15_000;

/**
 * Tries a format in a process of bounded memory. Where a reading kills the process or never ends, that is a failure of
 * this run, and another process goes on behind it.
 */
export async function watchTries(format: string, runs: number, seed: number): Promise<Tried> {
  const failures: Failure[] = [];
  let [refused, read, slowestMs, peakMemoryBytes, firstRun] = [0, 0, 0, 0, 0];
  while (firstRun < runs) {
    const { tried, last, how } = await oneProcess(format, runs - firstRun, seed, firstRun);
    if (tried) {
      failures.push(...tried.failures);
      refused += tried.refused;
      read += tried.read;
      slowestMs = Math.max(slowestMs, tried.slowestMs);
      peakMemoryBytes = Math.max(peakMemoryBytes, tried.peakMemoryBytes);
      break;
    }
    if (last === undefined) throw new Error(`the readings of ${format} could not begin: ${how}`);
    failures.push({ ...last, what: how });
    firstRun = last.run + 1;
  }
  return { refused, read, failures, slowestMs, peakMemoryBytes };
}

function oneProcess(format: string, runs: number, seed: number, firstRun: number) {
  const child = fork(join(import.meta.dirname, 'tries.child.ts'), [format, runs, seed, firstRun].map(String), {
    execArgv: ['--no-warnings', `--max-old-space-size=${limits.memoryBytes / 2 ** 20}`],
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  let last: News | undefined;
  let tried: Tried | undefined;
  let said = '';
  let hangs = false;
  const end = () => {
    hangs = true;
    child.kill('SIGKILL');
  };
  let timer = setTimeout(end, 4 * silenceMs);
  child.stderr!.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-2000)));
  child.on('message', (message: { news?: News; tried?: Tried }) => {
    last = message.news ?? last;
    tried = message.tried ?? tried;
    clearTimeout(timer);
    timer = setTimeout(end, silenceMs);
  });
  return new Promise<{ tried: Tried | undefined; last: News | undefined; how: string }>((resolve) =>
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ tried, last, how: hangs ? 'reading did not end' : `the process ended (${signal ?? code}): ${said}` });
    }),
  );
}
