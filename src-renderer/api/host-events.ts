import type { HostEvent } from '../../src-main/contract/events.ts';
import { decodeValue } from './client.ts';

/**
 * Listens to what the host announces, and again after a break, for as long as the page lives.
 * `onOpen` is called at each (re)connection: what was missed in between must be asked for.
 */
export async function listenToHost(
  onEvent: (event: HostEvent) => void,
  onOpen: () => void,
  onLost: () => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const response = await fetch('/api/events', { signal });
      if (!response.ok || !response.body) throw new Error(`events answered ${response.status}`);
      await readFrames(response.body, (value) => (value === null ? onOpen() : onEvent(value as HostEvent)));
    } catch {
      if (signal.aborted) return;
    }
    onLost();
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Frames: uint32 big-endian length, then one CBOR value. */
async function readFrames(body: ReadableStream<Uint8Array>, onValue: (value: unknown) => void): Promise<void> {
  const reader = body.getReader();
  let held = new Uint8Array(0);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const joined = new Uint8Array(held.length + value.length);
    joined.set(held);
    joined.set(value, held.length);
    let at = 0;
    while (joined.length - at >= 4) {
      const length = new DataView(joined.buffer, at).getUint32(0);
      if (joined.length - at < 4 + length) break;
      onValue(decodeValue(joined.subarray(at + 4, at + 4 + length)));
      at += 4 + length;
    }
    held = joined.slice(at);
  }
}
