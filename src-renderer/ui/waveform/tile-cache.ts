import type { SignalTile } from '../../../src-main/domain/signal-tile.ts';

export type LoadTile = (level: number, index: number) => Promise<SignalTile>;

/** A tile that the paper would like to have. */
export interface TileName {
  readonly level: number;
  readonly index: number;
}

const nameOf = ({ level, index }: TileName) => `${level}/${index}`;
const bytesOf = (tile: SignalTile) => tile.leads.reduce((sum, lead) => sum + lead.byteLength, 0);

/** Enough for two hours of three leads or half an hour of twelve, sample by sample. */
const defaultBudgetBytes = 32 * 2 ** 20;
/** So many that the host is never idle, so few that a wish of half a second ago is soon forgotten. */
const loadsAtOnce = 4;

/**
 * Tiles of one record, the longest unused given up first.
 * What is wished for is a list, most urgent first, that replaces the one before: a reader who drags through a day
 * of signal waits only for where they stop.
 */
export class TileCache {
  readonly #load: LoadTile;
  readonly #onload: () => void;
  readonly #onfail: (error: unknown, name: TileName) => void;
  readonly #budgetBytes: number;
  readonly #tiles = new Map<string, SignalTile>();
  readonly #loading = new Set<string>();
  readonly #failed = new Set<string>();
  #wished: readonly TileName[] = [];
  #bytes = 0;
  #isClosed = false;

  /** @param onload  called after a tile has come. @param onfail  called once for a tile that cannot be read. */
  constructor(
    load: LoadTile,
    onload: () => void,
    onfail: (error: unknown, name: TileName) => void,
    budgetBytes = defaultBudgetBytes,
  ) {
    this.#load = load;
    this.#onload = onload;
    this.#onfail = onfail;
    this.#budgetBytes = budgetBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The tile if it is here; it counts as used now. */
  peek(level: number, index: number): SignalTile | undefined {
    const name = nameOf({ level, index });
    const tile = this.#tiles.get(name);
    if (tile) {
      this.#tiles.delete(name);
      this.#tiles.set(name, tile);
    }
    return tile;
  }

  hasFailed(level: number, index: number): boolean {
    return this.#failed.has(nameOf({ level, index }));
  }

  /** Loads these, in their order, instead of what was wished for before. */
  wish(names: readonly TileName[]): void {
    this.#wished = names;
    this.#loadMore();
  }

  /** Forgets failures, so that a wish tries again. */
  retry(): void {
    this.#failed.clear();
    this.#loadMore();
  }

  close(): void {
    this.#isClosed = true;
    this.#wished = [];
    this.#tiles.clear();
    this.#bytes = 0;
  }

  #loadMore(): void {
    for (const wish of this.#wished) {
      if (this.#loading.size >= loadsAtOnce) return;
      const name = nameOf(wish);
      if (!this.#tiles.has(name) && !this.#loading.has(name) && !this.#failed.has(name)) void this.#fetch(wish, name);
    }
  }

  async #fetch(wish: TileName, name: string): Promise<void> {
    this.#loading.add(name);
    try {
      const tile = await this.#load(wish.level, wish.index);
      if (!this.#isClosed) this.#keep(name, tile);
    } catch (error) {
      this.#failed.add(name);
      if (!this.#isClosed) this.#onfail(error, wish);
    }
    this.#loading.delete(name);
    if (!this.#isClosed) this.#loadMore();
  }

  #keep(name: string, tile: SignalTile): void {
    this.#tiles.set(name, tile);
    this.#bytes += bytesOf(tile);
    for (const [oldName, old] of this.#tiles) {
      if (this.#bytes <= this.#budgetBytes || oldName === name) break;
      this.#tiles.delete(oldName);
      this.#bytes -= bytesOf(old);
    }
    this.#onload();
  }
}
