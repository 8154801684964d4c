import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type SignalTile, tileBins } from '../domain/signal-tile.ts';
import {
  type SignalHeader,
  SignalLayout,
  magic,
  parseFooter,
  readValues,
  signalFileName,
  signalHasher,
  signalsFolder,
  trailerBytes,
} from './signal-file.ts';

/** One recording's file, open; reads what is asked for and no more. */
export interface SignalReader {
  readonly header: SignalHeader;
  /** Size of the file. */
  readonly sizeBytes: number;
  /** A tile of all leads; levels and tiles beyond the record throw a RangeError. */
  tile(level: number, index: number): SignalTile;
  /** Digital samples of one lead in `[fromSample, toSample)`, which must lie in the record. */
  samples(lead: number, fromSample: number, toSample: number): Int32Array;
  /** Whether the samples are those the file is named by. Reads the whole file, a tile at a time. */
  verify(): boolean;
  close(): void;
}

/** @throws {RangeError} where the file is cut short or not a signal file; the system's error where there is none. */
export function openSignal(folder: string, hash: string): SignalReader {
  const file = openSync(join(folder, signalsFolder, signalFileName(hash)), 'r');
  try {
    return readerOf(file, hash);
  } catch (cause) {
    closeSync(file);
    throw cause;
  }
}

function readerOf(file: number, hash: string): SignalReader {
  const sizeBytes = fstatSync(file).size;
  const trailer = readBytes(file, Math.max(0, sizeBytes - trailerBytes), trailerBytes);
  if (trailer.length < trailerBytes || trailer.toString('latin1', 4) !== magic)
    throw new RangeError(`signal ${hash}: its ${sizeBytes} bytes do not end like a signal file`);
  const footerBytes = trailer.readUInt32LE(0);
  const footerStart = sizeBytes - trailerBytes - footerBytes;
  const { bytesPerValue, samplingHz, lengthSamples, leads } = parseFooter(
    readBytes(file, footerStart, footerBytes).toString('utf8'),
  );
  const layout = new SignalLayout(lengthSamples, leads.length, bytesPerValue);
  if (layout.endByte !== footerStart)
    throw new RangeError(`signal ${hash}: its values take ${footerStart} bytes, its footer says ${layout.endByte}`);
  const header: SignalHeader = { samplingHz, lengthSamples, leads };

  const readTile = (level: number, index: number): Int32Array[] =>
    leads.map((_, lead) => layout.read(file, level, index, lead));

  return {
    header,
    sizeBytes,
    tile: (level, index) => {
      if (!(level >= 0 && level <= layout.topLevel && index >= 0 && index < Math.max(1, layout.tilesOf(level))))
        throw new RangeError(`no tile ${index} of level ${level} in a record of ${lengthSamples} samples`);
      return { level, index, leads: readTile(level, index) };
    },
    samples: (lead, fromSample, toSample) => {
      if (!(lead in leads) || !(fromSample >= 0 && fromSample <= toSample && toSample <= lengthSamples))
        throw new RangeError(
          `samples [${fromSample}, ${toSample}) of lead ${lead}, there are ${lengthSamples} of ${leads.length} leads`,
        );
      const samples = new Int32Array(toSample - fromSample);
      for (let from = fromSample; from < toSample;) {
        const index = Math.floor(from / tileBins);
        const to = Math.min(toSample, (index + 1) * tileBins);
        const atByte = layout.startByte(0, index, lead) + (from - index * tileBins) * bytesPerValue;
        samples.set(readValues(file, atByte, to - from, bytesPerValue), from - fromSample);
        from = to;
      }
      return samples;
    },
    verify: () => {
      const hasher = signalHasher(header);
      for (let index = 0; index < layout.tilesOf(0); index++) hasher.update(readTile(0, index));
      return hasher.digest() === hash;
    },
    close: () => closeSync(file),
  };
}

function readBytes(file: number, atByte: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  return buffer.subarray(0, readSync(file, buffer, 0, bytes, atByte));
}
