import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from '../database.ts';
import { recordsOf } from '../records.ts';
import { incomingSuffix, signalFileName, signalsFolder } from '../signal-file.ts';
import { openSignal } from '../signal-reader.ts';
import type { ReadDb } from '../table-group.ts';
import { tallied, tallyKey } from '../tallies.ts';

/**
 * Looks whether a workspace is whole: the database's own checks, every signal against the hash it is named by, what is
 * counted ahead against what it counts, and that no work ended without a word. Reads all signals; changes nothing.
 * Asked of a program at rest: work under way is not yet whole.
 * @returns a sentence for each thing that is wrong; none where all is well.
 */
export function verifyWorkspace({ db, folder }: Workspace<ReadDb>): string[] {
  return [...brokenDatabase(db), ...brokenSignals(db, folder), ...brokenCounts(db), ...silentEnds(db)];
}

function brokenDatabase(db: ReadDb): string[] {
  const found = db.pragma('integrity_check') as { integrity_check: string }[];
  const references = db.pragma('foreign_key_check') as { table: string; parent: string }[];
  return [
    ...found.map((row) => row.integrity_check).filter((words) => words !== 'ok'),
    ...references.map(({ table, parent }) => `A row of ${table} names one of ${parent} that is not there.`),
  ];
}

function brokenSignals(db: ReadDb, folder: string): string[] {
  const hashes = recordsOf(db).signalHashes();
  const named = new Set(hashes.map(signalFileName));
  const signalFault = (hash: string): string[] => {
    if (!existsSync(join(folder, signalsFolder, signalFileName(hash)))) return [`The signal ${hash} is missing.`];
    try {
      const reader = openSignal(folder, hash);
      const isWhole = reader.verify();
      reader.close();
      return isWhole ? [] : [`The samples of signal ${hash} are not those it was named by.`];
    } catch (error) {
      return [`The signal ${hash} cannot be read: ${(error as Error).message}.`];
    }
  };
  // what an import that was cut off left behind is removed when the workspace is next opened
  const isLeftOver = (name: string) => name.endsWith(incomingSuffix);
  const left = readdirSync(join(folder, signalsFolder)).filter((name) => !named.has(name) && !isLeftOver(name));
  return [...hashes.flatMap(signalFault), ...left.map((name) => `The file ${name} belongs to no record.`)];
}

function brokenCounts(db: ReadDb): string[] {
  const kept = `SELECT ${tallyKey}, beats FROM beat_tallies WHERE beats > 0`;
  const counted = `SELECT * FROM (${tallied('true')})`;
  const differing = db.prepare<[], { record_id: number }>(
    `SELECT DISTINCT record_id FROM (SELECT * FROM (${kept} EXCEPT ${counted})
       UNION ALL SELECT * FROM (${counted} EXCEPT ${kept}))`,
  );
  return differing.all().map(({ record_id }) => `The beats of record ${record_id} are not as many as its counts say.`);
}

/** Work that neither runs on nor says how it ended, and predictions that were never finished. */
function silentEnds(db: ReadDb): string[] {
  const count = (query: string) => db.prepare<[], number>(`SELECT count(*) FROM ${query}`).pluck().get()!;
  const faults: [number, string][] = [
    [count(`jobs WHERE ended_at_ms IS NULL`), 'jobs have no end'],
    [count(`jobs WHERE state = 'failed' AND sentence = ''`), 'failed jobs do not say why'],
    [count(`training_runs WHERE state = 'running'`), 'training runs have no end'],
    [count(`training_runs WHERE state = 'failed' AND failure = ''`), 'failed training runs do not say why'],
    [count(`prediction_runs WHERE is_whole = 0`), 'predictions are not whole'],
  ];
  return faults.filter(([n]) => n > 0).map(([n, words]) => `${n} ${words}.`);
}
