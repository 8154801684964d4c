import { longRun, type RunRules } from './run-rules.ts';
import type { RunLabel, RunSide } from './run-side.ts';

/** Searches one file for runs, forward only: each search goes on where the last one stopped. */
export class RunSearch {
  readonly #side: RunSide;
  readonly #rules: RunRules;
  /** Where the last flutter or fibrillation found ends; -1: it lasts to the end of the file. */
  #episodeEndSample = 0;

  constructor(side: RunSide, rules: RunRules) {
    this.#side = side;
    this.#rules = rules;
  }

  /** Length of the longest run in a window, both ends included: 0 to 5, 6 for more, or for an episode in it. */
  longestRun(fromSample: number, toSample: number): number {
    if (this.#episodeEndSample === -1 || this.#episodeEndSample > fromSample) return longRun;
    if (this.#side.hasEnded) return 0;
    while (this.#side.held.atSample < fromSample) {
      if (this.#side.look() === this.#rules.opens) {
        if (!this.#readToEpisodeEnd()) return longRun;
        if (this.#side.held.atSample > fromSample) {
          this.#episodeEndSample = this.#side.held.atSample;
          return longRun;
        }
      }
      if (!this.#readNext()) return 0;
    }
    return this.#countWithin(toSample);
  }

  #countWithin(toSample: number): number {
    const { beats, ends, opens, foreignOpens } = this.#rules;
    let [longest, length] = [0, 0];
    while (this.#side.held.atSample <= toSample) {
      const label = this.#side.look();
      if (beats.includes(label)) length = Math.min(length + 1, longRun);
      else if (label === opens) {
        if (this.#readToEpisodeEnd()) this.#episodeEndSample = this.#side.held.atSample;
        return longRun;
      } else if (label === foreignOpens || ends.includes(label)) {
        longest = Math.max(longest, length);
        length = 0;
      }
      if (!this.#readNext()) break;
    }
    return Math.max(longest, length);
  }

  #readNext(): boolean {
    this.#side.hasEnded = !this.#side.read();
    return !this.#side.hasEnded;
  }

  /** Reads to where the episode ends; false, and no end, where the file ends first. */
  #readToEpisodeEnd(): boolean {
    const last: readonly RunLabel[] = [this.#rules.closes, this.#rules.foreignOpens, 'U'];
    do {
      if (!this.#side.read()) {
        this.#episodeEndSample = -1;
        return false;
      }
    } while (!last.includes(this.#side.look()));
    return true;
  }
}
