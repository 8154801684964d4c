/** Thrown where the bytes end within a value, or make no FLAC; the reader of the file says where. */
export class FlacBreach extends Error {}

/** Reads values of any number of bits from bytes, the highest bit of each byte first. */
export class BitReader {
  readonly #bytes: Uint8Array;
  /** In bits. */
  #at: number;
  readonly #end: number;
  constructor(bytes: Uint8Array, atByte: number) {
    this.#bytes = bytes;
    this.#at = atByte * 8;
    this.#end = bytes.length * 8;
  }

  /** The byte that holds the next bit. */
  get atByte(): number {
    return this.#at >>> 3;
  }

  /** At most 32 bits, without sign. */
  unsigned(bits: number): number {
    if (this.#at + bits > this.#end) throw new FlacBreach('the file ends within a frame');
    let value = 0;
    for (let left = bits; left > 0;) {
      const inByte = this.#at & 7;
      const taken = Math.min(8 - inByte, left);
      const part = (this.#bytes[this.#at >>> 3] >>> (8 - inByte - taken)) & ((1 << taken) - 1);
      value = value * (1 << taken) + part;
      this.#at += taken;
      left -= taken;
    }
    return value;
  }

  /** At most 33 bits, in two's complement. */
  signed(bits: number): number {
    const high = this.unsigned(1);
    const rest = bits > 1 ? this.unsigned(bits - 1) : 0;
    return high === 1 ? rest - 2 ** (bits - 1) : rest;
  }

  /** The number of zeros before the next one, which is read too. */
  unary(): number {
    let zeros = 0;
    for (;;) {
      if (this.#at >= this.#end) throw new FlacBreach('the file ends within a frame');
      const inByte = this.#at & 7;
      const rest = (this.#bytes[this.#at >>> 3] << inByte) & 0xff;
      if (rest !== 0) {
        const ahead = Math.clz32(rest) - 24;
        this.#at += ahead + 1;
        return zeros + ahead;
      }
      zeros += 8 - inByte;
      this.#at += 8 - inByte;
    }
  }

  alignToByte(): void {
    this.#at = (this.#at + 7) & ~7;
  }
}
