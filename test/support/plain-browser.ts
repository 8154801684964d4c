import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browserMissing, installedBrowser, quietFlags, rendererMbOf } from './browser.ts';

/** A page that is told what to do and nothing else. */
export interface PlainPage {
  open(url: string): Promise<void>;
  /** Runs a function in the page, which sees its arguments alone. */
  run<Args extends readonly unknown[], Value>(
    act: (...args: Args) => Value | Promise<Value>,
    ...args: Args
  ): Promise<Value>;
  rendererMb(): number | null;
  close(): Promise<void>;
}

interface Answer {
  readonly id: number;
  readonly result?: { readonly result?: { readonly value: unknown }; readonly exceptionDetails?: unknown };
  readonly error?: unknown;
}

/**
 * A browser without the tools of a test: these watch the network, for which the page process keeps a copy of whatever
 * was loaded, 100 MB and more. Here a page takes the memory that it takes of a reader.
 */
export async function openPlainPage(size: { width: number; height: number }): Promise<PlainPage> {
  const executablePath = installedBrowser();
  if (!executablePath) throw new Error(browserMissing);
  const profile = await mkdtemp(join(tmpdir(), 'rhythm-plain-'));
  const browser = spawn(
    executablePath,
    [
      ...['--headless=new', ...quietFlags, `--user-data-dir=${profile}`, `--window-size=${size.width},${size.height}`],
      ...['--remote-debugging-port=0', 'about:blank'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const browserAddress = await new Promise<string>((resolve, reject) => {
    let told = '';
    browser.stderr.on('data', (bytes: Buffer) => {
      told += bytes.toString();
      const address = /DevTools listening on (ws:\S+)/.exec(told)?.[1];
      if (address) resolve(address);
    });
    browser.on('exit', () => reject(new Error(`the browser ended: ${told}`)));
  });
  const targets = (await (await fetch(`http://${new URL(browserAddress).host}/json`)).json()) as {
    type: string;
    webSocketDebuggerUrl: string;
  }[];
  const socket = new WebSocket(targets.find(({ type }) => type === 'page')!.webSocketDebuggerUrl);
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  const waiting = new Map<number, (answer: Answer) => void>();
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  let sent = 0;
  const send = (method: string, params: object) =>
    new Promise<Answer>((resolve) => {
      waiting.set(++sent, resolve);
      socket.send(JSON.stringify({ id: sent, method, params }));
    });
  return {
    open: async (url) => void (await send('Page.navigate', { url })),
    run: async <Value>(act: unknown, ...args: readonly unknown[]) => {
      const expression = `(${String(act)})(...${JSON.stringify(args)})`;
      const answer = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
      if (answer.error || answer.result?.exceptionDetails) throw new Error(JSON.stringify(answer));
      return answer.result?.result?.value as Value;
    },
    rendererMb: () => rendererMbOf(profile),
    close: async () => {
      socket.close();
      const ended = new Promise((resolve) => browser.once('exit', resolve));
      browser.kill();
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
