import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pyramidFactor, tileBins } from '../domain/signal-tile.ts';
import {
  type SignalHeader,
  SignalLayout,
  bytesOf,
  fits16Bits,
  footerOf,
  incomingSuffix,
  magic,
  makeNamesDurable,
  measuredFolder,
  readValues,
  signalFileName,
  signalHasher,
  signalsFolder,
  summaryOf,
} from './signal-file.ts';

/** Writes one recording beside the others; it is one of them only once it is published. */
export interface SignalWriter {
  /** The next samples of every lead, in the header's order and of equal length. */
  append(blocks: readonly Int32Array[]): void;
  /**
   * Builds the pyramid and hands the file to the disk.
   * @throws {RangeError} where more or fewer samples came than the header says.
   */
  finish(): { hash: string; incomingPath: string };
  /** Removes what was written; also after `finish`, as long as nothing was published. */
  abandon(): void;
}

/**
 * Starts a signal file in the workspace's folder. Holds one tile of each lead in memory, whatever the length.
 * Samples are kept in 16 bits as long as they fit; the first that does not widens what was written.
 */
export function createSignalWriter(folder: string, header: SignalHeader): SignalWriter {
  const { leads, lengthSamples } = header;
  if (leads.length === 0) throw new RangeError('a signal file needs a lead');
  const incomingPath = join(folder, signalsFolder, randomUUID() + incomingSuffix);
  const file = openSync(incomingPath, 'wx+');
  const hasher = signalHasher(header);
  const tile = leads.map(() => new Int32Array(tileBins));
  let bytesPerValue: 2 | 4 = 2;
  let tilesWritten = 0;
  let inTile = 0;
  let isOpen = true;
  write(file, Buffer.from(magic, 'latin1'), 0);

  const firstByteOf = (tileIndex: number) => magic.length + tileIndex * tileBins * leads.length * bytesPerValue;

  const flush = () => {
    const samples = tile.map((lead) => lead.subarray(0, inTile));
    hasher.update(samples);
    if (bytesPerValue === 2 && !samples.every(fits16Bits)) widen();
    const leadBytes = inTile * bytesPerValue;
    samples.forEach((lead, i) => write(file, bytesOf(lead, bytesPerValue), firstByteOf(tilesWritten) + i * leadBytes));
    tilesWritten++;
    inTile = 0;
  };

  /** In place, last tile first: a tile's wide place begins behind every narrow tile that is not yet moved. */
  const widen = () => {
    const valuesInTile = tileBins * leads.length;
    const narrowPlaces = Array.from({ length: tilesWritten }, (_, i) => firstByteOf(i));
    bytesPerValue = 4;
    for (let i = tilesWritten - 1; i >= 0; i--)
      write(file, bytesOf(readValues(file, narrowPlaces[i], valuesInTile, 2), 4), firstByteOf(i));
  };

  const writePyramid = (layout: SignalLayout) => {
    for (let level = 1; level <= layout.topLevel; level++)
      for (let index = 0; index < layout.tilesOf(level); index++)
        for (let lead = 0; lead < leads.length; lead++) {
          const summary = new Int32Array(layout.binsInTile(level, index) * 2);
          const first = index * pyramidFactor;
          for (let below = first; below < Math.min(first + pyramidFactor, layout.tilesOf(level - 1)); below++) {
            const values = layout.read(file, level - 1, below, lead);
            const at = (below - first) * (tileBins / pyramidFactor) * 2;
            summary.set(summaryOf(values, layout.valuesPerBin(level - 1)), at);
          }
          write(file, bytesOf(summary, bytesPerValue), layout.startByte(level, index, lead));
        }
  };

  const close = () => {
    if (isOpen) closeSync(file);
    isOpen = false;
  };

  return {
    append: (blocks) => {
      if (blocks.length !== leads.length) throw new RangeError(`${blocks.length} blocks for ${leads.length} leads`);
      const samples = blocks[0].length;
      blocks.forEach((block, lead) => {
        if (block.length !== samples)
          throw new RangeError(`lead ${lead} has ${block.length} samples in this block, lead 0 has ${samples}`);
      });
      for (let from = 0; from < samples;) {
        const taken = Math.min(tileBins - inTile, samples - from);
        tile.forEach((lead, i) => lead.set(blocks[i].subarray(from, from + taken), inTile));
        inTile += taken;
        from += taken;
        if (inTile === tileBins) flush();
      }
    },
    finish: () => {
      const appended = tilesWritten * tileBins + inTile;
      if (appended !== lengthSamples)
        throw new RangeError(`${appended} samples were appended, the header says ${lengthSamples}`);
      if (inTile > 0) flush();
      const layout = new SignalLayout(lengthSamples, leads.length, bytesPerValue);
      writePyramid(layout);
      const footer = Buffer.from(JSON.stringify(footerOf(header, bytesPerValue)), 'utf8');
      const footerBytes = Buffer.alloc(4);
      footerBytes.writeUInt32LE(footer.length);
      write(file, Buffer.concat([footer, footerBytes, Buffer.from(magic, 'latin1')]), layout.endByte);
      fsyncSync(file);
      close();
      return { hash: hasher.digest(), incomingPath };
    },
    abandon: () => {
      close();
      rmSync(incomingPath, { force: true });
    },
  };
}

/** Makes a finished file one of the workspace's, under its hash; a recording that is there already stays as it is. */
export function publishSignal(folder: string, incomingPath: string, hash: string): void {
  const path = join(folder, signalsFolder, signalFileName(hash));
  if (existsSync(path)) rmSync(incomingPath);
  else renameSync(incomingPath, path);
  makeNamesDurable(join(folder, signalsFolder));
}

/** Removes the signal file of a record that is no longer in the workspace, and what was measured of it. */
export function removeSignal(folder: string, hash: string): void {
  rmSync(join(folder, signalsFolder, signalFileName(hash)), { force: true });
  removeMeasured(folder, (name) => name.startsWith(hash));
}

/** Removes what was measured of recordings. @param isMeant  by the file's name. */
export function removeMeasured(folder: string, isMeant: (name: string) => boolean): void {
  const measured = join(folder, measuredFolder);
  if (!existsSync(measured)) return;
  for (const name of readdirSync(measured)) if (isMeant(name)) rmSync(join(measured, name), { force: true });
}

/** The whole of the bytes; a system may write fewer at once. */
function write(file: number, bytes: Uint8Array, atByte: number): void {
  for (let written = 0; written < bytes.length;)
    written += writeSync(file, bytes, written, bytes.length - written, atByte + written);
}
