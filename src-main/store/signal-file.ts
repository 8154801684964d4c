import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync } from 'node:fs';
import { type Lead, type RecordHeader, gapSample } from '../domain/record.ts';
import { pyramidFactor, tileBins, topLevel } from '../domain/signal-tile.ts';

/*
 * A signal file, `signals/<sha256>.signal`; all numbers little-endian, as on every machine the program runs on:
 *
 *   file    = magic level0 level1 … levelTop footer footerBytes:uint32 magic
 *   magic   = "RASIGNAL"
 *   level   = tile…                    as many as cover the record, the last one shorter
 *   tile    = lead…                    the bins of one lead together, in the header's order
 *   lead    = value{bins}              at level 0: the digital samples
 *           | (min max){bins}          at level k > 0: of the valid samples among 8^k
 *   value   = int16 | int32            one width for the whole file
 *   footer  = JSON of `SignalFooter`
 *
 * Everything has its place by arithmetic, so there is no index. The footer comes last: a file without one is not whole.
 */
export const magic = 'RASIGNAL';
/** Footer length and second magic. */
export const trailerBytes = 4 + magic.length;
const formatVersion = 1;

/** What a file says of itself beside the numbers. The record's name and notes are not in it. */
export type SignalHeader = Pick<RecordHeader, 'samplingHz' | 'lengthSamples'> & { readonly leads: readonly Lead[] };

export interface SignalFooter extends SignalHeader {
  readonly version: number;
  readonly bytesPerValue: 2 | 4;
}

export const footerOf = (header: SignalHeader, bytesPerValue: 2 | 4): SignalFooter => ({
  version: formatVersion,
  bytesPerValue,
  samplingHz: header.samplingHz,
  lengthSamples: header.lengthSamples,
  leads: header.leads,
});

/** @throws {RangeError} for a footer of another version or without what it must hold. */
export function parseFooter(text: string): SignalFooter {
  const footer = JSON.parse(text) as SignalFooter;
  if (footer.version !== formatVersion)
    throw new RangeError(`signal file of version ${footer.version}, this program reads ${formatVersion}`);
  return footer;
}

/** The gap of 16-bit files; a valid sample of this value makes a file 32 bits wide. */
const gapOf16Bits = -32768;

/** Whether every valid sample fits a 16-bit file beside its gap. */
export const fits16Bits = (samples: Int32Array): boolean =>
  samples.every((sample) => (sample > gapOf16Bits && sample <= 32767) || sample === gapSample);

/** Values as a file holds them. */
export function bytesOf(values: Int32Array, bytesPerValue: 2 | 4): Uint8Array {
  if (bytesPerValue === 4) return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const narrow = new Int16Array(values.length);
  for (let i = 0; i < values.length; i++) narrow[i] = values[i] === gapSample ? gapOf16Bits : values[i];
  return new Uint8Array(narrow.buffer);
}

/** Values as a file holds them, back in 32 bits with `gapSample` for gaps. */
export function readValues(file: number, atByte: number, values: number, bytesPerValue: 2 | 4): Int32Array {
  const bytes = new Uint8Array(values * bytesPerValue);
  const read = readSync(file, bytes, 0, bytes.length, atByte);
  if (read !== bytes.length)
    throw new RangeError(`signal file ends ${bytes.length - read} bytes early at byte ${atByte}`);
  if (bytesPerValue === 4) return new Int32Array(bytes.buffer);
  const narrow = new Int16Array(bytes.buffer);
  const wide = new Int32Array(values);
  for (let i = 0; i < values; i++) wide[i] = narrow[i] === gapOf16Bits ? gapSample : narrow[i];
  return wide;
}

/**
 * SHA-256 of what was recorded: rate, leads and samples, taken in tiles of `tileBins`, each lead of a tile after the
 * other in 32 bits. The same recording has the same hash whatever its file names, source format and width here.
 */
