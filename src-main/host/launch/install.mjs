import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Runs on any Node from 20 on, before anything is installed: built-in modules only. */
export const root = join(import.meta.dirname, '..', '..', '..');
const binaries = join(root, 'node_modules', '.bin');
const onWindows = process.platform === 'win32';
/** The Node 24 of the project, from the package `node`. */
export const projectNode = join(root, 'node_modules', 'node', 'bin', onWindows ? 'node.exe' : 'node');
export const projectEnvironment = {
  ...process.env,
  PATH: `${binaries}${delimiter}${process.env.PATH ?? ''}`,
  // Every start of the program compiles the same modules: kept, they cost half as much.
  NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node-compile'),
};

export const say = (line) => process.stderr.write(`${line}\n`);

/** Runs a command in the project with its own Node first on PATH; gives the exit status. */
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: projectEnvironment,
    shell: onWindows,
    ...options,
  });
  return done.status ?? 1;
}

/** Runs a command as `run` does, beside others; gives the exit status and what it printed. */
export function runAside(command, args) {
  const child = spawn(command, args, { cwd: root, env: projectEnvironment, shell: onWindows });
  const printed = [];
  child.stdout.on('data', (bytes) => printed.push(bytes));
  child.stderr.on('data', (bytes) => printed.push(bytes));
  return new Promise((settle) => {
    const end = (status) => settle({ status, output: Buffer.concat(printed).toString() });
    child.on('error', () => end(1));
    child.on('close', (status) => end(status ?? 1));
  });
}

const stampFile = join(root, 'node_modules', '.rhythm-installed');
const stampNow = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex');

/** Installs what is missing; does nothing where the lock file's packages are there already. */
export function install() {
  if (existsSync(stampFile) && existsSync(projectNode) && readFileSync(stampFile, 'utf8') === stampNow()) return;
  say('Installing packages: 1 to 4 minutes, once.');
  const quiet = ['--no-progress', '--loglevel=error'];
  // Not `npm ci`: a registry may lack an optional package of another platform, which the lock file names all the same.
  // ONNX Runtime would fetch CUDA libraries; the processors it brings along are enough to start with.
  const env = { ...projectEnvironment, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  const status =
    run('npm', ['install', '--no-save', ...quiet], { env }) ||
    run('npm', ['rebuild', 'node', '--ignore-scripts=false', ...quiet], { env });
  if (status !== 0) {
    say('The packages could not be installed (see above). Check the connection to the npm registry and start again.');
    process.exit(status);
  }
  writeFileSync(stampFile, stampNow());
}

const electronFolder = join(root, 'node_modules', 'electron');
const triedFile = join(root, 'node_modules', '.rhythm-electron-tried');

/** Path of Electron's runtime, fetched on the first try; undefined where it cannot be had. */
export function electronRuntime() {
  const pathFile = join(electronFolder, 'path.txt');
  const found = () => {
    if (!existsSync(pathFile)) return undefined;
    const path = join(electronFolder, 'dist', readFileSync(pathFile, 'utf8'));
    return existsSync(path) ? path : undefined;
  };
  if (found() || existsSync(triedFile) || !existsSync(electronFolder)) return found();
  say("Fetching Electron's runtime: up to 2 minutes, once.");
  spawnSync(projectNode, [join(electronFolder, 'install.js')], { cwd: root, stdio: 'ignore', timeout: 120_000 });
  writeFileSync(triedFile, 'Remove this file to try again to fetch the runtime of Electron.\n');
  return found();
}
