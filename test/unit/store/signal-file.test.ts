import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../src-main/domain/random.ts';
import { gapSample } from '../../../src-main/domain/record.ts';
import { pyramidFactor, samplesPerBin, tileBins, topLevel } from '../../../src-main/domain/signal-tile.ts';
import type { SignalHeader } from '../../../src-main/store/signal-file.ts';
import { openSignal } from '../../../src-main/store/signal-reader.ts';
import { createSignalWriter, publishSignal, removeSignal } from '../../../src-main/store/signal-writer.ts';
import { leadNamed, temporaryFolder } from './simulated.ts';

const folder = temporaryFolder();
mkdirSync(join(folder, 'signals'));

const headerOf = (leads: readonly Int32Array[]): SignalHeader => ({
  samplingHz: 250,
  lengthSamples: leads[0].length,
  leads: leads.map((_, i) => leadNamed(`V${i + 1}`)),
});

/** Writes and publishes leads in blocks of a size; gives the hash. */
function written(leads: readonly Int32Array[], blockSamples: number, header = headerOf(leads)): string {
  const writer = createSignalWriter(folder, header);
  for (let from = 0; from < leads[0].length; from += blockSamples)
    writer.append(leads.map((lead) => lead.subarray(from, from + blockSamples)));
  const { hash, incomingPath } = writer.finish();
  publishSignal(folder, incomingPath, hash);
  return hash;
}

/** A lead of random samples in a range, with stretches of gaps. */
function randomLead(seed: number, lengthSamples: number, range: number): Int32Array {
  const random = seededRandom(seed);
  const lead = Int32Array.from({ length: lengthSamples }, () => random.integer(2 * range + 1) - range);
  for (let gaps = random.integer(4); gaps > 0; gaps--) {
    const from = random.integer(lengthSamples + 1);
    lead.fill(gapSample, from, from + random.integer(3 * pyramidFactor ** (1 + random.integer(4))));
  }
  return lead;
}

const recording = fc.record({
  seed: fc.nat(),
  leads: fc.integer({ min: 1, max: 3 }),
  lengthSamples: fc.oneof(
    fc.nat(20),
    fc.constantFrom(tileBins - 1, tileBins, tileBins + 1, tileBins * pyramidFactor, tileBins * pyramidFactor + 1),
    fc.nat(70_000),
  ),
  range: fc.constantFrom(1, 2000, 32767, 32768, 2 ** 30),
  blockSamples: fc.integer({ min: 1, max: 9000 }),
});

