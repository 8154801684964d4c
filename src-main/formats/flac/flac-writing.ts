import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { interleaved } from './checksums.ts';
import { encodeFrame } from './frame-writing.ts';

const blockSamples = 4096;
const mostChannels = 8;
/** STREAMINFO, after `fLaC` and the four bytes that say that it is the only block. */
const headerBytes = 42;

/** Writes a FLAC file (RFC 9639) of integers of 8, 16 or 24 bits; what `FlacReader` reads back is equal. */
export class FlacWriter {
  readonly #file: FileHandle;
  readonly #bits: number;
  readonly #rate: number;
  readonly #hash = createHash('md5');
  #pending: readonly Int32Array[];
  #frames = 0;
  #samples = 0;
  #shortest = Infinity;
  #longest = 0;

  /** @param rate  of the samples; FLAC holds whole numbers up to 655 350, and the nearest is written. */
  constructor(file: FileHandle, { channels, bits, rate }: { channels: number; bits: number; rate: number }) {
    if (channels < 1 || channels > mostChannels)
      throw new RangeError(`a FLAC file holds up to ${mostChannels} leads, not ${channels}`);
    this.#file = file;
    this.#bits = bits;
    this.#rate = Math.max(1, Math.min(655_350, Math.round(rate)));
    this.#pending = Array.from({ length: channels }, () => new Int32Array(0));
  }

  /** Adds samples, one array a channel, all of one length. */
  async write(channels: readonly Int32Array[]): Promise<void> {
    if (this.#samples === 0) await this.#file.writeFile(this.#header()); // its place; it is written again when whole
    this.#hash.update(interleaved(channels, Math.ceil(this.#bits / 8)));
    this.#samples += channels[0].length;
    const joined = this.#pending.map((before, c) => {
      const all = new Int32Array(before.length + channels[c].length);
      all.set(before);
      all.set(channels[c], before.length);
      return all;
    });
    const whole = joined[0].length - (joined[0].length % blockSamples);
    for (let from = 0; from < whole; from += blockSamples)
      await this.#frame(joined.map((lane) => lane.subarray(from, from + blockSamples)));
    this.#pending = joined.map((lane) => lane.slice(whole));
  }

  /** Writes what is left, and the lengths and the hash into the header. */
  async finish(): Promise<void> {
    if (this.#pending[0].length > 0) await this.#frame(this.#pending);
    await this.#file.write(this.#header(), 0, headerBytes, 0);
  }

  async #frame(channels: readonly Int32Array[]): Promise<void> {
    const bytes = encodeFrame(channels, this.#bits, this.#frames++);
    this.#shortest = Math.min(this.#shortest, bytes.length);
    this.#longest = Math.max(this.#longest, bytes.length);
    await this.#file.writeFile(bytes);
  }

  #header(): Buffer {
    const header = Buffer.alloc(headerBytes);
    header.write('fLaC', 'latin1');
    header.writeUInt32BE(0x80000000 + headerBytes - 8, 4);
    header.writeUInt16BE(blockSamples, 8);
    header.writeUInt16BE(blockSamples, 10);
    header.writeUIntBE(this.#longest > 0 ? this.#shortest : 0, 12, 3);
    header.writeUIntBE(this.#longest, 15, 3);
    const channels = this.#pending.length - 1;
    const lengthHigh = Math.floor(this.#samples / 2 ** 32);
    header.writeUInt32BE(this.#rate * 4096 + channels * 512 + (this.#bits - 1) * 16 + lengthHigh, 18);
    header.writeUInt32BE(this.#samples % 2 ** 32, 22);
    this.#hash.copy().digest().copy(header, 26);
    return header;
  }
}
