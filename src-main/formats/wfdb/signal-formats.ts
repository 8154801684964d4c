/*
 * How WFDB packs digital samples into bytes: signal(5) of the WFDB Applications Guide.
 * Samples of all signals of a file follow one another frame by frame; some formats pack two or three
 * of them into one group of bytes. A further format is one entry here.
 */

/** One way to store samples. */
export interface SignalFormat {
  readonly samplesPerGroup: number;
  readonly bytesPerGroup: number;
  /** Bytes that the first n samples of a last, incomplete group take, for n = 1, 2 …; absent for groups of one. */
  readonly partialBytes?: readonly number[];
  /** The stored value that says there is no valid sample; absent where the format has no such value. */
  readonly invalid?: number;
  /** Lowest and highest valid sample. */
  readonly range: readonly [number, number];
  /** Whole groups to as many samples as `samples` holds. */
  decode(bytes: Uint8Array, samples: Int32Array): void;
  /** The reverse; `bytes` is zero before and holds whole groups. */
  encode(samples: Int32Array, bytes: Uint8Array): void;
}

const format16: SignalFormat = {
  samplesPerGroup: 1,
  bytesPerGroup: 2,
  invalid: -32768,
  range: [-32767, 32767],
  decode: (bytes, samples) => {
    for (let i = 0; i < samples.length; i++) samples[i] = ((bytes[2 * i] | (bytes[2 * i + 1] << 8)) << 16) >> 16;
  },
  encode: (samples, bytes) => {
    for (let i = 0; i < samples.length; i++) {
      bytes[2 * i] = samples[i];
      bytes[2 * i + 1] = samples[i] >> 8;
    }
  },
};

/** Two 12-bit samples in three bytes: low byte of the first, high four bits of second and first, low byte of the second. */
const format212: SignalFormat = {
  samplesPerGroup: 2,
  bytesPerGroup: 3,
  partialBytes: [2],
  invalid: -2048,
  range: [-2047, 2047],
  decode: (bytes, samples) => {
    for (let i = 0, at = 0; i < samples.length; i += 2, at += 3) {
      const middle = bytes[at + 1];
      samples[i] = ((bytes[at] | ((middle & 0x0f) << 8)) << 20) >> 20;
      if (i + 1 < samples.length) samples[i + 1] = ((bytes[at + 2] | ((middle & 0xf0) << 4)) << 20) >> 20;
    }
  },
  encode: (samples, bytes) => {
    for (let i = 0, at = 0; i < samples.length; i += 2, at += 3) {
      const second = i + 1 < samples.length ? samples[i + 1] : 0;
      bytes[at] = samples[i];
      bytes[at + 1] = ((samples[i] >> 8) & 0x0f) | ((second >> 4) & 0xf0);
      bytes[at + 2] = second;
    }
  },
};

export const signalFormats: ReadonlyMap<number, SignalFormat> = new Map([
  [16, format16],
  [212, format212],
]);

/** Bytes that this many samples of a file take, the last group as short as it may be. */
export function bytesOfSamples(format: SignalFormat, samples: number): number {
  const rest = samples % format.samplesPerGroup;
  const partial = rest === 0 ? 0 : format.partialBytes![rest - 1];
  return ((samples - rest) / format.samplesPerGroup) * format.bytesPerGroup + partial;
}

/** Whole samples in this many bytes. */
export function samplesInBytes(format: SignalFormat, bytes: number): number {
  const groups = Math.floor(bytes / format.bytesPerGroup);
  const partial = (format.partialBytes ?? []).filter((needed) => needed <= bytes % format.bytesPerGroup).length;
  return groups * format.samplesPerGroup + partial;
}
