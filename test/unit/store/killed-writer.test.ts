import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../src-main/domain/random.ts';
import { beatsOf } from '../../../src-main/store/beats.ts';
import { openWorkspace } from '../../../src-main/store/database.ts';
import { recordsOf } from '../../../src-main/store/records.ts';
import { addRecord, migrationsFolder, rowsOf, temporaryWorkspace } from './simulated.ts';

test('a writer killed at any instant loses no step that it said was kept', async () => {
  const { folder, db, close } = temporaryWorkspace();
  const samples = Array.from({ length: 2000 }, (_, i) => i * 100);
  for (const name of ['100', '101']) addRecord(db, name, samples);
  close();
  const random = seededRandom(11);
  let acknowledged = 0;
  for (let round = 0; round < 6; round++) {
    const printed = await stepsUntilKilled(folder, round, 30 + random.integer(300));
    const workspace = openWorkspace(folder, { migrationsFolder });
    try {
      const present = new Set(workspace.db.prepare('SELECT step_id FROM steps').pluck().all());
      expect(workspace.db.pragma('integrity_check', { simple: true })).toBe('ok');
      expect(workspace.db.pragma('foreign_key_check')).toEqual([]);
      expect(printed.filter((stepId) => stepId > 0 && !present.has(stepId))).toEqual([]);
      const before = rowsOf(workspace.db);
      for (const { recordId } of recordsOf(workspace.db).list()) beatsOf(workspace.db).rebuild(recordId);
      expect(rowsOf(workspace.db)).toEqual(before);
    } finally {
      workspace.close();
    }
    acknowledged += printed.length;
  }
  console.log(`${acknowledged} steps acknowledged in 6 killed runs`);
  expect(acknowledged).toBeGreaterThan(6);
});

/** Runs the editing program and kills it some milliseconds after its first step. @returns the steps it said were kept. */
function stepsUntilKilled(folder: string, seed: number, afterMs: number): Promise<number[]> {
  const program = new URL('random-steps.child.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program, folder, migrationsFolder, String(seed)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000, // a child that hangs is not left behind
    killSignal: 'SIGKILL',
  });
  let output = '';
  let errors = '';
  let timer: NodeJS.Timeout | undefined;
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    timer ??= setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (signal !== 'SIGKILL') reject(new Error(`the program ended by itself with ${code}: ${errors}`));
      // A line that the kill cut short says nothing.
      resolve(output.split('\n').slice(0, -1).map(Number));
    });
  });
}
