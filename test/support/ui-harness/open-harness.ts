import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { chromium, type Page } from 'playwright-core';
import { build, preview } from 'vite';
import { projectRoot } from '../shared-data.ts';

export interface Harness {
  readonly page: Page;
  /** Turns to a page of the harness: `page=paper&theme=dark`. */
  readonly open: (query: string) => Promise<void>;
  /** Processor time that all processes of the browser have used, in ms; NaN where the system does not tell. */
  readonly cpuMs: () => number;
  readonly close: () => Promise<void>;
}

/** Ticks a second of /proc, which every Linux has fixed at 100. */
const ticksPerS = 100;

function cpuMsOf(profile: string): number {
  if (!existsSync('/proc/self/stat')) return NaN;
  let ticks = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(profile)) continue;
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // A process that ended while it was read has nothing to add.
    }
  }
  return (ticks / ticksPerS) * 1000;
}

/**
 * The parts of the interface, bundled as they are shipped, in a Chromium without a graphics processor.
 * @param chromiumPath  where Chromium is, unless `CHROMIUM` says so.
 */
export async function openHarness(
  viewport: { readonly width: number; readonly height: number },
  chromiumPath = process.env.CHROMIUM ?? '/usr/bin/chromium',
): Promise<Harness> {
  const folder = mkdtempSync(join(tmpdir(), 'ui-harness-'));
  const settings = {
    root: join(projectRoot, 'test/support/ui-harness'),
    configFile: false as const,
    logLevel: 'error' as const,
    plugins: [svelte()],
    build: { outDir: join(folder, 'site'), emptyOutDir: true, chunkSizeWarningLimit: 2000 },
  };
  await build(settings);
  const server = await preview({ ...settings, preview: { host: '127.0.0.1', port: 0 } });
  const { port } = server.httpServer.address() as { port: number };
  const browser = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath: chromiumPath,
    viewport,
    args: [
      '--no-sandbox',
      '--headless=new',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
  const page = browser.pages()[0] ?? (await browser.newPage());
  page.on('pageerror', (error) => console.error(error));
  return {
    page,
    open: async (query) => {
      await page.goto(`http://127.0.0.1:${port}/?${query}`);
      await page.evaluate(() => document.fonts.ready);
    },
    cpuMs: () => cpuMsOf(join(folder, 'profile')),
    close: async () => {
      await browser.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
