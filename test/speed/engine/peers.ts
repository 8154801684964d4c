import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The Python engines that are compared with, in a folder of the benchmark's own. */
const folder = join(import.meta.dirname, '..', '..', '..', '.cache', 'engine-peers');
const packages = ['torch', 'tensorflow-cpu'];

/** Installs what is missing (about 1 GB, some minutes) and gives the interpreter; undefined, with the reason said, where that fails. */
export function installPeers(): string | undefined {
  const python = join(folder, 'bin', 'python');
  try {
    if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', folder], { stdio: 'ignore' });
    execFileSync(python, ['-c', 'import torch, tensorflow'], { stdio: 'ignore' });
  } catch {
    console.log(`installing ${packages.join(' and ')} into ${folder}: about 3 minutes`);
    try {
      execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...packages], {
        stdio: ['ignore', 'inherit', 'inherit'],
      });
    } catch (error) {
      console.log(`no Python peers: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
      return undefined;
    }
  }
  return python;
}
