import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** The folder that holds `package.json`, `src-main` and `resources`, in the checkout and in the installed program. */
export const appRoot = findRoot(import.meta.dirname);

function findRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'src-main', 'store', 'migrations'))) return folder;
    if (dirname(folder) === folder)
      throw new Error('The program is incomplete: its folder src-main/store/migrations is missing. Install it again.');
  }
}

export const programVersion = (JSON.parse(readFileSync(join(appRoot, 'package.json'), 'utf8')) as { version: string })
  .version;

export const migrationsFolder = join(appRoot, 'src-main', 'store', 'migrations');
export const resourcesFolder = join(appRoot, 'resources');
export const rendererFolder = join(appRoot, 'out', 'renderer');

/** The Node 24 that comes with the program; the engine never runs in Electron's own. */
export const nodeBinary = (): string => {
  const bundled = join(appRoot, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return existsSync(bundled) ? bundled : process.execPath;
};

/** Where what can be made again is kept, for all workspaces of this reader. */
export const cacheFolder = (): string => {
  const caches =
    process.platform === 'win32'
      ? (process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'))
      : process.platform === 'darwin'
        ? join(homedir(), 'Library', 'Caches')
        : (process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'));
  return join(caches, 'rhythm-attention');
};

/** Where the workspace is kept when the reader names none. */
export const defaultWorkspace = (): string => {
  const data =
    process.platform === 'win32'
      ? (process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'))
      : process.platform === 'darwin'
        ? join(homedir(), 'Library', 'Application Support')
        : (process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'));
  return join(data, 'rhythm-attention', 'workspace');
};
