import { beatClasses, mostProbable, reviewClassMap } from '../domain/beat-class.ts';
import { type BeatTable, labelOrigins } from '../domain/beat.ts';
import type { BeatId, RecordId } from '../domain/record.ts';
import { beatsOf } from '../store/beats.ts';
import { type PredictionColumns, predictionsOf } from '../store/predictions.ts';
import type { ReadDb } from '../store/table-group.ts';
import { readColumns } from './in-slices.ts';

/** Records whose beats stay at hand: 3 MB for a day. */
const mostKept = 4;
const classes = beatClasses.length;
const byModel = labelOrigins.indexOf('model');

/**
 * Beats of the records that are being read, in columns that follow every write: a day's 100,000 beats are read from the
 * database once, in pieces, and not after each label. The columns belong to this store and change in place; whoever
 * keeps them across a pause copies them.
 */
export class KeptBeats {
  readonly #db: ReadDb;
  readonly #tables = new Map<RecordId, Promise<BeatTable>>();
  readonly #runs = new Map<number, Promise<PredictionColumns>>();
  /** Rises with every write: what was read in pieces around one is read again. */
  #writes = 0;

  constructor(db: ReadDb) {
    this.#db = db;
  }

  /** All beats of a record by rising sample, as they are now. */
  async of(recordId: RecordId): Promise<BeatTable> {
    for (;;) {
      const asked = recall(this.#tables, recordId, () => this.#read(recordId));
      const table = await asked;
      // Both checks in one turn with the answer: nothing can be written in between.
      if (this.#tables.get(recordId) !== asked) continue;
      if (table.beatId.length === 0) this.#tables.delete(recordId); // its beats may come without an edit
      if (table.revision === beatsOf(this.#db).revisionOf(recordId)) return table;
      this.forget(recordId);
    }
  }

  /** What a whole run of a model says of beats, by rising beat id; it never changes. */
  ofRun(runId: number): Promise<PredictionColumns> {
    return recall(this.#runs, runId, () =>
      readColumns(
        (last, limit) => predictionsOf(this.#db).sliceOfRun(runId, last?.beatIds.at(-1) ?? -1, limit),
        ({ beatIds }) => beatIds.length,
      ),
    );
  }

  /** An edit has changed what people say of these beats. @param movesBeats  or which beats there are, and where. */
  async edited(recordId: RecordId, revision: number, beatIds: readonly BeatId[], movesBeats: boolean): Promise<void> {
    this.#writes++;
    const asked = this.#tables.get(recordId);
    if (!asked) return;
    if (movesBeats) return this.forget(recordId);
    const table = await asked;
    if (this.#tables.get(recordId) !== asked || table.revision >= revision) return;
    if (table.revision !== revision - 1) return this.forget(recordId);
    const wanted = new Map(beatIds.map((beatId, place) => [beatId as number, place]));
    const news = beatsOf(this.#db).tableOf(beatIds, reviewClassMap);
    if (news.beatId.length !== wanted.size) return this.forget(recordId);
    let symbols = table.symbols;
    for (let i = 0; i < table.beatId.length; i++) {
      const place = wanted.get(table.beatId[i]);
      if (place === undefined) continue;
      table.label[i] = news.label[place];
      table.origin[i] = news.origin[place];
      table.flags[i] = news.flags[place];
      if (symbols[i] !== news.symbols[place])
        symbols = symbols.slice(0, i) + news.symbols[place] + symbols.slice(i + 1);
    }
    this.#tables.set(recordId, Promise.resolve({ ...table, revision, symbols }));
  }

  /** The model's shown opinion of some rows has been written. @param probabilities  row-major (row, class). */
  shown(table: BeatTable, rows: ArrayLike<number>, probabilities: Float32Array): void {
    this.#writes++;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      const own = probabilities.subarray(i * classes, (i + 1) * classes);
      table.probabilities.set(own, row * classes);
      if (table.origin[row] > byModel) continue; // a person's label stays
      table.label[row] = mostProbable(own);
      table.origin[row] = byModel;
    }
  }

  forget(recordId: RecordId): void {
    this.#writes++;
    this.#tables.delete(recordId);
  }

  async #read(recordId: RecordId): Promise<BeatTable> {
    const beats = beatsOf(this.#db);
    for (;;) {
      const writes = this.#writes;
      const revision = beats.revisionOf(recordId);
      const table = await readColumns<BeatTable>(
        (last, limit) => beats.tableSlice(recordId, last?.atSample.at(-1) ?? -1, limit, reviewClassMap),
        ({ beatId }) => beatId.length,
      );
      if (writes === this.#writes && revision === beats.revisionOf(recordId)) return { ...table, revision };
    }
  }
}

/** What was asked for last is kept; what failed is asked for again. */
function recall<Key, Value>(kept: Map<Key, Promise<Value>>, key: Key, make: () => Promise<Value>): Promise<Value> {
  const value = kept.get(key) ?? make();
  kept.delete(key);
  kept.set(key, value);
  value.catch(() => kept.delete(key));
  for (const oldest of kept.keys()) if (kept.size > mostKept) kept.delete(oldest);
  return value;
}
