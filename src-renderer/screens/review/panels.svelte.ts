export type ListName = 'queue' | 'beats' | 'errors';

/** Which parts of the screen are open; nothing here is worth an undo. */
export class Panels {
  list = $state<ListName>('queue');
  isGoingTo = $state(false);
  #isAlone = $state(false);
  #isHistoryOpen = $state(false);

  /** Whether the paper is alone on screen. */
  get isAlone() {
    return this.#isAlone;
  }
  get isHistoryOpen() {
    return this.#isHistoryOpen;
  }
  toggleAlone = () => {
    this.#isAlone = !this.#isAlone;
  };
  toggleHistory = () => {
    this.#isHistoryOpen = !this.#isHistoryOpen;
  };
}
