import type { HostEvent } from '../../contract/events.ts';

/** Announces to every listener; a slow or failing listener never holds the program up. */
export class EventHub {
  readonly #listeners = new Set<(event: HostEvent) => void>();

  announce = (event: HostEvent): void => {
    for (const listener of this.#listeners) listener(event);
  };

  /** @returns the act that ends listening. */
  listen(listener: (event: HostEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
