import { BitReader, FlacBreach } from './bit-reader.ts';
import { crc16, crc8 } from './checksums.ts';

/*
 * Frames of FLAC (RFC 9639, section 9), for signals of 4 to 24 bits: every integer comes back as it went in.
 *
 *   frame     = SYNC 15 · VARIABLE 1 · block size 4 · rate 4 · channels 4 · sample size 3 · 0
 *               · number, coded as UTF-8 · [ block size 8 | 16 ] · [ rate 8 | 16 ] · CRC-8
 *               { subframe } · CRC-16
 *   subframe  = 0 · kind 6 · [ wasted bits ] · ( CONSTANT | VERBATIM | FIXED order 0…4 | LINEAR order 1…32 )
 *   residual  = method 2 · partition order 4 · { Rice parameter 4 | 5 · values }
 */

/** What the stream says of all its frames. */
export interface StreamFacts {
  readonly channels: number;
  readonly bits: number;
  readonly maxBlockSamples: number;
}

export interface Frame {
  /** One array a channel. */
  readonly channels: readonly Int32Array[];
  /** The byte after the frame. */
  readonly end: number;
}

const syncCode = 0b111111111111100;
const sampleSizes = [undefined, 8, 12, undefined, 16, 20, 24, 32];

/**
 * Decodes the frame that begins at a byte.
 * @throws {FlacBreach} with what is wrong.
 */
export function decodeFrame(bytes: Uint8Array, at: number, facts: StreamFacts): Frame {
  const reader = new BitReader(bytes, at);
  if (reader.unsigned(15) !== syncCode) throw new FlacBreach('a frame was expected here and other bytes stand here');
  reader.unsigned(1);
  const sizeCode = reader.unsigned(4);
  const rateCode = reader.unsigned(4);
  const assignment = reader.unsigned(4);
  const bits = sampleSizes[reader.unsigned(3)] ?? facts.bits;
  reader.unsigned(1);
  skipCodedNumber(reader);
  const length = blockLength(reader, sizeCode);
  if (rateCode >= 12 && rateCode <= 14) reader.unsigned(rateCode === 12 ? 8 : 16);
  if (crc8(bytes, at, reader.atByte) !== reader.unsigned(8))
    throw new FlacBreach('the checksum of the frame’s header is wrong');
  const channelCount = assignment < 8 ? assignment + 1 : 2;
  if (assignment > 10 || channelCount !== facts.channels || bits !== facts.bits || length > facts.maxBlockSamples)
    throw new FlacBreach(
      `the frame has ${channelCount} channels of ${bits} bits and ${length} samples, and the file says ` +
        `${facts.channels} of ${facts.bits} bits and at most ${facts.maxBlockSamples}`,
    );

  const channels = Array.from({ length: channelCount }, (_, channel) => {
    const isSide = assignment === 9 ? channel === 0 : (assignment === 8 || assignment === 10) && channel === 1;
    return decodeSubframe(reader, length, isSide ? bits + 1 : bits);
  });
  joinStereo(channels, assignment);
  reader.alignToByte();
  const sumAt = reader.atByte;
  if (reader.unsigned(16) !== crc16(bytes, at, sumAt)) throw new FlacBreach('the checksum of the frame is wrong');
  return { channels, end: sumAt + 2 };
}

function blockLength(reader: BitReader, code: number): number {
  if (code === 1) return 192;
  if (code >= 2 && code <= 5) return 576 << (code - 2);
  if (code === 6) return reader.unsigned(8) + 1;
  if (code === 7) return reader.unsigned(16) + 1;
  if (code >= 8) return 256 << (code - 8);
  throw new FlacBreach('the frame has a block size that is reserved');
}

/** The number of the frame or of its first sample; the order of frames is that of the file. */
function skipCodedNumber(reader: BitReader): void {
  let first = reader.unsigned(8);
  for (; first & 0x80 && first & 0x40; first = (first << 1) & 0xff) reader.unsigned(8);
}

