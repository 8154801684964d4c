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
  readonly bits: number;
  /** The stored value that says there is no valid sample; absent where the format has no such value. */
  readonly invalid?: number;
  /** Whether what is stored is each sample's difference from the one before it, the first from the initial value. */
  readonly isDifference?: boolean;
  /** Whole groups to as many samples as `samples` holds. */
  decode(bytes: Uint8Array, samples: Int32Array): void;
  /** The reverse; `bytes` is zero before and holds whole groups. Absent where the format is only read. */
  encode?(samples: Int32Array, bytes: Uint8Array): void;
}

/** A format of whole bytes a sample, the most negative value being the invalid one. */
function wholeBytes(
  bytesPerSample: number,
  read: (bytes: Uint8Array, at: number) => number,
  write: (bytes: Uint8Array, at: number, sample: number) => void,
): SignalFormat {
  return {
    samplesPerGroup: 1,
    bytesPerGroup: bytesPerSample,
    bits: bytesPerSample * 8,
    invalid: -(2 ** (bytesPerSample * 8 - 1)),
    decode: (bytes, samples) => {
      for (let i = 0, at = 0; i < samples.length; i++, at += bytesPerSample) samples[i] = read(bytes, at);
    },
    encode: (samples, bytes) => {
      for (let i = 0, at = 0; i < samples.length; i++, at += bytesPerSample) write(bytes, at, samples[i]);
    },
  };
}

/** Low byte first. */
const littleEndian = (bytes: Uint8Array, at: number, count: number, value: number) => {
  for (let b = 0; b < count; b++) bytes[at + b] = value >> (8 * b);
};

const format16 = wholeBytes(
  2,
  (bytes, at) => ((bytes[at] | (bytes[at + 1] << 8)) << 16) >> 16,
  (bytes, at, sample) => littleEndian(bytes, at, 2, sample),
);
const format24 = wholeBytes(
  3,
  (bytes, at) => ((bytes[at] << 8) | (bytes[at + 1] << 16) | (bytes[at + 2] << 24)) >> 8,
  (bytes, at, sample) => littleEndian(bytes, at, 3, sample),
);
const format32 = wholeBytes(
  4,
  (bytes, at) => bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24),
  (bytes, at, sample) => littleEndian(bytes, at, 4, sample),
);
/** 16 bits, high byte first. */
const format61 = wholeBytes(
  2,
  (bytes, at) => ((bytes[at + 1] | (bytes[at] << 8)) << 16) >> 16,
  (bytes, at, sample) => {
    bytes[at] = sample >> 8;
    bytes[at + 1] = sample;
  },
);
/** 8 bits, offset by 128. */
const format80 = wholeBytes(
  1,
  (bytes, at) => bytes[at] - 128,
  (bytes, at, sample) => (bytes[at] = sample + 128),
);
/** 16 bits, offset by 32 768. */
const format160 = wholeBytes(
  2,
  (bytes, at) => (bytes[at] | (bytes[at + 1] << 8)) - 32768,
  (bytes, at, sample) => littleEndian(bytes, at, 2, sample + 32768),
);

/** Differences of 8 bits. */
const format8: SignalFormat = {
  samplesPerGroup: 1,
  bytesPerGroup: 1,
  bits: 8,
  isDifference: true,
  decode: (bytes, samples) => {
    for (let i = 0; i < samples.length; i++) samples[i] = (bytes[i] << 24) >> 24;
  },
};

/** Two 12-bit samples in three bytes: low byte of the first, high four bits of second and first, low byte of the second. */
const format212: SignalFormat = {
  samplesPerGroup: 2,
  bytesPerGroup: 3,
  partialBytes: [2],
  bits: 12,
  invalid: -2048,
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

/** Three 10-bit samples in a 32-bit word, low byte first; `pack` and `unpack` say where in the word. */
function threeInAWord(
  partialBytes: readonly number[],
  unpack: (word: number) => readonly [number, number, number],
  pack: (first: number, second: number, third: number) => number,
): SignalFormat {
  return {
    samplesPerGroup: 3,
    bytesPerGroup: 4,
    partialBytes,
    bits: 10,
    invalid: -512,
    decode: (bytes, samples) => {
      for (let i = 0, at = 0; i < samples.length; i += 3, at += 4) {
        const word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
        const three = unpack(word);
        for (let s = 0; s < 3 && i + s < samples.length; s++) samples[i + s] = (three[s] << 22) >> 22;
      }
    },
    encode: (samples, bytes) => {
      const tenBits = (i: number) => (i < samples.length ? samples[i] & 0x3ff : 0);
      for (let i = 0, at = 0; i < samples.length; i += 3, at += 4)
        littleEndian(bytes, at, 4, pack(tenBits(i), tenBits(i + 1), tenBits(i + 2)));
    },
  };
}

/** Each half of the word holds a sample in bits 1 to 10 and half of the third sample in bits 11 to 15. */
const format310 = threeInAWord(
  [2, 4],
  (word) => [word >> 1, word >> 17, ((word >> 11) & 0x1f) | ((word >> 22) & 0x3e0)],
  (first, second, third) => (first << 1) | ((third & 0x1f) << 11) | (second << 17) | ((third & 0x3e0) << 22),
);
/** The samples follow one another from the lowest bit. */
const format311 = threeInAWord(
  [2, 3],
  (word) => [word, word >> 10, word >> 20],
  (first, second, third) => first | (second << 10) | (third << 20),
);

/** Samples in a FLAC file, a channel a signal; how they are stored is FLAC's own affair. */
export interface FlacFormat {
  readonly isFlac: true;
  readonly bits: number;
  readonly invalid: number;
}

const flacFormat = (bits: number): FlacFormat => ({ isFlac: true, bits, invalid: -(2 ** (bits - 1)) });

export const flacFormats: ReadonlyMap<number, FlacFormat> = new Map([
  [508, flacFormat(8)],
  [516, flacFormat(16)],
  [524, flacFormat(24)],
]);

/** The formats of whole groups of bytes. */
export const signalFormats: ReadonlyMap<number, SignalFormat> = new Map([
  [8, format8],
  [16, format16],
  [24, format24],
  [32, format32],
  [61, format61],
  [80, format80],
  [160, format160],
  [212, format212],
  [310, format310],
  [311, format311],
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
