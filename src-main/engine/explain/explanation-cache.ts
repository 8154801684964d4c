/** What an explanation depends on: another model, position of a beat or method is another explanation. */
export interface ExplanationKey {
  readonly modelHash: string;
  /** Names the signal with all its beat positions. */
  readonly recording: string;
  readonly method: string;
}

/** Keeps explanations of beats, so that a beat is explained once; what was asked for longest ago goes first. */
export class ExplanationCache<Reasons extends { readonly beat: number }> {
  readonly #most: number;
  readonly #kept = new Map<string, Map<number, Reasons>>();

  /** @param most  beats kept, of all keys together. */
  constructor(most: number) {
    this.#most = most;
  }

  /** The explanations of these beats, in their order; `explain` is asked for those that are not there. */
  async get(
    { modelHash, recording, method }: ExplanationKey,
    beats: readonly number[],
    explain: (missing: readonly number[]) => Promise<readonly Reasons[]>,
  ): Promise<Reasons[]> {
    const key = `${modelHash} ${recording} ${method}`;
    const known = this.#kept.get(key) ?? new Map<number, Reasons>();
    const missing = [...new Set(beats)].filter((beat) => !known.has(beat));
    if (missing.length > 0) for (const reasons of await explain(missing)) known.set(reasons.beat, reasons);
    const answer = beats.map((beat) => known.get(beat)!);
    this.#kept.delete(key);
    this.#kept.set(key, known);
    this.#forget(key);
    return answer;
  }

  #forget(inUse: string) {
    let beats = 0;
    for (const kept of this.#kept.values()) beats += kept.size;
    for (const [key, kept] of this.#kept) {
      if (beats <= this.#most) return;
      if (key !== inUse || this.#kept.size === 1) {
        this.#kept.delete(key);
        beats -= kept.size;
      }
    }
  }
}
