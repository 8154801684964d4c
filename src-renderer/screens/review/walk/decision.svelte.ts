import type { Review } from '../review.svelte.ts';

/** A label that waits for its reason, in a list whose labels each need one. */
export class Decision {
  readonly #review: Review;
  #symbol = $state('');
  why = $state('');

  readonly isReady = $derived(this.#symbol !== '' && this.why.trim() !== '');

  constructor(review: Review) {
    this.#review = review;
  }

  /** Empty while no label waits. */
  get symbol() {
    return this.#symbol;
  }
  /** The label is given once the reason is. */
  choose = (symbol: string) => {
    if (this.#review.selection.count > 0) this.#symbol = symbol;
  };
  cancel = () => {
    this.#symbol = '';
    this.why = '';
  };
  /** Labels the beat and goes on; without a reason it does nothing. */
  save = () => {
    if (!this.isReady) return;
    this.#review.editing.relabel(this.#symbol, this.why.trim());
    this.cancel();
    this.#review.parts.session.walk.step(1);
  };
}
