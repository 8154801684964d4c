import { FormatError, type FormatBreach } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';

/** Numbers and texts of a file that is in memory, low byte first; reading beyond the end is a refusal with the byte. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly file: string;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, file: string) {
    this.bytes = bytes;
    this.file = file;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  refuse(at: number, rule: string, kind: FormatBreach['kind'] = 'bad-header'): never {
    throw new FormatError({ file: this.file, where: `byte ${grouped(at)}`, rule, kind });
  }
  /** @throws {FormatError} unless these bytes are there. */
  expect(at: number, length: number, what: string): void {
    if (!(at >= 0 && length >= 0 && at + length <= this.bytes.length))
      this.refuse(
        Math.min(this.bytes.length, Math.max(0, at)),
        `${what} needs ${grouped(length)} bytes from byte ${grouped(at)} on and the file has ${grouped(this.bytes.length)}; copy it again from its source`,
        'truncated',
      );
  }
  u8(at: number, what: string): number {
    this.expect(at, 1, what);
    return this.bytes[at];
  }
  u16(at: number, what: string): number {
    this.expect(at, 2, what);
    return this.#view.getUint16(at, true);
  }
  i16(at: number, what: string): number {
    this.expect(at, 2, what);
    return this.#view.getInt16(at, true);
  }
  u32(at: number, what: string): number {
    this.expect(at, 4, what);
    return this.#view.getUint32(at, true);
  }
  i32(at: number, what: string): number {
    this.expect(at, 4, what);
    return this.#view.getInt32(at, true);
  }
  /** Text up to its first zero byte. */
  text(at: number, length: number, what: string): string {
    this.expect(at, length, what);
    return Buffer.from(this.bytes.subarray(at, at + length))
      .toString('latin1')
      .replace(/\0[\s\S]*$/, '')
      .trim();
  }
}

/** CRC-CCITT (polynomial 0x1021, first value 0xffff), as ISHNE and SCP-ECG have it. */
export function crcCcitt(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
    crc &= 0xffff;
  }
  return crc;
}
