import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { electronRuntime, install, projectEnvironment, projectNode, root, runAside, say } from './install.mjs';

/** `node launch.mjs start|rhythm|test|bench|fuzz|libtensorflow [arguments]`: the npm scripts, on a machine where nothing is installed yet. */
const [verb, ...args] = process.argv.slice(2);
install();
const { build } = await import('./build.mjs');
const commandLine = join(root, 'src-main', 'host', 'command-line', 'rhythm.ts');
const verbs = { start, rhythm, test, bench, fuzz, libtensorflow };
await verbs[verb]();

async function start() {
  build();
  const electron = electronRuntime();
  const hasScreen = process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
  if (electron && hasScreen) await follow(electron, [root, ...args]);
  say(
    electron
      ? 'No screen here: opening the program for a browser instead of its own window.'
      : "Electron's runtime is missing here: opening the program in a browser instead of its own window.",
  );
  await follow(projectNode, ['--no-warnings', commandLine, 'open', ...args]);
}

async function rhythm() {
  await follow(projectNode, ['--no-warnings', commandLine, ...args]);
}

/** Hands over to the command and ends with its status; signals go to both, as they share the terminal. */
function follow(command, commandArgs) {
  const child = spawn(command, commandArgs, {
    cwd: process.env.INIT_CWD ?? root,
    stdio: 'inherit',
    env: projectEnvironment,
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise(() => {
    child.on('exit', (code, signal) => process.exit(code ?? (signal ? 130 : 1)));
    child.on('error', (error) => {
      say(`${basename(command)} could not be started: ${error.message}`);
      process.exit(1);
    });
  });
}

/** Every check, in two rows side by side, as each of them alone would leave half of two cores idle. */
async function test() {
  const rows = [
    [
      ['Types', '1 minute', 'types'],
      ['Lint', '1 minute', 'lint'],
      ['Dependency rules', '10 seconds', 'layers'],
      ['Build', '20 seconds', undefined],
      ['End-to-end tests', '8 minutes', 'e2e'],
    ],
    [['Unit and integration tests', '10 minutes', 'unit']],
  ];
  say('All checks: about 12 minutes on two cores. Each tells what it said when it has ended.');
  const running = new Map();
  const failed = [];
  const startedMs = Date.now();
  const seconds = (fromMs) => Math.round((Date.now() - fromMs) / 1000);
  const reminder = setInterval(() => {
    const names = [...running].map(([title, fromMs]) => `${title} (${seconds(fromMs)} s)`);
    say(`   … ${names.join(', ')}`);
  }, 60_000);
  const check = async (steps) => {
    for (const [title, expected, script] of steps) {
      say(`── ${title} (about ${expected}) …`);
      running.set(title, Date.now());
      const { status, output } = script ? await runAside('npm', ['run', '--silent', script]) : { status: build() };
      say(`\n${output ?? ''}── ${title}: ${status ? 'FAILED' : 'passed'} in ${seconds(running.get(title))} s`);
      running.delete(title);
      if (status) failed.push(title);
    }
  };
  await Promise.all(rows.map(check));
  clearInterval(reminder);
  say(`\n${failed.length === 0 ? 'All passed' : `Failed: ${failed.join(', ')}`}, after ${seconds(startedMs)} s.`);
  process.exit(failed.length === 0 ? 0 : 1);
}

async function bench() {
  const known = readdirSync(join(root, 'test', 'speed'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace(/\.ts$/, ''));
  const [name, ...rest] = args;
  const file = join(root, 'test', 'speed', `${name}.ts`);
  if (!name || !existsSync(file)) {
    say(`Usage: npm run bench -- ${known.join('|')} [--json]`);
    process.exit(2);
  }
  if (name === 'screen' || name === 'day') build();
  await follow(projectNode, ['--no-warnings', file, ...rest]);
}

async function fuzz() {
  await follow(projectNode, ['--no-warnings', join(root, 'test', 'fuzz', 'fuzz.ts'), ...args]);
}

async function libtensorflow() {
  await follow(projectNode, [
    '--no-warnings',
    join(root, 'src-main', 'host', 'launch', 'build-libtensorflow.ts'),
    ...args,
  ]);
}