/** Left and right from a sum or difference of both. */
function joinStereo([first, second]: Int32Array[], assignment: number): void {
  if (assignment === 8) for (let i = 0; i < first.length; i++) second[i] = first[i] - second[i];
  else if (assignment === 9) for (let i = 0; i < first.length; i++) first[i] += second[i];
  else if (assignment === 10)
    for (let i = 0; i < first.length; i++) {
      const sum = first[i] * 2 + (second[i] & 1);
      first[i] = (sum + second[i]) >> 1;
      second[i] = (sum - second[i]) >> 1;
    }
}

function decodeSubframe(reader: BitReader, length: number, withWasted: number): Int32Array {
  if (reader.unsigned(1) !== 0) throw new FlacBreach('a subframe begins with a one');
  const kind = reader.unsigned(6);
  const wasted = reader.unsigned(1) === 1 ? reader.unary() + 1 : 0;
  const bits = withWasted - wasted;
  if (bits < 1) throw new FlacBreach(`a subframe of ${withWasted} bits says that ${wasted} of them are not used`);
  const samples = new Int32Array(length);
  if (kind === 0) samples.fill(reader.signed(bits));
  else if (kind === 1) for (let i = 0; i < length; i++) samples[i] = reader.signed(bits);
  else if (kind >= 8 && kind <= 12) decodeFixed(reader, samples, kind - 8, bits);
  else if (kind >= 32) decodeLinear(reader, samples, kind - 31, bits);
  else throw new FlacBreach(`a subframe is of kind ${kind}, which is reserved`);
  if (wasted > 0) for (let i = 0; i < length; i++) samples[i] <<= wasted;
  return samples;
}

function readWarmUp(reader: BitReader, samples: Int32Array, order: number, bits: number): void {
  if (order > samples.length) throw new FlacBreach(`a predictor of order ${order} has ${samples.length} samples`);
  for (let i = 0; i < order; i++) samples[i] = reader.signed(bits);
}

/** Coefficients of the fixed predictors, the nearest sample first. */
const fixedCoefficients = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]];

function decodeFixed(reader: BitReader, samples: Int32Array, order: number, bits: number): void {
  readWarmUp(reader, samples, order, bits);
  readResidual(reader, samples, order);
  predict(samples, fixedCoefficients[order], 0);
}

function decodeLinear(reader: BitReader, samples: Int32Array, order: number, bits: number): void {
  readWarmUp(reader, samples, order, bits);
  const precision = reader.unsigned(4) + 1;
  if (precision === 16) throw new FlacBreach('a linear predictor has a precision that is reserved');
  const shift = reader.signed(5);
  if (shift < 0) throw new FlacBreach('a linear predictor has a shift below 0');
  const coefficients = Array.from({ length: order }, () => reader.signed(precision));
  readResidual(reader, samples, order);
  predict(samples, coefficients, shift);
}

/** Adds the prediction to the residuals that stand in its place. Sums may pass 32 bits and are exact below 2^53. */
function predict(samples: Int32Array, coefficients: readonly number[], shift: number): void {
  const order = coefficients.length;
  const divisor = 2 ** shift;
  for (let i = order; i < samples.length; i++) {
    let sum = 0;
    for (let c = 0; c < order; c++) sum += coefficients[c] * samples[i - 1 - c];
    samples[i] += Math.floor(sum / divisor);
  }
}

/** Rice-coded residuals, in partitions of their own parameter each. */
function readResidual(reader: BitReader, samples: Int32Array, order: number): void {
  const method = reader.unsigned(2);
  if (method > 1) throw new FlacBreach('the residual is coded by a method that is reserved');
  const parameterBits = method === 0 ? 4 : 5;
  const escape = 2 ** parameterBits - 1;
  const partitions = 1 << reader.unsigned(4);
  const perPartition = samples.length / partitions;
  if (!Number.isInteger(perPartition) || perPartition < order)
    throw new FlacBreach(`${samples.length} samples cannot be parted into ${partitions}`);
  for (let p = 0, i = order; p < partitions; p++) {
    const to = (p + 1) * perPartition;
    const parameter = reader.unsigned(parameterBits);
    if (parameter === escape) {
      const bits = reader.unsigned(5);
      for (; i < to; i++) samples[i] = bits === 0 ? 0 : reader.signed(bits);
    } else
      for (; i < to; i++) {
        const folded = reader.unary() * 2 ** parameter + reader.unsigned(parameter);
        samples[i] = folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
      }
  }
}
