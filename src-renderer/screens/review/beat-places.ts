/**
 * Where the beats of a record stand among all, by their ids. Ids rise with time but for beats that people added, so that
 * a day's are mostly found as they lie, without a table beside them.
 */
export class BeatPlaces {
  readonly #ids: Int32Array;
  /** Place of each id where they had to be put in order first. */
  readonly #places: Int32Array | undefined;

  /** @param beatIds  in order of time, no two alike. */
  constructor(beatIds: Int32Array) {
    if (isRising(beatIds)) this.#ids = beatIds;
    else {
      this.#places = Int32Array.from(beatIds.keys()).sort((a, b) => beatIds[a] - beatIds[b]);
      this.#ids = this.#places.map((place) => beatIds[place]);
    }
  }

  /** -1 where there is no such beat. */
  of = (beatId: number): number => {
    const ids = this.#ids;
    let [low, high] = [0, ids.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ids[middle] < beatId) low = middle + 1;
      else high = middle;
    }
    if (ids[low] !== beatId) return -1;
    return this.#places ? this.#places[low] : low;
  };
}

function isRising(ids: Int32Array): boolean {
  for (let i = 1; i < ids.length; i++) if (ids[i] <= ids[i - 1]) return false;
  return true;
}
