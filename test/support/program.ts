import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from './shared-data.ts';

const commandLine = join(projectRoot, 'src-main', 'host', 'command-line', 'rhythm.ts');

/** A folder of its own for one test, removed by `remove`. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'rhythm-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The JSON objects of standard output, one a line. */
  readonly lines: readonly Record<string, unknown>[];
}

/** Runs `rhythm` as the command line does and waits for its end. */
export async function rhythm(args: readonly string[]): Promise<Finished> {
  const child = spawn(process.execPath, ['--no-warnings', commandLine, ...args], { cwd: projectRoot });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  const exitCode = await new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 1)));
  const lines = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { exitCode, stdout, stderr, lines };
}

export interface OpenedProgram {
  readonly url: string;
  readonly process: ChildProcess;
  /** Ends it as a reader does. */
  close(): Promise<void>;
}

/** Starts the browser host on a workspace and waits for its address. */
export async function openedProgram(workspace: string, ...args: readonly string[]): Promise<OpenedProgram> {
  const child = spawn(
    process.execPath,
    ['--no-warnings', commandLine, 'open', '--no-browser', '--json', '--workspace', workspace, ...args],
    { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  let errors = '';
  child.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString()));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (bytes: Buffer) => {
      const line = bytes.toString().split('\n')[0];
      resolve((JSON.parse(line) as { url: string }).url);
    });
    child.on('close', (code) => reject(new Error(`the program ended with ${code}: ${errors}`)));
  });
  return {
    url,
    process: child,
    close: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
