import { FormatError } from '../../../src-main/domain/format-error.ts';
import { seededRandom } from '../../../src-main/domain/random.ts';
import { mutate } from '../../fuzz/mutate.ts';

const random = seededRandom(2026);
/** Reads 300 damaged copies; gives how many were refused, and everything else that was thrown. */
export async function tried(bytes: Uint8Array, read: (damaged: Uint8Array) => Promise<unknown>) {
  const others: unknown[] = [];
  let refused = 0;
  for (let run = 0; run < 300; run++) {
    const thrown = await thrownBy(() => read(mutate(bytes, random).bytes));
    if (thrown instanceof FormatError) refused++;
    else if (thrown !== undefined) others.push(thrown);
  }
  return { others, refused };
}

/** What is thrown, or undefined. */
export async function thrownBy(act: () => Promise<unknown>): Promise<unknown> {
  return act().then(
    () => undefined,
    (cause: unknown) => cause,
  );
}
