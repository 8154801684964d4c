import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'msedge'];
const fixedPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** An installed Chromium, Chrome or Edge; undefined where there is none. */
export const installedBrowser = (): string | undefined =>
  [
    ...(process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name))),
    ...fixedPlaces,
  ].find((path) => existsSync(path));

export const browserMissing =
  'No browser found: install Chromium, Google Chrome or Microsoft Edge (Debian: apt-get install chromium).';

export const quietFlags = [
  ...['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  ...['--disable-sync', '--no-first-run', '--disable-quic', '--force-color-profile=srgb'],
];

/** How long a browser may take to close. */
const closingMs = 15_000;

export interface OpenedBrowser {
  readonly context: BrowserContext;
  readonly page: Page;
  close(): Promise<void>;
}

/** Memory that the largest renderer among the descendants of the browser on this profile holds now, MB; null where the system does not tell (it does on Linux). */
export function rendererMbOf(profile: string): number | null {
  if (!existsSync('/proc/self/status')) return null;
  const processes = new Map<number, { parent: number; command: string; mb: number }>();
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      const status = readFileSync(`/proc/${id}/status`, 'utf8');
      processes.set(Number(id), {
        parent: Number(/PPid:\s+(\d+)/.exec(status)?.[1]),
        command: readFileSync(`/proc/${id}/cmdline`, 'utf8'),
        mb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024,
      });
    } catch {
      // A process that ended while it was read holds nothing.
    }
  const isOurs = (id: number): boolean => {
    const found = processes.get(id);
    return found !== undefined && (found.command.includes(profile) || isOurs(found.parent));
  };
  const ours = [...processes].filter(([id, { command }]) => command.includes('--type=renderer') && isOurs(id));
  return ours.length === 0 ? null : Math.round(Math.max(...ours.map(([, { mb }]) => mb)));
}

/** Opens a page in a fresh profile that is removed at the end. */
export async function openBrowser(size = { width: 1600, height: 1000 }): Promise<OpenedBrowser> {
  const executablePath = installedBrowser();
  if (!executablePath) throw new Error(browserMissing);
  const profile = await mkdtemp(join(tmpdir(), 'rhythm-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: quietFlags,
    viewport: size,
    acceptDownloads: true,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  return {
    context,
    page,
    close: async () => {
      // Playwright now and then waits for ever on a browser that has already ended
      await Promise.race([context.close(), setTimeout(closingMs, undefined, { ref: false })]);
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