describe('signal files', () => {
  test('give back what was written, gaps included, whatever the blocks, and bound every sample at every level', () => {
    fc.assert(
      fc.property(recording, ({ seed, leads: count, lengthSamples, range, blockSamples }) => {
        const leads = Array.from({ length: count }, (_, i) => randomLead(seed + i, lengthSamples, range));
        const hash = written(leads, Math.max(blockSamples, lengthSamples / 200));
        const signal = openSignal(folder, hash);
        try {
          expect(signal.header).toEqual(headerOf(leads));
          expect(signal.verify()).toBe(true);
          leads.forEach((lead, i) => expect(equal(signal.samples(i, 0, lengthSamples), lead)).toBe(true));
          const from = Math.floor(lengthSamples / 3);
          const to = Math.ceil(lengthSamples / 2);
          expect(equal(signal.samples(count - 1, from, to), leads[count - 1].subarray(from, to))).toBe(true);
          for (let level = 0; level <= topLevel(lengthSamples); level++) {
            const bins = Math.ceil(lengthSamples / samplesPerBin(level));
            for (let index = 0; index * tileBins < bins; index++) {
              const tile = signal.tile(level, index);
              const expected = leads.map((lead) => expectedTile(lead, level, index));
              expect(tile.leads.every((values, i) => equal(values, expected[i]))).toBe(true);
            }
          }
        } finally {
          signal.close();
        }
      }),
      { numRuns: 40 },
    );
  });

  test('keep small samples in 16 bits and widen when a late one does not fit', () => {
    const narrow = randomLead(1, 50_000, 32767);
    const wide = narrow.slice();
    wide[49_000] = -32768; // the value that stands for a gap in 16 bits
    const sizes = [narrow, wide].map((lead) => {
      const signal = openSignal(folder, written([lead], 5000));
      const { sizeBytes } = signal;
      expect(equal(signal.samples(0, 0, 50_000), lead)).toBe(true);
      signal.close();
      return sizeBytes;
    });
    expect(sizes[0]).toBeLessThan(50_000 * 2 * 1.3 + 1000);
    expect(sizes[1]).toBeGreaterThan(50_000 * 4);
  });

  test('have one hash a recording: samples, leads, gains and rate, but not the blocks it came in', () => {
    const lead = randomLead(5, 10_000, 1000);
    const header = headerOf([lead]);
    const other = lead.slice();
    other[9999]++;
    const hashes = [
      written([lead], 9999),
      written([other], 9999),
      written([lead], 9999, { ...header, samplingHz: 360 }),
      written([lead], 9999, { ...header, leads: [{ ...header.leads[0], gain: 100 }] }),
      written([lead], 9999, { ...header, leads: [{ ...header.leads[0], name: 'aVR' }] }),
    ];
    expect(new Set(hashes).size).toBe(5);
    expect(written([lead], 17)).toBe(hashes[0]);
    removeSignal(folder, hashes[0]);
    expect(() => openSignal(folder, hashes[0])).toThrow('ENOENT');
  });

  test('refuse stretches, tiles and leads that are not there', () => {
    const signal = openSignal(folder, written([randomLead(8, 5000, 9)], 5000));
    expect(() => signal.samples(0, 4000, 5001)).toThrow('samples [4000, 5001) of lead 0, there are 5000 of 1 leads');
    expect(() => signal.samples(1, 0, 1)).toThrow('lead 1');
    expect(() => signal.samples(0, -1, 1)).toThrow('[-1, 1)');
    expect(() => signal.tile(0, 2)).toThrow('no tile 2 of level 0');
    expect(() => signal.tile(2, 0)).toThrow('no tile 0 of level 2');
    signal.close();
  });

  test('refuse a length other than the header says, and blocks of unequal length', () => {
    const writer = createSignalWriter(folder, {
      samplingHz: 1,
      lengthSamples: 9,
      leads: [leadNamed('a'), leadNamed('b')],
    });
    expect(() => writer.append([new Int32Array(4), new Int32Array(5)])).toThrow('lead 1 has 5 samples');
    expect(() => writer.append([new Int32Array(4)])).toThrow('1 blocks for 2 leads');
    writer.append([new Int32Array(8), new Int32Array(8)]);
    expect(() => writer.finish()).toThrow('8 samples were appended, the header says 9');
    writer.abandon();
    writer.abandon();
    expect(readdirSync(join(folder, 'signals')).filter((name) => name.endsWith('.incoming'))).toEqual([]);
  });

  test('say when they are cut short, longer than they say, or changed', () => {
    const hash = written([randomLead(9, 20_000, 500)], 20_000);
    const path = join(folder, 'signals', `${hash}.signal`);
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.from([77, 3]), 0, 2, 1008);
    closeSync(file);
    const changed = openSignal(folder, hash);
    expect(changed.verify()).toBe(false);
    const { sizeBytes } = changed;
    changed.close();
    appendFileSync(path, 'x');
    expect(() => openSignal(folder, hash)).toThrow('do not end like a signal file');
    truncateSync(path, sizeBytes - 100);
    expect(() => openSignal(folder, hash)).toThrow('do not end like a signal file');
    truncateSync(path, 3);
    expect(() => openSignal(folder, hash)).toThrow('3 bytes');
  });

  test('stay as they are when the same recording is published again', () => {
    const lead = randomLead(12, 3000, 100);
    const hash = written([lead], 3000);
    expect(written([lead], 100)).toBe(hash);
    expect(existsSync(join(folder, 'signals', `${hash}.signal`))).toBe(true);
    expect(readdirSync(join(folder, 'signals')).filter((name) => name.endsWith('.incoming'))).toEqual([]);
  });
});

const equal = (a: Int32Array, b: Int32Array): boolean => a.length === b.length && a.every((value, i) => value === b[i]);

/** A tile straight from the samples: the definition, without the level below. */
function expectedTile(lead: Int32Array, level: number, index: number): Int32Array {
  const perBin = samplesPerBin(level);
  const part = lead.subarray(index * tileBins * perBin, (index + 1) * tileBins * perBin);
  if (level === 0) return part;
  const values = new Int32Array(Math.ceil(part.length / perBin) * 2);
  for (let bin = 0; bin * perBin < part.length; bin++) {
    const valid = part.subarray(bin * perBin, (bin + 1) * perBin).filter((sample) => sample !== gapSample);
    values[bin * 2] = valid.reduce((min, sample) => Math.min(min, sample), valid[0] ?? gapSample);
    values[bin * 2 + 1] = valid.reduce((max, sample) => Math.max(max, sample), valid[0] ?? gapSample);
  }
  return values;
}
