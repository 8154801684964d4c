import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src-main/domain/random.ts';
import { recipes } from '../../src-main/engine/train/hyper-parameters.ts';
import { openWorkspaceReadOnly } from '../../src-main/store/database.ts';
import { trainingRunsOf } from '../../src-main/store/training-runs.ts';
import { temporaryFolder } from '../support/program.ts';
import { projectRoot } from '../support/shared-data.ts';

interface Line {
  readonly progress?: { readonly doing: string };
  readonly hash?: string;
  readonly stopped?: boolean;
  readonly error?: { readonly kind: string; readonly message: string };
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const program = join(projectRoot, 'src-main', 'host', 'command-line', 'rhythm.ts');

/** Runs `rhythm train --rows` and hands over each line as it is printed. */
async function train(
  out: string,
  args: readonly string[],
  onLine: (line: Line, process: ChildProcess) => void = () => {},
) {
  const common = [
    '--rows',
    folder.path,
    '--out',
    join(folder.path, out),
    '--workspace',
    join(folder.path, 'workspace'),
  ];
  const small = ['--json', '--epochs', '14', '--set', 'batch=32', 'warmUpSteps=3', 'averageDecay=0.9'];
  const child = spawn(process.execPath, ['--no-warnings', program, 'train', ...common, ...small, ...args], {
    cwd: projectRoot,
  });
  const lines: Line[] = [];
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    onLine(line, child);
  });
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const steps = lines.flatMap(({ progress }) => /step (\d+) of/.exec(progress?.doing ?? '')?.[1] ?? []).map(Number);
  return { exitCode, last: lines.at(-1)!, steps };
}
const weights = (out: string) => readFile(join(folder.path, out, 'best.safetensors'));
const runs = () => {
  const { db, close } = openWorkspaceReadOnly(join(folder.path, 'workspace'));
  try {
    return trainingRunsOf(db).list();
  } finally {
    close();
  }
};

beforeAll(async () => {
  folder = await temporaryFolder();
  const random = seededRandom(1);
  const row = (label: number) => {
    const values = Array.from(
      { length: 187 },
      (_, i) => Math.exp(-(((i - 30 - 30 * label) / 6) ** 2)) * 0.8 + 0.1 * random.uniform(),
    );
    return [...values.map((value) => value.toFixed(4)), label].join(',');
  };
  for (const [part, rows] of [
    ['train', 320],
    ['test', 60],
  ] as const)
    await writeFile(
      join(folder.path, `mitbih_${part}.csv`),
      `${Array.from({ length: rows }, (_, i) => row(i % 5)).join('\n')}\n`,
    );
});
afterAll(() => folder.remove());

describe('training a row model', () => {
  it('stops on Ctrl-C, survives a kill, and ends as an unbroken run', async () => {
    const unbroken = await train('unbroken', []);
    expect(unbroken.exitCode).toBe(0);

    const stopped = await train('broken', [], ({ progress }, process) => {
      if (/^epoch ([3-9]|\d\d)/.test(progress?.doing ?? '')) process.kill('SIGINT');
    });
    expect([stopped.exitCode, stopped.last.stopped]).toEqual([130, true]);
    const killed = await train('broken', ['--resume'], ({ progress }, process) => {
      if (/^epoch ([7-9]|\d\d)/.test(progress?.doing ?? '')) process.kill('SIGKILL');
    });
    expect(killed.steps[0]).toBeGreaterThan(20);
    expect(killed.exitCode).toBeNull();
    const resumed = await train('broken', ['--resume']);
    expect(resumed.steps[0]).toBeGreaterThan(50);
    expect(resumed.last.hash).toBe(unbroken.last.hash);
    expect((await weights('broken')).equals(await weights('unbroken'))).toBe(true);

    const [last, dead, cut, first] = runs();
    expect([first, cut, dead, last].map(({ state }) => state)).toEqual(['done', 'cancelled', 'failed', 'done']);
    expect(dead.failure).toBe('the program ended while it ran');
    expect(first).toMatchObject({
      ...{ seed: 1, executor: expect.stringMatching(/^onnxruntime [\d.]+ cpu$/) as string },
      snapshotHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      configuration: {
        ...{
          kind: 'rows',
          recipe: 'plain',
          heldOutBy: 'row',
          hyper: { batch: 32, epochs: 14, mixupAlpha: recipes.plain.mixupAlpha },
        },
        versions: { node: process.versions.node, program: expect.any(String) as string },
      },
    });
    expect(last.snapshotHash).toBe(first.snapshotHash);
    expect(last.executor).toBe(first.executor);
  }, 600_000);

  it('learns from a parent and averages with it; refuses what cannot be', async () => {
    const parent = join(folder.path, 'unbroken', 'best.safetensors');
    const child = await train('child', [
      '--from',
      parent,
      '--set',
      'parentShare=0.5',
      'patience=2',
      'averageDecay=0.9',
    ]);
    expect(child.exitCode).toBe(0);
    for (const [args, message] of [
      [['--set', 'sampler=balanced', 'classWeights=inverse'], 'sampler and classWeights both make up for rare classes'],
      [['--set', 'learnRate=1'], 'unknown hyper-parameter learnRate'],
      [['--set', 'microBatches=5', 'batch=32'], 'microBatches is 5, but must be a divisor of the batch of 32'],
    ] as const) {
      const refused = await train('none', args);
      expect(refused.last.error?.message).toContain(message);
      expect(refused.exitCode).not.toBe(0);
    }
    const nothing = await train('none', ['--resume']);
    expect(nothing.last.error?.kind).toBe('nothing-to-resume');
  }, 600_000);
});
