import { createContext } from 'svelte';
import { HostFault } from '../api/client.ts';
import { shellText } from '../text/shell.ts';

export interface Message {
  readonly id: number;
  readonly text: string;
  readonly tone: 'said' | 'failed';
  /** What may be copied for whoever mends it; no patient data. */
  readonly details: string;
}

/** What the program last told its reader: one message a step, in the status line and read aloud politely. */
export class Messages {
  #current = $state.raw<Message>();
  #count = 0;

  get current() {
    return this.#current;
  }

  say = (text: string) => this.#put(text, 'said', '');

  /** Tells a failure: what happened, and the number its log line bears. */
  fail = (cause: unknown) => {
    // Whoever asked has left: an answer that nobody waits for is no failure.
    if (cause instanceof DOMException && cause.name === 'AbortError') return;
    const { text, details } = failureWords(cause);
    this.#put(text, 'failed', details);
  };

  dismiss = () => {
    this.#current = undefined;
  };

  /** Does something and tells the reader if it failed. @returns undefined where it failed. */
  attempt = async <Value>(work: () => Promise<Value>): Promise<Value | undefined> => {
    try {
      return await work();
    } catch (cause) {
      this.fail(cause);
      return undefined;
    }
  };

  #put(text: string, tone: Message['tone'], details: string) {
    this.#current = { id: ++this.#count, text, tone, details };
  }
}

function failureWords(cause: unknown): { text: string; details: string } {
  if (typeof cause === 'string') return { text: cause, details: cause };
  if (cause instanceof HostFault) {
    const { kind, message, logId } = cause.fault;
    return { text: message || shellText.unexpected, details: `${kind}: ${message} (${shellText.logNumber(logId)})` };
  }
  // What `fetch` throws when nobody answers.
  if (cause instanceof TypeError) return { text: shellText.unreachable, details: cause.message };
  const message = cause instanceof Error ? cause.message : String(cause);
  return { text: message || shellText.unexpected, details: message };
}

export const [useMessages, provideMessages] = createContext<Messages>();