export function signalHasher({ samplingHz, leads }: SignalHeader) {
  const facts = leads.map(({ name, unit, gain, baseline, isCalibrated }) => [name, unit, gain, baseline, isCalibrated]);
  const hash = createHash('sha256').update(JSON.stringify([samplingHz, facts]) + '\n');
  return {
    /** One tile's samples of each lead. */
    update: (tile: readonly Int32Array[]): void => tile.forEach((samples) => hash.update(bytesOf(samples, 4))),
    digest: (): string => hash.digest('hex'),
  };
}

/** Where everything lies in a file of this length. */
export class SignalLayout {
  readonly topLevel: number;
  readonly lengthSamples: number;
  readonly leads: number;
  readonly bytesPerValue: 2 | 4;
  readonly #levelStart: number[];

  constructor(lengthSamples: number, leads: number, bytesPerValue: 2 | 4) {
    this.lengthSamples = lengthSamples;
    this.leads = leads;
    this.bytesPerValue = bytesPerValue;
    this.topLevel = topLevel(lengthSamples);
    this.#levelStart = [magic.length];
    for (let level = 0; level <= this.topLevel; level++)
      this.#levelStart.push(
        this.#levelStart[level] + this.binsOf(level) * this.valuesPerBin(level) * leads * bytesPerValue,
      );
  }

  /** Just behind the last level, where the footer starts. */
  get endByte(): number {
    return this.#levelStart[this.topLevel + 1];
  }

  valuesPerBin(level: number): 1 | 2 {
    return level === 0 ? 1 : 2;
  }

  binsOf(level: number): number {
    return Math.ceil(this.lengthSamples / pyramidFactor ** level);
  }

  tilesOf(level: number): number {
    return Math.ceil(this.binsOf(level) / tileBins);
  }

  /** Bins of one tile; 0 for a tile the level does not have. */
  binsInTile(level: number, index: number): number {
    return Math.max(0, Math.min(tileBins, this.binsOf(level) - index * tileBins));
  }

  /** First byte of one lead's values in a tile. */
  startByte(level: number, index: number, lead = 0): number {
    const binsBefore = index * tileBins * this.leads + lead * this.binsInTile(level, index);
    return this.#levelStart[level] + binsBefore * this.valuesPerBin(level) * this.bytesPerValue;
  }

  /** One lead's values of a tile. */
  read(file: number, level: number, index: number, lead: number): Int32Array {
    const values = this.binsInTile(level, index) * this.valuesPerBin(level);
    return readValues(file, this.startByte(level, index, lead), values, this.bytesPerValue);
  }
}

/**
 * Min and max, interleaved, of each `pyramidFactor` bins of a tile of the level below; gaps where no sample is valid.
 * @param valuesPerBin  of the level below: 1 for samples, 2 for min and max.
 */
export function summaryOf(below: Int32Array, valuesPerBin: 1 | 2): Int32Array {
  const bins = below.length / valuesPerBin;
  const summary = new Int32Array(Math.ceil(bins / pyramidFactor) * 2).fill(gapSample);
  for (let bin = 0; bin < bins; bin++) {
    const low = below[bin * valuesPerBin];
    if (low === gapSample) continue;
    const high = below[(bin + 1) * valuesPerBin - 1];
    const at = Math.floor(bin / pyramidFactor) * 2;
    if (summary[at] === gapSample || low < summary[at]) summary[at] = low;
    if (summary[at + 1] === gapSample || high > summary[at + 1]) summary[at + 1] = high;
  }
  return summary;
}

export const signalsFolder = 'signals';
/** What was measured of long recordings, in files that begin with the signal's hash; it can be made again. */
export const measuredFolder = 'measured';
/** Ends the name of a file that is not whole yet. */
export const incomingSuffix = '.incoming';
export const signalFileName = (hash: string): string => `${hash}.signal`;

/** Hands a file's bytes to the disk. */
export function makeDurable(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Hands a folder's names to the disk; Windows keeps them itself and cannot be asked. */
export function makeNamesDurable(folder: string): void {
  if (process.platform === 'win32') return;
  const names = openSync(folder, 'r');
  try {
    fsyncSync(names);
  } finally {
    closeSync(names);
  }
}
