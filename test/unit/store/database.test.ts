import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import {
  WorkspaceRefused,
  currentSchema,
  migrate,
  migrationsIn,
  openWorkspace,
  openWorkspaceReadOnly,
} from '../../../src-main/store/database.ts';
import { episodesOf } from '../../../src-main/store/episodes.ts';
import { jobsOf } from '../../../src-main/store/jobs.ts';
import { modelsOf } from '../../../src-main/store/models.ts';
import { predictionsOf } from '../../../src-main/store/predictions.ts';
import { recordsOf } from '../../../src-main/store/records.ts';
import { settingsOf } from '../../../src-main/store/settings.ts';
import type { WriteDb } from '../../../src-main/store/table-group.ts';
import { addRecord, migrationsFolder, newRecord, temporaryFolder, temporaryWorkspace } from './simulated.ts';

/** Released migrations and their SHA-256: a line is added with each new one, never changed. */
const released: Record<string, string> = {
  '0001_workspace.sql': '375982f039135410f2f88a7ce649d5ef21b222c48387650ecbb95650e66cab7e',
  '0002_certainty.sql': 'bd316b558c76bf3980d2fb44833148faaf25d83551b22cf3f1200fdbb8803c14',
  '0003_signal_quality.sql': '721fff53db4e35f0df665e93b492f264cdcc3c3eedfcd5b727c84b9e58fc57df',
};

const refusalOf = (act: () => unknown): string => {
  try {
    act();
  } catch (cause) {
    if (cause instanceof WorkspaceRefused) return cause.reason;
    throw cause;
  }
  return 'opened';
};

const schemaOf = (db: Database.Database) =>
  db.prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name").all();

