import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The Python package whose detectors are compared with, in a folder of the benchmark's own. */
const folder = join(import.meta.dirname, '..', '..', '..', '.cache', 'detect-peers');
const packageName = 'wfdb==4.3.1';

export interface PeerBeats {
  readonly path: string;
  readonly detector: 'xqrs' | 'gqrs';
  readonly beats: readonly number[];
  readonly ms: number;
}

/** Installs what is missing and gives the interpreter; undefined, with the reason said, where that fails. */
function installPeers(): string | undefined {
  const python = join(folder, 'bin', 'python');
  try {
    if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', folder], { stdio: 'ignore' });
    execFileSync(python, ['-c', 'import wfdb'], { stdio: 'ignore' });
  } catch {
    console.log(`installing ${packageName} into ${folder}`);
    try {
      const stdio = ['ignore', 'inherit', 'inherit'] as ('ignore' | 'inherit')[];
      execFileSync(python, ['-m', 'pip', 'install', '--quiet', packageName], { stdio });
    } catch (error) {
      console.log(`no peers: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
      return undefined;
    }
  }
  return python;
}

/** What the detectors of the wfdb package find with their defaults; about 6 s for a 30-minute record. */
export async function peerBeats(
  records: readonly { readonly path: string; readonly channel: number }[],
): Promise<PeerBeats[]> {
  const python = installPeers();
  if (python === undefined) return [];
  const script = join(import.meta.dirname, 'detect.py');
  const child = spawn(python, ['-W', 'ignore', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(records.map(({ path, channel }) => `${path}\t${channel}\n`).join(''));
  const found: PeerBeats[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const told = JSON.parse(line) as PeerBeats | { wfdb: string };
    if ('wfdb' in told) console.log(`Peers: xqrs and gqrs of wfdb ${told.wfdb} from PyPI, with their defaults.`);
    else found.push(told);
  }
  return found;
}
