/** Samples that can only be had from the first to the last, in lanes of equal length. */
export interface SampleStream {
  /** The next stretch of every lane; undefined after the last. */
  next(): Promise<readonly Int32Array[] | undefined>;
  close(): Promise<void>;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly lanes: readonly Int32Array[];
}

/**
 * Any part of such a stream. What was read is kept until a part after it is asked for; a step further back reads the
 * stream anew from its beginning.
 */
export class SequentialSamples {
  readonly #open: () => Promise<SampleStream>;
  #stream: SampleStream | undefined;
  #kept: Stretch[] = [];
  #to = 0;
  constructor(open: () => Promise<SampleStream>) {
    this.#open = open;
  }

  /** The lanes' samples [from, to), fewer where the stream ends before. */
  async read(from: number, to: number): Promise<readonly Int32Array[]> {
    if (from < (this.#kept[0]?.from ?? this.#to)) await this.close();
    this.#kept = this.#kept.filter((stretch) => stretch.to > from);
    while (this.#to < to) {
      const lanes = await this.#next();
      if (lanes === undefined) break;
      const stretch = { from: this.#to, to: this.#to + lanes[0].length, lanes };
      if (stretch.to > from) this.#kept.push(stretch);
      this.#to = stretch.to;
    }
    const last = Math.max(from, Math.min(to, this.#to));
    return (this.#kept[0]?.lanes ?? []).map((_, lane) => {
      const samples = new Int32Array(last - from);
      for (const stretch of this.#kept) {
        if (stretch.from >= last) break;
        const part = stretch.lanes[lane].subarray(Math.max(0, from - stretch.from), last - stretch.from);
        samples.set(part, Math.max(0, stretch.from - from));
      }
      return samples;
    });
  }

  /** Reads what is left, so that the stream can verify itself. */
  async finish(): Promise<void> {
    for (let lanes = await this.#next(); lanes !== undefined; lanes = await this.#next()) this.#to += lanes[0].length;
    this.#kept = [];
  }

  async close(): Promise<void> {
    await this.#stream?.close();
    this.#stream = undefined;
    this.#kept = [];
    this.#to = 0;
  }

  async #next(): Promise<readonly Int32Array[] | undefined> {
    this.#stream ??= await this.#open();
    return this.#stream.next();
  }
}