describe('migrations', () => {
  test('released ones are what they were', () => {
    const present = migrationsIn(migrationsFolder).map(({ name, sql }) => [
      name,
      createHash('sha256').update(sql).digest('hex'),
    ]);
    expect(Object.fromEntries(present)).toEqual(released);
    expect(present).toHaveLength(currentSchema);
  });

  test('0001 makes every table strict, named in the plural or as a projection', () => {
    const { db } = temporaryWorkspace();
    const tables = db.pragma('table_list') as { schema: string; name: string; strict: number }[];
    const ours = tables.filter(({ schema, name }) => schema === 'main' && !name.startsWith('sqlite_'));
    expect(ours.filter(({ strict }) => strict === 0)).toEqual([]);
    expect(ours.length).toBeGreaterThan(20);
    expect(db.pragma('foreign_key_check')).toEqual([]);
  });

  test('0002 keeps what was predicted, of whose certainty nothing is known, and every model with its card', () => {
    const folder = temporaryFolder();
    const db = new Database(join(folder, 'workspace.sqlite')) as WriteDb;
    migrate(db, folder, migrationsFolder, 1);
    db.exec(`
      INSERT INTO patients VALUES (1, 'p');
      INSERT INTO records (record_id, patient_id, name, signal_hash, sampling_hz, length_samples, leads, notes,
        is_simulated, source, imported_at_ms) VALUES (1, 1, '100', 's', 360, 1000, '[]', '[]', 0, '{}', 1);
      INSERT INTO prediction_runs VALUES (1, 1, 'a', 's', 1, 1);
      INSERT INTO predictions VALUES (1, 7, 0.5, 0.5, 0, 0, 0);
      INSERT INTO models VALUES (1, 'a', 'record', 'm', '1', NULL, 'accepted', 1, '{"markdown":"old"}');`);
    migrate(db, folder, migrationsFolder, 2);
    db.close();
    const { db: migrated, close } = openWorkspace(folder, { migrationsFolder });
    const { probabilities, disagreement, novelty } = predictionsOf(migrated).ofRun(1);
    expect([...probabilities, ...disagreement, ...novelty]).toEqual([0.5, 0.5, 0, 0, 0, NaN, NaN]);
    expect(recordsOf(migrated).list()[0].unlikeness).toBeNull();
    expect(modelsOf(migrated).byHash('a')?.card).toEqual({ markdown: 'old' });
    close();
  });

  test('0003 leaves the signal of records that are there unmeasured, without an episode', () => {
    const folder = temporaryFolder();
    const db = new Database(join(folder, 'workspace.sqlite')) as WriteDb;
    migrate(db, folder, migrationsFolder, 2);
    db.exec(`
      INSERT INTO patients VALUES (1, 'p');
      INSERT INTO records (record_id, patient_id, name, signal_hash, sampling_hz, length_samples, leads, notes,
        is_simulated, source, imported_at_ms) VALUES (1, 1, '100', 's', 360, 1000, '[]', '[]', 0, '{}', 1);`);
    migrate(db, folder, migrationsFolder, 3);
    db.close();
    const { db: migrated, close } = openWorkspace(folder, { migrationsFolder });
    const [{ recordId }] = recordsOf(migrated).list();
    expect([episodesOf(migrated).ofRecord(recordId), episodesOf(migrated).seconds(recordId)]).toEqual([[], []]);
    close();
  });

  test('a gap in the numbers is refused', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, '0001_a.sql'), '');
    writeFileSync(join(folder, '0003_c.sql'), '');
    expect(() => migrationsIn(folder)).toThrow('migration 2 is named 0003_c.sql');
  });

  test('an existing file is copied before it is migrated, and a broken migration leaves it as it was', () => {
    const workspace = temporaryWorkspace();
    const recordId = addRecord(workspace.db, '100', [10, 20]);
    workspace.close();
    const migrations = join(workspace.folder, 'migrations');
    mkdirSync(migrations);
    for (const { name } of migrationsIn(migrationsFolder))
      copyFileSync(join(migrationsFolder, name), join(migrations, name));
    const nextName = `${String(currentSchema + 1).padStart(4, '0')}_next.sql`;
    const file = join(workspace.folder, 'workspace.sqlite');
    const db = new Database(file) as WriteDb;

    writeFileSync(
      join(migrations, nextName),
      'CREATE TABLE extras (extra_id INTEGER PRIMARY KEY) STRICT; SELECT nonsense;',
    );
    expect(() => migrate(db, workspace.folder, migrations, currentSchema + 1)).toThrow('nonsense');
    expect(db.pragma('user_version', { simple: true })).toBe(currentSchema);
    expect(schemaOf(db)).not.toContainEqual(expect.objectContaining({ name: 'extras' }));

    writeFileSync(join(migrations, nextName), 'CREATE TABLE extras (extra_id INTEGER PRIMARY KEY) STRICT;');
    migrate(db, workspace.folder, migrations, currentSchema + 1);
    expect(db.pragma('user_version', { simple: true })).toBe(currentSchema + 1);
    expect(schemaOf(db)).toContainEqual(expect.objectContaining({ name: 'extras' }));
    db.close();

    const copy = new Database(join(workspace.folder, `workspace.v${currentSchema}.sqlite`), { readonly: true });
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(copy.prepare('SELECT record_id FROM records').pluck().all()).toEqual([recordId]);
    copy.close();
    expect(refusalOf(() => openWorkspace(workspace.folder, { migrationsFolder }))).toBe('newer');
    expect(refusalOf(() => openWorkspaceReadOnly(workspace.folder))).toBe('newer');
  });
});

