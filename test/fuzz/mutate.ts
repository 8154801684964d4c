import type { Random } from '../../src-main/domain/random.ts';

/** A damaged copy, and how it was damaged. */
export interface Mutation {
  readonly bytes: Buffer;
  /** Whether bytes are missing at the end and nothing else was done. */
  readonly isOnlyCut: boolean;
  readonly words: string;
}

const numbers = ['0', '-1', '1', '9', '255', '65536', '2147483648', '99999999999999999999', 'NaN', '1e308', '-0.5', ''];
const words = [':', '+', '/', '(', ')', '#', '~', '\n', ' ', '<', '>', '&', '"', '\0', '<!--', '&lt;', ']]>'];
const integers = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];
/** Half of all faults are among the first bytes: that is where lengths, counts and rates stand. */
const headerBytes = 1024;

/** One to three faults: bits, bytes taken out or put in, the end cut off, numbers and fields of lengths exchanged. */
export function mutate(original: Uint8Array, random: Random): Mutation {
  let bytes = Buffer.from(original);
  const done: string[] = [];
  for (let faults = 1 + random.integer(3); faults > 0 && bytes.length > 0; faults--) {
    const fault = faultNames[random.integer(faultNames.length)];
    const place = random.integer(2) === 0 ? Math.min(headerBytes, bytes.length) : bytes.length;
    const at = random.integer(place);
    bytes = Buffer.from(allFaults[fault](bytes, at, random));
    done.push(`${fault} at ${at}`);
  }
  return {
    bytes,
    isOnlyCut: done.length > 0 && done.every((fault) => fault.startsWith('cut')),
    words: done.join(', '),
  };
}

type Fault = (bytes: Buffer, at: number, random: Random) => Buffer;
const between = (bytes: Buffer, at: number, until: number, ...put: readonly Uint8Array[]): Buffer =>
  Buffer.concat([bytes.subarray(0, at), ...put, bytes.subarray(until)]);

const allFaults = {
  'bit turned': (bytes, at, random) => {
    bytes[at] ^= 1 << random.integer(8);
    return bytes;
  },
  'byte set': (bytes, at, random) => {
    bytes[at] = random.integer(256);
    return bytes;
  },
  'bytes taken out': (bytes, at, random) => between(bytes, at, at + 1 + random.integer(16)),
  'bytes put in': (bytes, at, random) =>
    between(
      bytes,
      at,
      at,
      Uint8Array.from({ length: 1 + random.integer(16) }, () => random.integer(256)),
    ),
  'bytes doubled': (bytes, at, random) => {
    const until = at + 1 + random.integer(64);
    return between(bytes, at, at, bytes.subarray(at, until));
  },
  'word put in': (bytes, at, random) => between(bytes, at, at, Buffer.from(words[random.integer(words.length)])),
  cut: (bytes, at) => bytes.subarray(0, at),
  'cut short': (bytes, _, random) => bytes.subarray(0, Math.max(0, bytes.length - 1 - random.integer(8))),
  'stretch filled': (bytes, at, random) =>
    bytes.fill(random.integer(2) * 255, at, Math.min(bytes.length, at + 1 + random.integer(32))),
  'two stretches exchanged': (bytes, at, random) => {
    const length = 1 << random.integer(4);
    const other = random.integer(bytes.length);
    const kept = Buffer.from(bytes.subarray(at, at + length));
    bytes.copy(bytes, at, other, other + length);
    kept.copy(bytes, other);
    return bytes;
  },
  'integer set': (bytes, at, random) => {
    const value = integers[random.integer(integers.length)];
    const size = [1, 2, 4][random.integer(3)];
    const from = at - (at % size);
    const written = Buffer.alloc(4);
    if (random.integer(2) === 0) written.writeUInt32LE(value);
    else written.writeUInt32BE((value << (8 * (4 - size))) >>> 0);
    written.copy(bytes, from, 0, size);
    return bytes;
  },
  'integer moved': (bytes, at, random) => {
    bytes[at] = (bytes[at] + 1 + random.integer(4) * 252 + random.integer(3)) & 0xff;
    return bytes;
  },
  'number exchanged': (bytes, at, random) => exchangeNumber(bytes, at, numbers[random.integer(numbers.length)]),
  'number changed': (bytes, at, random) => {
    const text = String(random.integer(1 << random.integer(31)));
    return exchangeNumber(bytes, at, random.integer(4) === 0 ? `-${text}` : text);
  },
} satisfies Record<string, Fault>;
const faultNames = Object.keys(allFaults) as (keyof typeof allFaults)[];

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57;

/** The next decimal number at or after `at` in another's place; where the file has none there, the first digit. */
function exchangeNumber(bytes: Buffer, at: number, by: string): Buffer {
  let from = at;
  while (from < bytes.length && !isDigit(bytes[from])) from++;
  if (from === bytes.length) return bytes;
  while (from > 0 && isDigit(bytes[from - 1])) from--;
  let until = from;
  while (isDigit(bytes[until])) until++;
  return between(bytes, from, until, Buffer.from(by));
}
