import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { browserMissing, installedBrowser, openBrowser } from './browser.ts';
import { openedProgram, temporaryFolder } from './program.ts';
import { projectRoot } from './shared-data.ts';

/** The window of the program in either host. */
export interface OpenedHost {
  readonly page: Page;
  /** Ends the program as a power cut does: no handler of it runs. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export const standardSize = { width: 1600, height: 1000 };

/** Electron's own runtime where it is installed and there is a screen to open its window on. */
function electronRuntime(): string | undefined {
  const folder = join(projectRoot, 'node_modules', 'electron');
  const hasScreen = process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
  if (!hasScreen || !existsSync(join(folder, 'path.txt'))) return undefined;
  const runtime = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8'));
  return existsSync(runtime) ? runtime : undefined;
}

/** Electron where it can run, else an installed browser; `RHYTHM_E2E_HOST=browser` asks for the browser. */
const hostKind = (): 'electron' | 'browser' | undefined =>
  process.env.RHYTHM_E2E_HOST !== 'browser' && electronRuntime()
    ? 'electron'
    : installedBrowser()
      ? 'browser'
      : undefined;

/** A block of tests on the interface; without a host it is skipped, saying what to install, and with `CI=true` fails. */
export function describeInHost(title: string, describeIt: (title: string, body: () => void) => void, body: () => void) {
  const host = hostKind();
  if (host) describeIt(`${title} (${host})`, body);
  else if (process.env.CI === 'true')
    describe(title, () => {
      it('needs a browser', () => expect.fail(browserMissing));
    });
  else describe.skip(`${title} (skipped: ${browserMissing})`, body);
}

export interface HostOptions {
  readonly size?: typeof standardSize;
  /** Whether the demo record may be made that a first start shows. */
  readonly isFirstStart?: boolean;
}

/** Opens the program on a workspace. */
export function openHost(workspace: string, options: HostOptions = {}): Promise<OpenedHost> {
  return hostKind() === 'electron' ? inElectron(workspace, options) : inBrowser(workspace, options);
}

async function inBrowser(
  workspace: string,
  { size = standardSize, isFirstStart = false }: HostOptions,
): Promise<OpenedHost> {
  const program = await openedProgram(workspace, ...(isFirstStart ? [] : ['--no-demo']));
  const browser = await openBrowser(size);
  await browser.page.goto(program.url);
  return {
    page: browser.page,
    kill: async () => {
      program.process.kill('SIGKILL');
      await browser.close();
      await program.close();
    },
    close: async () => {
      await browser.close();
      await program.close();
    },
  };
}

async function inElectron(workspace: string, { size = standardSize }: HostOptions): Promise<OpenedHost> {
  const profile = await temporaryFolder();
  const app = await _electron.launch({
    executablePath: electronRuntime()!,
    args: [projectRoot, `--user-data-dir=${profile.path}`],
    cwd: projectRoot,
    env: { ...process.env, RHYTHM_WORKSPACE: workspace } as Record<string, string>,
  });
  const page = await app.firstWindow();
  await page.setViewportSize(size);
  const ended = new Promise<void>((resolve) => app.process().once('exit', () => resolve()));
  return {
    page,
    kill: async () => {
      app.process().kill('SIGKILL');
      await ended;
      await profile.remove();
    },
    close: async () => {
      await app.close();
      await profile.remove();
    },
  };
}
