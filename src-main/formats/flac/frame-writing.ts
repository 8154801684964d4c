import { crc16, crc8 } from './checksums.ts';

/** Puts values of any number of bits into bytes, the highest bit first. */
class BitWriter {
  readonly bytes: number[] = [];
  #pending = 0;
  #pendingBits = 0;

  /** At most 32 bits; a value below 0 in two's complement. */
  put(value: number, bits: number): void {
    for (let left = bits; left > 0;) {
      const taken = Math.min(8 - this.#pendingBits, left);
      const part = Math.floor(value / 2 ** (left - taken)) & ((1 << taken) - 1);
      this.#pending = (this.#pending << taken) | part;
      this.#pendingBits += taken;
      left -= taken;
      if (this.#pendingBits < 8) continue;
      this.bytes.push(this.#pending);
      this.#pending = this.#pendingBits = 0;
    }
  }
  /** So many zeros, and a one. */
  unary(zeros: number): void {
    for (let left = zeros; left > 0; left -= 16) this.put(0, Math.min(16, left));
    this.put(1, 1);
  }
  alignToByte(): void {
    if (this.#pendingBits > 0) this.put(0, 8 - this.#pendingBits);
  }
}

const blockSizeInSixteenBits = 7;
/** The longest run of zeros that a residual is given before it is written as it stands. */
const maxUnary = 1 << 12;

/**
 * The bytes of one frame (grammar in `frame.ts`), each channel by itself: constant, or the fixed predictor that leaves
 * least with one Rice parameter, or as it stands where that is shorter.
 * @param number  of the frame, from 0.
 */
export function encodeFrame(channels: readonly Int32Array[], bits: number, number: number): Uint8Array {
  const out = new BitWriter();
  out.put(0b11111111111110, 14);
  out.put(0, 2);
  out.put(blockSizeInSixteenBits, 4);
  out.put(0, 4);
  out.put(channels.length - 1, 4);
  out.put(0, 4);
  putCodedNumber(out, number);
  out.put(channels[0].length - 1, 16);
  out.put(crc8(out.bytes, 0, out.bytes.length), 8);
  for (const samples of channels) putSubframe(out, samples, bits);
  out.alignToByte();
  out.put(crc16(out.bytes, 0, out.bytes.length), 16);
  return Uint8Array.from(out.bytes);
}

/** As UTF-8 codes a character, up to 31 bits. */
function putCodedNumber(out: BitWriter, number: number): void {
  if (number < 128) return out.put(number, 8);
  let more = 1;
  while (number >= 2 ** (6 * more + 6 - more)) more++;
  out.put(((0xff << (7 - more)) & 0xff) | Math.floor(number / 2 ** (6 * more)), 8);
  for (let m = more - 1; m >= 0; m--) out.put(0x80 | (Math.floor(number / 2 ** (6 * m)) & 63), 8);
}

function putSubframe(out: BitWriter, samples: Int32Array, bits: number): void {
  if (samples.every((sample) => sample === samples[0])) {
    out.put(0, 8);
    out.put(samples[0], bits);
    return;
  }
  const { order, residual } = bestFixed(samples);
  const parameter = riceParameter(residual);
  const riceBits = residual.reduce((sum, value) => sum + folded(value) / 2 ** parameter + 1 + parameter, 0);
  const longest = residual.reduce((most, value) => Math.max(most, folded(value) / 2 ** parameter), 0);
  if (riceBits > residual.length * bits || longest > maxUnary) {
    out.put(1 << 1, 8);
    for (const sample of samples) out.put(sample, bits);
    return;
  }
  out.put((8 + order) << 1, 8);
  for (let i = 0; i < order; i++) out.put(samples[i], bits);
  const isLong = parameter > 14;
  out.put(isLong ? 1 : 0, 2);
  out.put(0, 4);
  out.put(parameter, isLong ? 5 : 4);
  for (const value of residual) {
    const code = folded(value);
    out.unary(Math.floor(code / 2 ** parameter));
    out.put(code % 2 ** parameter, parameter);
  }
}

/** Signs in the lowest bit. */
const folded = (value: number): number => (value >= 0 ? 2 * value : -2 * value - 1);

/** Each fixed predictor is the difference of the one before it. */
function bestFixed(samples: Int32Array): { order: number; residual: number[] } {
  let residual = Array.from(samples);
  let best = { order: 0, residual, sum: sumOf(residual) };
  for (let order = 1; order <= 4 && order < samples.length; order++) {
    const before = residual;
    residual = before.slice(1).map((value, i) => value - before[i]);
    const sum = sumOf(residual);
    if (sum < best.sum) best = { order, residual, sum };
  }
  return best;
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + Math.abs(value), 0);

function riceParameter(residual: readonly number[]): number {
  const mean = (2 * sumOf(residual)) / residual.length;
  return Math.max(0, Math.min(30, Math.floor(Math.log2(Math.max(1, mean)))));
}
