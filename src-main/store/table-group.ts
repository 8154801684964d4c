import type Database from 'better-sqlite3';

/** A workspace's database, for reading. */
export type ReadDb = Database.Database & { readonly __reads: true };
/** The one connection of a workspace that may write. */
export type WriteDb = ReadDb & { readonly __writes: true };

/** Told the name of each query that took longer than `slowQueryMs`, such as `records.list`. */
export type SlowQueryListener = (name: string, elapsedMs: number) => void;
export const slowQueryMs = 40;

const listeners = new WeakMap<ReadDb, SlowQueryListener>();
export const listenForSlowQueries = (db: ReadDb, listener: SlowQueryListener) => listeners.set(db, listener);

/** Reads and writes of a writer, reads alone of a reader. */
export interface TableGroup<Reads, Writes> {
  (db: WriteDb): Reads & Writes;
  (db: ReadDb): Reads;
}

/**
 * The functions of one group of tables, made once a connection so that their statements are prepared once,
 * each timed under its own name. Statements of `writes` are not even prepared on a reader's connection.
 */
export function tableGroup<Reads extends object, Writes extends object>(
  group: string,
  reads: (db: ReadDb) => Reads,
  writes: (db: WriteDb, reads: Reads) => Writes,
): TableGroup<Reads, Writes> {
  const made = new WeakMap<ReadDb, Reads & Writes>();
  return (db: ReadDb): Reads & Writes => {
    let functions = made.get(db);
    if (!functions) {
      const reading = reads(db);
      const writing = db.readonly ? {} : writes(db as WriteDb, reading);
      functions = timed(group, { ...reading, ...writing } as Reads & Writes, db);
      made.set(db, functions);
    }
    return functions;
  };
}

/** All writes of `act` land, or none; may be nested. Nothing may be awaited inside. */
export const atomically = <Value>(db: WriteDb, act: () => Value): Value => db.transaction(act).immediate();

function timed<Functions extends object>(group: string, functions: Functions, db: ReadDb): Functions {
  const entries = Object.entries(functions).map(([name, act]: [string, (...request: unknown[]) => unknown]) => [
    name,
    (...request: unknown[]) => {
      const startMs = performance.now();
      try {
        return act(...request);
      } finally {
        const elapsedMs = performance.now() - startMs;
        if (elapsedMs > slowQueryMs) listeners.get(db)?.(`${group}.${name}`, elapsedMs);
      }
    },
  ]);
  return Object.fromEntries(entries) as Functions;
}
