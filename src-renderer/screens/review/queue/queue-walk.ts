import type { BeatId } from '../../../../src-main/domain/record.ts';
import type { Step } from '../beat-order.ts';

/**
 * The reader's way through a queue that is put in order anew after every label: on to the best beat that they have not
 * seen yet, wherever it stands by now, and back the way they came.
 */
export class QueueWalk {
  /** Beats that the reader has turned to or passed over. */
  readonly #seen = new Set<BeatId>();
  #trail: BeatId[] = [];
  #at = -1;

  /** Where the reader is, or was when they left the queue. */
  get here(): BeatId | undefined {
    return this.#trail[this.#at];
  }

  /** The reader turns to a beat of the queue: those before it they pass over. */
  visit(order: readonly BeatId[], beatId: BeatId): void {
    for (const before of order.slice(0, order.indexOf(beatId) + 1)) this.#seen.add(before);
    if (beatId === this.here) return;
    this.#trail = [...this.#trail.slice(0, this.#at + 1), beatId];
    this.#at = this.#trail.length - 1;
  }

  /**
   * The beat that is next, or that was last; where they had been once they have gone elsewhere. When all have been
   * passed over it begins anew.
   * @param order    beats that need somebody, the worthiest first.
   * @param current  what the reader looks at.
   * @param isThere  whether a beat has not been deleted.
   */
  step(
    order: readonly BeatId[],
    current: BeatId | undefined,
    step: Step,
    isThere: (beatId: BeatId) => boolean,
  ): BeatId | undefined {
    this.#forget(isThere);
    const { here } = this;
    if (here !== undefined && here !== current && (step < 0 || order.includes(here))) return here;
    const walked = this.#trail[this.#at + step];
    if (walked !== undefined) {
      this.#at += step;
      return walked;
    }
    return step > 0 ? this.#on(order, current) : this.#above(order, current);
  }

  #on(order: readonly BeatId[], current: BeatId | undefined): BeatId | undefined {
    let next = order.find((beatId) => !this.#seen.has(beatId));
    if (next === undefined) {
      this.#seen.clear();
      next = order.find((beatId) => beatId !== current);
    }
    if (next !== undefined) this.visit(order, next);
    return next;
  }

  /** Before the way begins there is what stands above. */
  #above(order: readonly BeatId[], current: BeatId | undefined): BeatId | undefined {
    const above = current === undefined ? undefined : order[order.indexOf(current) - 1];
    if (above === undefined) return undefined;
    this.#trail.unshift(above);
    this.#at = 0;
    return above;
  }

  #forget(isThere: (beatId: BeatId) => boolean): void {
    if (this.#trail.every(isThere)) return;
    this.#at = this.#trail.slice(0, this.#at + 1).filter(isThere).length - 1;
    this.#trail = this.#trail.filter(isThere);
  }
}
