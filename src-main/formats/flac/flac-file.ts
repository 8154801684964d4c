import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { FormatError } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';
import { FlacBreach } from './bit-reader.ts';
import { interleaved } from './checksums.ts';
import { decodeFrame, type StreamFacts } from './frame.ts';

/*
 * FLAC files (RFC 9639): `fLaC`, metadata blocks of a type (7 bits, after one that marks the last), a length (24 bits)
 * and so many bytes, then frames. The first block tells the sizes, the number of samples and the MD5 of all of them.
 * This decoder is our own because integers must come back exactly and a breach be told by its byte, which decoders
 * made for listening do not give.
 */

export interface FlacFacts extends StreamFacts {
  /** Samples of each channel; undefined where the writer did not know. */
  readonly lengthSamples: number | undefined;
  /** Hash of all samples, interleaved, in whole bytes low byte first; undefined where the writer made none. */
  readonly md5: string | undefined;
  readonly framesFrom: number;
}

const streamInfoBytes = 34;
const chunkBytes = 1 << 18;

/**
 * Reads what a FLAC file says of itself.
 * @param from  byte at which it begins.
 * @throws {FormatError} where it is none.
 */
export async function readFlacFacts(path: string, from = 0): Promise<FlacFacts> {
  const refuse = (at: number, rule: string): never => {
    throw new FormatError({ file: basename(path), where: `byte ${grouped(at)}`, rule, kind: 'bad-header' });
  };
  const handle = await open(path);
  try {
    const take = async (at: number, length: number): Promise<Buffer> => {
      const bytes = Buffer.alloc(length);
      const { bytesRead } = await handle.read(bytes, 0, length, at);
      return bytesRead === length
        ? bytes
        : refuse(at + bytesRead, 'the file ends within its FLAC header; copy it again');
    };
    if ((await take(from, 4)).toString('latin1') !== 'fLaC')
      refuse(from, 'this is no FLAC: it does not begin with `fLaC`');
    let facts: Omit<FlacFacts, 'framesFrom'> | undefined;
    for (let at = from + 4; ;) {
      const head = (await take(at, 4)).readUInt32BE();
      const type = (head >>> 24) & 0x7f;
      const length = head & 0xffffff;
      if (facts === undefined && (type !== 0 || length !== streamInfoBytes))
        refuse(at, `the first block is of type ${type} and ${length} bytes; 0 and ${streamInfoBytes} were expected`);
      facts ??= streamInfo(await take(at + 4, streamInfoBytes));
      at += 4 + length;
      if (head >>> 31 === 1) return { ...facts, framesFrom: at };
    }
  } finally {
    await handle.close();
  }
}

function streamInfo(block: Buffer): Omit<FlacFacts, 'framesFrom'> {
  const packed = block.readUInt32BE(10); // rate 20, channels 3, bits 5, and the upper 4 of 36 bits of length
  const lengthSamples = (packed & 15) * 2 ** 32 + block.readUInt32BE(14);
  const md5 = block.toString('hex', 18, 34);
  return {
    maxBlockSamples: block.readUInt16BE(2),
    channels: ((packed >>> 9) & 7) + 1,
    bits: ((packed >>> 4) & 31) + 1,
    lengthSamples: lengthSamples === 0 ? undefined : lengthSamples,
    md5: /^0+$/.test(md5) ? undefined : md5,
  };
}

/** Gives the frames of a file one after the other, and after the last one compares the hash of all samples. */
export class FlacReader {
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #facts: FlacFacts;
  readonly #hash = createHash('md5');
  readonly #frameBytes: number;
  #bytes = Buffer.alloc(0);
  #at = 0;
  /** Byte of the file at which `#bytes` begins. */
  #bytesFrom: number;
  #isAtEnd = false;

  constructor(path: string, handle: FileHandle, facts: FlacFacts) {
    this.#file = basename(path);
    this.#handle = handle;
    this.#facts = facts;
    this.#bytesFrom = facts.framesFrom;
    // No frame has more than twice the bytes of its samples, stored as they are.
    this.#frameBytes = 64 + 2 * facts.maxBlockSamples * facts.channels * Math.ceil((facts.bits + 1) / 8);
  }

  /** The samples of the next frame, channel by channel; undefined after the last. */
  async next(): Promise<readonly Int32Array[] | undefined> {
    await this.#fill();
    if (this.#at === this.#bytes.length) {
      this.#verify();
      return undefined;
    }
    try {
      const { channels, end } = decodeFrame(this.#bytes, this.#at, this.#facts);
      this.#at = end;
      if (this.#facts.md5 !== undefined) this.#hash.update(interleaved(channels, Math.ceil(this.#facts.bits / 8)));
      return channels;
    } catch (cause) {
      if (cause instanceof FlacBreach) this.#refuse(cause.message);
      throw cause;
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #fill(): Promise<void> {
    while (!this.#isAtEnd && this.#bytes.length - this.#at < this.#frameBytes) {
      const more = Buffer.alloc(Math.max(chunkBytes, this.#frameBytes));
      const from = this.#bytesFrom + this.#bytes.length;
      const { bytesRead } = await this.#handle.read(more, 0, more.length, from);
      this.#isAtEnd = bytesRead === 0;
      this.#bytes = Buffer.concat([this.#bytes.subarray(this.#at), more.subarray(0, bytesRead)]);
      this.#bytesFrom += this.#at;
      this.#at = 0;
    }
  }

  #verify(): void {
    if (this.#facts.md5 !== undefined && this.#hash.copy().digest('hex') !== this.#facts.md5)
      this.#refuse(
        'the samples are not those that the FLAC file was made of: their MD5 is another',
        'checksum-mismatch',
      );
  }

  #refuse(rule: string, kind: 'truncated' | 'checksum-mismatch' = 'truncated'): never {
    const where = `byte ${grouped(this.#bytesFrom + this.#at)}`;
    throw new FormatError({ file: this.#file, where, rule: `${rule}; copy the file again from its source`, kind });
  }
}
