/** Asks again for something that has changed: never twice at once, and once more when it changed meanwhile. */
export class Refresh {
  readonly #read: () => Promise<void>;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  constructor(read: () => Promise<void>) {
    this.#read = read;
  }

  /** @returns when an answer asked for after this call is there. */
  now = (): Promise<void> => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isStopped) return Promise.resolve();
    if (!this.#running) {
      this.#running = this.#read().finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.now();
    });
    return this.#next;
  };

  /** Within so many milliseconds; further calls until then add nothing. */
  soon = (ms: number): void => {
    this.#timer ??= setTimeout(() => void this.now(), ms);
  };

  /** Asks for nothing more: whoever wanted it is gone. */
  stop = (): void => {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  };
}
