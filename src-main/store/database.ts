import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { jobsOf } from './jobs.ts';
import { predictionsOf } from './predictions.ts';
import { recordsOf } from './records.ts';
import { incomingSuffix, makeDurable, signalFileName, signalsFolder } from './signal-file.ts';
import { removeMeasured } from './signal-writer.ts';
import { listenForSlowQueries, type ReadDb, type SlowQueryListener, type WriteDb } from './table-group.ts';
import { trainingRunsOf } from './training-runs.ts';

/** The schema this program reads and writes: the number of migrations. */
export const currentSchema = 3;
/** Tells our files from other SQLite files: `RhyA`. */
const applicationId = 0x52687941;
const databaseName = 'workspace.sqlite';
const lockName = 'workspace.lock';
export const endedWhileRunning = 'the program ended while it ran';

/** Why a workspace is not opened; the message is a sentence for people. */
export class WorkspaceRefused extends Error {
  readonly reason: 'open-elsewhere' | 'newer' | 'older' | 'not-a-workspace' | 'missing';
  constructor(reason: WorkspaceRefused['reason'], sentence: string) {
    super(sentence);
    this.name = 'WorkspaceRefused';
    this.reason = reason;
  }
}

export interface Workspace<Db extends ReadDb = WriteDb> {
  readonly db: Db;
  readonly folder: string;
  close(): void;
}

export interface WorkspaceOptions {
  /** Folder of the numbered `.sql` files; the program may be bundled away from it. */
  readonly migrationsFolder: string;
  readonly onSlowQuery?: SlowQueryListener;
  /** Now, in milliseconds since 1970: when what an earlier run left unfinished is marked as ended. */
  readonly clock?: () => number;
}

/**
 * Opens the folder for writing, makes what is missing, migrates, and removes what a crash left half done.
 * @throws {WorkspaceRefused} where another process writes to it or a newer program made it.
 */
export function openWorkspace(folder: string, options: WorkspaceOptions): Workspace {
  mkdirSync(join(folder, signalsFolder), { recursive: true });
  const lock = takeLock(folder);
  let db: WriteDb | undefined;
  try {
    db = new Database(join(folder, databaseName)) as WriteDb;
    migrate(db, folder, options.migrationsFolder);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('fullfsync = ON'); // on a Mac, a plain fsync may stay in the disk's cache
    db.pragma('foreign_keys = ON');
    db.pragma('cache_size = -65536'); // 64 MiB: the beats of a whole day stay in memory
    if (options.onSlowQuery) listenForSlowQueries(db, options.onSlowQuery);
    endUnfinished(db, (options.clock ?? Date.now)());
    removeLeftoverSignals(db, folder);
  } catch (cause) {
    db?.close();
    lock.close();
    throw cause;
  }
  const opened = db;
  const close = () => {
    if (!opened.open) return;
    opened.pragma('optimize');
    opened.close();
    lock.close();
  };
  return { db: opened, folder, close };
}

/**
 * Opens the folder for reading, also while another process writes to it; each read sees a whole state.
 * @throws {WorkspaceRefused} where there is no workspace, or one of another version.
 */
export function openWorkspaceReadOnly(
  folder: string,
  options: Pick<WorkspaceOptions, 'onSlowQuery'> = {},
): Workspace<ReadDb> {
  const file = join(folder, databaseName);
  if (!existsSync(file)) throw new WorkspaceRefused('missing', `There is no workspace in ${folder}.`);
  const db = new Database(file, { readonly: true }) as unknown as ReadDb;
  try {
    const version = versionOf(db, folder);
    if (version < currentSchema)
      throw new WorkspaceRefused(
        'older',
        `The workspace in ${folder} is of version ${version}, this program reads ${currentSchema}; open it once for writing.`,
      );
    db.pragma('cache_size = -65536');
  } catch (cause) {
    db.close();
    throw cause;
  }
  if (options.onSlowQuery) listenForSlowQueries(db, options.onSlowQuery);
  return { db, folder, close: () => void db.close() };
}

