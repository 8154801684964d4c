import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rhythm, temporaryFolder } from '../support/program.ts';
import { projectRoot } from '../support/shared-data.ts';

interface Line {
  readonly progress?: { readonly doing: string; readonly fraction: number | null };
  readonly done?: true;
  readonly stopped?: true;
  readonly modelHash?: string;
  readonly runId?: number;
  readonly error?: { readonly kind: string };
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let workspace: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  workspace = join(folder.path, 'workspace');
  await rhythm(['demo', '--workspace', workspace]);
}, 120_000);
afterAll(() => folder.remove());

/** Runs `rhythm train --records` and hands over each line as it is printed. */
async function train(args: readonly string[], onLine: (line: Line, process: ChildProcess) => void = () => undefined) {
  const program = join(projectRoot, 'src-main', 'host', 'command-line', 'rhythm.ts');
  const common = ['--records', 'simulated-demo', '--workspace', workspace, '--json'];
  const child = spawn(process.execPath, ['--no-warnings', program, 'train', ...common, ...args], { cwd: projectRoot });
  const lines: Line[] = [];
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    onLine(line, child);
  });
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const training = lines.flatMap(({ progress }) => (progress?.doing.includes('epoch') ? [progress.doing] : []));
  return { exitCode, last: lines.at(-1)!, training };
}

describe('training a record model from nothing', () => {
  it('stops on Ctrl-C, survives a kill, and goes on to the weights of an unbroken run', async () => {
    const unbroken = await train([]);
    expect(unbroken.exitCode).toBe(0);

    const stopped = await train([], ({ progress }, process) => {
      if (progress?.doing.startsWith('rhythm 2')) process.kill('SIGINT');
    });
    expect([stopped.exitCode, stopped.last.stopped]).toEqual([130, true]);

    const killed = await train(['--resume'], ({ progress }, process) => {
      if (progress?.doing.startsWith('morphology 2')) process.kill('SIGKILL');
    });
    expect(killed.training[0]).toMatch(/^rhythm 2/);

    const resumed = await train(['--resume']);
    expect(resumed.training[0]).toMatch(/^morphology [12]/);
    expect(resumed.last).toMatchObject({ done: true, modelHash: unbroken.last.modelHash, runId: stopped.last.runId });
  }, 300_000);

  it('has nothing to go on with once it has ended, or with another seed', async () => {
    for (const seed of ['1', '2']) {
      const refused = await train(['--resume', '--seed', seed]);
      expect(refused.exitCode).not.toBe(0);
      expect(refused.last.error?.kind).toBe('nothing-to-resume');
    }
  }, 120_000);
});
