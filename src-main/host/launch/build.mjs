import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, say } from './install.mjs';

const stampFile = join(root, 'out', '.built-from');
const folders = ['src-renderer', 'src-main'];
const files = ['electron.vite.config.ts', 'package-lock.json'];

/** Builds screens and Electron's main file, unless nothing they are made of has changed since. */
export function build() {
  const hash = createHash('sha256');
  for (const path of sourceFiles()) hash.update(path).update(readFileSync(join(root, path)));
  const now = hash.digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === now) return;
  say('Building the screens: about 20 seconds.');
  const status = run('electron-vite', ['build', '--logLevel', 'warn']);
  if (status !== 0) process.exit(status);
  mkdirSync(join(root, 'out'), { recursive: true });
  writeFileSync(stampFile, now);
}

function sourceFiles() {
  const within = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
  );
  return [...within, ...files].sort();
}
