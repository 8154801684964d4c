const table = (bits: number, polynomial: number): Uint16Array =>
  Uint16Array.from({ length: 256 }, (_, byte) => {
    let sum = byte << (bits - 8);
    for (let b = 0; b < 8; b++) sum = sum & (1 << (bits - 1)) ? (sum << 1) ^ polynomial : sum << 1;
    return sum & (2 ** bits - 1);
  });
const table8 = table(8, 0x07);
const table16 = table(16, 0x8005);

/** Checksum of a frame's header. */
export function crc8(bytes: ArrayLike<number>, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum = table8[sum ^ bytes[i]];
  return sum;
}

/** Checksum of a whole frame. */
export function crc16(bytes: ArrayLike<number>, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum = ((sum << 8) & 0xffff) ^ table16[(sum >> 8) ^ bytes[i]];
  return sum;
}

/** Samples as their MD5 is made of: interleaved, in whole bytes, low byte first. */
export function interleaved(channels: readonly Int32Array[], bytesPerSample: number): Uint8Array {
  const bytes = new Uint8Array(channels.length * channels[0].length * bytesPerSample);
  for (const [c, samples] of channels.entries())
    for (let i = 0, at = c * bytesPerSample; i < samples.length; i++, at += channels.length * bytesPerSample)
      for (let b = 0; b < bytesPerSample; b++) bytes[at + b] = samples[i] >> (8 * b);
  return bytes;
}