describe('openWorkspace', () => {
  test('writes durably: WAL, full synchronisation, foreign keys', () => {
    const { db } = temporaryWorkspace();
    const pragma = (name: string) => db.pragma(name, { simple: true });
    expect([pragma('journal_mode'), pragma('synchronous'), pragma('foreign_keys')]).toEqual(['wal', 2, 1]);
  });

  test('keeps what was written for the next time', () => {
    const first = temporaryWorkspace();
    settingsOf(first.db).set('theme', { name: 'dark' });
    first.close();
    const second = openWorkspace(first.folder, { migrationsFolder });
    expect(settingsOf(second.db).all()).toEqual({ theme: { name: 'dark' } });
    second.close();
  });

  test('refuses a second writer, in this process and in another, and lets readers in', async () => {
    const { folder, db } = temporaryWorkspace();
    addRecord(db, '100', [10]);
    expect(refusalOf(() => openWorkspace(folder, { migrationsFolder }))).toBe('open-elsewhere');
    const program = `
      import { openWorkspace, openWorkspaceReadOnly } from ${JSON.stringify(new URL('../../../src-main/store/database.ts', import.meta.url).href)};
      const readable = openWorkspaceReadOnly(${JSON.stringify(folder)}).db.prepare('SELECT count(*) FROM records').pluck().get();
      try { openWorkspace(${JSON.stringify(folder)}, { migrationsFolder: ${JSON.stringify(migrationsFolder)} }); }
      catch (cause) { console.log(readable, cause.reason); }`;
    expect((await outputOf(program)).trim()).toBe('1 open-elsewhere');
    expect(db.prepare('SELECT count(*) FROM records').pluck().get()).toBe(1);
  });

  test('opens again once the writer is gone', () => {
    const first = temporaryWorkspace();
    first.close();
    const second = openWorkspace(first.folder, { migrationsFolder });
    second.close();
    expect(refusalOf(() => openWorkspace(first.folder, { migrationsFolder }).close())).toBe('opened');
  });

  test('a reader sees what the writer wrote and cannot write', () => {
    const { folder, db } = temporaryWorkspace();
    const reading = openWorkspaceReadOnly(folder);
    addRecord(db, '100', [10]);
    expect(recordsOf(reading.db).list()).toHaveLength(1);
    expect(() => reading.db.exec('DELETE FROM records')).toThrow('readonly');
    expect(Object.keys(recordsOf(reading.db))).not.toContain('add');
    reading.close();
  });

  test('can be read when nobody writes', () => {
    const first = temporaryWorkspace();
    addRecord(first.db, '100', [10]);
    first.close();
    const reading = openWorkspaceReadOnly(first.folder);
    expect(recordsOf(reading.db).list()).toHaveLength(1);
    reading.close();
  });

  test('refuses a database of another program and a folder without one', () => {
    const folder = temporaryFolder();
    expect(refusalOf(() => openWorkspaceReadOnly(folder))).toBe('missing');
    const foreign = new Database(join(folder, 'workspace.sqlite'));
    foreign.exec('CREATE TABLE notes (note TEXT)');
    foreign.close();
    expect(refusalOf(() => openWorkspace(folder, { migrationsFolder }))).toBe('not-a-workspace');
    expect(refusalOf(() => openWorkspaceReadOnly(folder))).toBe('not-a-workspace');
  });

  test('removes signal files that no record names and files that were never finished', () => {
    const first = temporaryWorkspace();
    const added = recordsOf(first.db).add({ ...newRecord('100'), signalHash: 'aa' });
    expect(added.ok).toBe(true);
    first.close();
    const signals = join(first.folder, 'signals');
    for (const name of ['aa.signal', 'bb.signal', 'cc.incoming']) writeFileSync(join(signals, name), 'x');
    openWorkspace(first.folder, { migrationsFolder }).close();
    expect(readdirSync(signals)).toEqual(['aa.signal']);
  });

  test('ends what ran when the program ended, with the reason', () => {
    const first = temporaryWorkspace();
    const job = { kind: 'import', subject: '100', recordId: null, startedAtMs: 1, detail: null };
    const running = jobsOf(first.db).add({ ...job, state: 'running' });
    const done = jobsOf(first.db).add({ ...job, state: 'running' });
    jobsOf(first.db).end(done, { state: 'done', sentence: '1 record', endedAtMs: 2 });
    first.close();
    const second = openWorkspace(first.folder, { migrationsFolder, clock: () => 7 });
    const ended = jobsOf(second.db)
      .list(10)
      .map(({ jobId, state, sentence, endedAtMs }) => ({ jobId, state, sentence, endedAtMs }));
    second.close();
    expect(ended).toEqual([
      { jobId: done, state: 'done', sentence: '1 record', endedAtMs: 2 },
      { jobId: running, state: 'failed', sentence: 'the program ended while it ran', endedAtMs: 7 },
    ]);
  });

  test('reports slow queries by name', () => {
    const slow: string[] = [];
    const folder = temporaryFolder();
    const workspace = openWorkspace(folder, { migrationsFolder, onSlowQuery: (name) => slow.push(name) });
    addRecord(
      workspace.db,
      '100',
      Array.from({ length: 30_000 }, (_, i) => i * 10),
    );
    workspace.close();
    expect(slow).toContain('records.add');
    expect(existsSync(join(folder, 'workspace.sqlite'))).toBe(true);
  });
});

/** What a program prints that Node runs from its text. */
function outputOf(program: string): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`ended with ${code}`))));
  });
}
