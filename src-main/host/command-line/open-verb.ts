import { spawn } from 'node:child_process';
import { serveBrowser } from '../browser/serve.ts';
import { openProgram } from '../program/program.ts';
import { type CommonOptions, deviceOption, programOptionsOf } from './session.ts';
import type { AddVerb } from './verb.ts';

interface OpenOptions extends CommonOptions {
  readonly port: string;
  readonly browser: boolean;
  readonly demo: boolean;
}

/** `rhythm open`: the browser host, for machines without Electron or without a screen. */
export function openVerb(addVerb: AddVerb): void {
  addVerb('open', 'open the program for a browser on this machine')
    .option('--port <number>', 'port on 127.0.0.1; 0 takes a free one', '0')
    .option('--no-browser', 'print the address and do not start a browser')
    .option('--no-demo', 'do not make the simulated record in an empty library')
    .addOption(deviceOption())
    .action(async (options: OpenOptions) => {
      const program = await openProgram(programOptionsOf(options));
      const host = await serveBrowser(program.respond, Number(options.port));
      // The first start shows a living program, not an empty one.
      if (options.demo && (await program.api.records.list({})).length === 0) await program.api.records.demo({});
      if (options.json) process.stdout.write(`${JSON.stringify({ url: host.url })}\n`);
      else process.stdout.write(`Open ${host.url}\nIt works once and on this machine only. Ctrl-C ends the program.\n`);
      if (options.browser) startBrowser(host.url);
      await new Promise<void>((resolve) => {
        process.once('SIGINT', () => resolve());
        process.once('SIGTERM', () => resolve());
      });
      await host.close();
      await program.close();
    });
}

/** Asks the desktop to show the address; where there is none, the printed address is enough. */
function startBrowser(url: string): void {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  const [command, ...args] =
    process.platform === 'win32'
      ? ['cmd', '/c', 'start', '', url]
      : process.platform === 'darwin'
        ? ['open', url]
        : ['xdg-open', url];
  spawn(command, args, { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