/**
 * An exclusive transaction on a file of its own, never ended: the operating system holds it, so it falls with
 * the process, however that ends.
 */
function takeLock(folder: string): Database.Database {
  const lock = new Database(join(folder, lockName), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock.close();
    if (cause instanceof Database.SqliteError && cause.code === 'SQLITE_BUSY')
      throw new WorkspaceRefused(
        'open-elsewhere',
        `The workspace in ${folder} is open in another window or program; close it there first.`,
      );
    throw cause;
  }
}

/** @throws {WorkspaceRefused} where the file is not a workspace's or is newer than this program. */
function versionOf(db: Database.Database, folder: string): number {
  const version = db.pragma('user_version', { simple: true }) as number;
  const isEmpty = db.prepare('SELECT count(*) AS tables FROM sqlite_schema').pluck().get() === 0;
  if (!isEmpty && db.pragma('application_id', { simple: true }) !== applicationId)
    throw new WorkspaceRefused('not-a-workspace', `${join(folder, databaseName)} was not made by this program.`);
  if (version > currentSchema)
    throw new WorkspaceRefused(
      'newer',
      `The workspace in ${folder} is of version ${version}, this program knows ${currentSchema}; it was left as it is. Use a newer program.`,
    );
  return version;
}

/** The migrations of a folder in order. Refuses gaps: each file's number is its place. */
export function migrationsIn(migrationsFolder: string): { name: string; sql: string }[] {
  const names = readdirSync(migrationsFolder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  names.forEach((name, i) => {
    if (!name.startsWith(`${String(i + 1).padStart(4, '0')}_`))
      throw new RangeError(`migration ${i + 1} is named ${name}`);
  });
  return names.map((name) => ({ name, sql: readFileSync(join(migrationsFolder, name), 'utf8') }));
}

/**
 * Brings the file to `currentSchema`, one transaction a migration; an existing file is copied first, to
 * `workspace.v<version>.sqlite` beside it.
 */
export function migrate(db: WriteDb, folder: string, migrationsFolder: string, toVersion = currentSchema): void {
  const version = versionOf(db, folder);
  if (version === toVersion) return;
  const migrations = migrationsIn(migrationsFolder);
  if (version > 0) backUp(db, join(folder, `workspace.v${version}.sqlite`));
  db.pragma('foreign_keys = OFF'); // a migration may rebuild a table that others name
  for (let next = version; next < toVersion; next++)
    db.transaction(() => {
      if (next === 0) db.pragma(`application_id = ${applicationId}`);
      db.exec(migrations[next].sql);
      const broken = db.pragma('foreign_key_check') as unknown[];
      if (broken.length > 0) throw new Error(`${migrations[next].name} leaves ${broken.length} broken references`);
      db.pragma(`user_version = ${next + 1}`);
    }).immediate();
}

function backUp(db: WriteDb, path: string): void {
  const incoming = path + incomingSuffix;
  rmSync(incoming, { force: true });
  db.prepare('VACUUM INTO ?').run(incoming);
  makeDurable(incoming);
  renameSync(incoming, path);
}

function endUnfinished(db: WriteDb, nowMs: number): void {
  jobsOf(db).failUnfinished(endedWhileRunning, nowMs);
  trainingRunsOf(db).failUnfinished(endedWhileRunning, nowMs);
  predictionsOf(db).discardUnfinished();
}

/** Removes signal files that no record names, what was measured of them, and files that were never finished. */
function removeLeftoverSignals(db: WriteDb, folder: string): void {
  const hashes = recordsOf(db).signalHashes();
  removeMeasured(folder, (name) => !hashes.some((hash) => name.startsWith(hash)));
  const named = new Set(hashes.map(signalFileName));
  for (const name of readdirSync(join(folder, signalsFolder))) {
    const path = join(folder, signalsFolder, name);
    if (!named.has(name) && statSync(path).isFile()) rmSync(path);
  }
}
