export type ListName = 'queue' | 'beats' | 'errors' | 'noise';

/** Which parts of the screen are open; nothing here is worth an undo. */
export class Panels {
  list = $state<ListName>('queue');
  isGoingTo = $state(false);
  /** Whether a new episode of bad signal is asked for, or the current one is changed. */
  episodeAsked = $state<'add' | 'change'>();
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
