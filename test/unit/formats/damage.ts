import { FormatError } from '../../../src-main/domain/format-error.ts';
import { seededRandom } from '../../../src-main/domain/random.ts';

const random = seededRandom(2026);
const interesting = [
  '0',
  '-1',
  '9',
  '99999999999999999999',
  'x',
  ':',
  '+',
  '/',
  '(',
  ')',
  '#',
  '~',
  '\n',
  ' ',
  'NaN',
  '1e308',
];

/** A copy with one to four faults: bytes changed, taken out, doubled or put in, or the end cut off. */
function damaged(bytes: Uint8Array): Uint8Array {
  let copy = Buffer.from(bytes);
  for (let faults = 1 + random.integer(4); faults > 0 && copy.length > 0; faults--) {
    const at = random.integer(copy.length);
    const until = at + 1 + random.integer(8);
    const inserted = [
      () => Buffer.of(random.integer(256)),
      () => Buffer.alloc(0),
      () => Buffer.concat([copy.subarray(at, until), copy.subarray(at, until)]),
      () => Buffer.from(interesting[random.integer(interesting.length)]),
      () => Buffer.concat([Buffer.from(interesting[random.integer(interesting.length)]), copy.subarray(at, until)]),
    ][random.integer(5)]();
    copy =
      random.integer(20) === 0
        ? copy.subarray(0, at)
        : Buffer.concat([copy.subarray(0, at), inserted, copy.subarray(until)]);
  }
  return copy;
}

/** Reads 300 damaged copies; gives how many were refused, and everything else that was thrown. */
export async function tried(bytes: Uint8Array, read: (damaged: Uint8Array) => Promise<unknown>) {
  const others: unknown[] = [];
  let refused = 0;
  for (let run = 0; run < 300; run++) {
    const thrown = await thrownBy(() => read(damaged(bytes)));
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
