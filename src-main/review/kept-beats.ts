import { beatClasses, mostProbable, reviewClassMap } from '../domain/beat-class.ts';
import { type BeatTable, labelOrigins } from '../domain/beat.ts';
import type { BeatId, RecordId } from '../domain/record.ts';
import { beatsOf } from '../store/beats.ts';
import { type PredictionColumns, predictionsOf } from '../store/predictions.ts';
import type { ReadDb } from '../store/table-group.ts';
import { readInSlices } from './in-slices.ts';

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
    return recall(this.#runs, runId, async () => {
      const pieces = await readInSlices<PredictionColumns & { readonly length: number }>((last, limit) => {
        const piece = predictionsOf(this.#db).sliceOfRun(runId, last?.beatIds.at(-1) ?? -1, limit);
        return { ...piece, length: piece.beatIds.length };
      });
      return {
        beatIds: joined(
          (length) => new Int32Array(length),
          pieces.map(({ beatIds }) => beatIds),
        ),
        probabilities: joined(
          (length) => new Float32Array(length),
          pieces.map(({ probabilities }) => probabilities),
        ),
        disagreement: joined(
          (length) => new Float32Array(length),
          pieces.map(({ disagreement }) => disagreement),
        ),
        novelty: joined(
          (length) => new Float32Array(length),
          pieces.map(({ novelty }) => novelty),
        ),
      };
    });
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
      const pieces = await readInSlices<BeatTable & { readonly length: number }>((last, limit) => {
        const piece = beats.tableSlice(recordId, last?.atSample.at(-1) ?? -1, limit, reviewClassMap);
        return { ...piece, length: piece.beatId.length };
      });
      if (writes !== this.#writes || revision !== beats.revisionOf(recordId)) continue;
      return {
        revision,
        beatId: joined(
          (length) => new Int32Array(length),
          pieces.map(({ beatId }) => beatId),
        ),
        atSample: joined(
          (length) => new Int32Array(length),
          pieces.map(({ atSample }) => atSample),
        ),
        label: joined(
          (length) => new Uint8Array(length),
          pieces.map(({ label }) => label),
        ),
        origin: joined(
          (length) => new Uint8Array(length),
          pieces.map(({ origin }) => origin),
        ),
        symbols: pieces.map(({ symbols }) => symbols).join(''),
        flags: joined(
          (length) => new Uint8Array(length),
          pieces.map(({ flags }) => flags),
        ),
        probabilities: joined(
          (length) => new Float32Array(length),
          pieces.map(({ probabilities }) => probabilities),
        ),
      };
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

function joined<Column extends Int32Array | Uint8Array | Float32Array>(
  make: (length: number) => Column,
  columns: readonly Column[],
): Column {
  const whole = make(columns.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const column of columns) {
    whole.set(column, at);
    at += column.length;
  }
  return whole;
}
