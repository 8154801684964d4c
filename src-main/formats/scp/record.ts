import { basename } from 'node:path';
import { grouped } from '../../domain/grouped.ts';
import { gapSample } from '../../domain/record.ts';
import { inMillivolts } from '../millivolts.ts';
import { ByteReader } from '../whole/byte-reader.ts';
import { recordOfPieces, leadOfScale, readWholeFile, type Piece, type WholeRecord } from '../whole/whole-file.ts';
import { decodeHuffman, huffmanTrees, parseHuffmanTables } from './huffman.ts';
import { scpLeads, scpNotes, scpSections, subtractedBeats, type ScpLead, type ScpSection } from './sections.ts';

const maxBytes = 64 << 20;
const maxSamples = 1 << 27;
/** A lead's bytes are counted by 16 bits: of longer ones recorders keep the first 65 534 bytes. */
const mostLeadBytes = 65534;

/** Samples of section 5 or 6 before anything is put back into them. */
interface ScpSignals {
  readonly nvPerStep: number;
  readonly usPerSample: number;
  readonly isBimodal: boolean;
  readonly samples: Int32Array[];
}

type Trees = ReturnType<typeof huffmanTrees> | undefined;

/**
 * Opens an SCP-ECG file (layout in `sections.ts`): rhythm data plain or Huffman coded, with differences of first or
 * second order, and with the reference beat put back where it was subtracted.
 * @throws {FormatError} for a damaged file; for bimodal rhythm data, whose thinned stretches cannot be given back.
 */
export async function openScpRecord(path: string): Promise<WholeRecord> {
  const file = basename(path);
  const reader = new ByteReader(await readWholeFile(path, maxBytes), file);
  const sections = scpSections(reader);
  const section = (id: number, what: string): ScpSection =>
    sections.get(id) ?? reader.refuse(6, `the file has no section ${id}, which holds ${what}`, 'unsupported-format');
  const { leads, subtracts } = scpLeads(reader, section(3, 'the leads'));
  const huffman = sections.get(2);
  const trees: Trees = huffman && huffmanTrees(reader, huffman.from, parseHuffmanTables(reader, huffman.from));
  const lengthOf = ({ firstSample, lastSample }: ScpLead) => lastSample - firstSample + 1;
  const total = leads.reduce((sum, lead) => sum + lengthOf(lead), 0);
  if (total > maxSamples)
    reader.refuse(section(3, '').from, `it promises ${grouped(total)} samples, more than its bytes can hold`);
  const rhythmAt = section(6, 'the rhythm data');
  const rhythm = readSignals(reader, rhythmAt, leads.map(lengthOf), trees);
  if (subtracts && sections.has(5) && sections.has(4))
    addReferenceBeat(reader, rhythm, rhythmAt.from, section(4, ''), section(5, ''), leads, trees);
  const samplingHz = 1e6 / rhythm.usPerSample;
  const pieces: Piece[] = leads.map(({ name, firstSample }, l) => ({
    lead: inMillivolts(leadOfScale(name, 'nV', rhythm.nvPerStep)),
    fromSample: firstSample - 1,
    samples: rhythm.samples[l],
  }));
  const patient = sections.get(1);
  return recordOfPieces(path, pieces, {
    name: file.replace(/\.scp$/i, ''),
    samplingHz,
    notes: patient ? scpNotes(reader, patient) : [],
  });
}

function readSignals(
  reader: ByteReader,
  { from, length }: ScpSection,
  counts: readonly number[] | undefined,
  trees: Trees,
  leadCount = counts?.length ?? 0,
  referenceSamples = 0,
): ScpSignals {
  const nvPerStep = reader.u16(from, 'the scale');
  const usPerSample = reader.u16(from + 2, 'the time of a sample');
  const differences = reader.u8(from + 4, 'the kind of differences');
  const isBimodal = reader.u8(from + 5, 'the kind of compression') === 1;
  if (nvPerStep === 0) reader.refuse(from, 'a step of the samples is 0 nV');
  if (usPerSample === 0) reader.refuse(from + 2, 'a sample takes 0 microseconds');
  if (differences > 2)
    reader.refuse(from + 4, `samples are differences of order ${differences}; 0, 1 or 2 was expected`);
  const samples: Int32Array[] = [];
  let at = from + 6 + 2 * leadCount;
  for (let l = 0; l < leadCount; l++) {
    const bytes = reader.u16(from + 6 + 2 * l, 'the bytes of a lead');
    if (at + bytes > from + length)
      reader.refuse(at, `lead ${l + 1} has ${grouped(bytes)} bytes, more than its section has left`, 'truncated');
    const count = counts?.[l] ?? (trees ? referenceSamples : bytes / 2);
    const isCutByFormat = !trees && bytes >= mostLeadBytes && bytes < 2 * count;
    if (!trees && bytes !== 2 * count && !isCutByFormat)
      reader.refuse(
        from + 6 + 2 * l,
        `lead ${l + 1} has ${grouped(bytes)} bytes and ${grouped(count)} samples need ${grouped(2 * count)}`,
      );
    const values = trees
      ? decodeHuffman(reader, trees, at, bytes, boundedCount(reader, from + 6 + 2 * l, count, bytes))
      : Int32Array.from({ length: Math.min(count, bytes >> 1) }, (_, i) => reader.i16(at + 2 * i, 'a sample'));
    samples.push(withGaps(summed(values, differences), count));
    at += bytes;
  }
  return { nvPerStep, usPerSample, isBimodal, samples };
}

/** What a lead promises and the format has no room for is a gap. */
function withGaps(samples: Int32Array, count: number): Int32Array {
  if (samples.length === count) return samples;
  const filled = new Int32Array(count).fill(gapSample);
  filled.set(samples);
  return filled;
}

/** A code has one bit at least. */
function boundedCount(reader: ByteReader, at: number, count: number, bytes: number): number {
  if (count > 8 * bytes)
    reader.refuse(at, `${grouped(bytes)} bytes cannot hold the codes of ${grouped(count)} samples`, 'truncated');
  return count;
}

/** Differences of first or second order as samples. */
function summed(values: Int32Array, order: number): Int32Array {
  if (order === 1) for (let i = 1; i < values.length; i++) values[i] += values[i - 1];
  if (order === 2) for (let i = 2; i < values.length; i++) values[i] += 2 * values[i - 1] - values[i - 2];
  return values;
}

/** Adds the reference beat to every beat it was taken out of: those of type 0. */
function addReferenceBeat(
  reader: ByteReader,
  rhythm: ScpSignals,
  rhythmAt: number,
  ofBeats: ScpSection,
  ofReference: ScpSection,
  leads: readonly ScpLead[],
  trees: Trees,
): void {
  const { fiducial, beats } = subtractedBeats(reader, ofBeats);
  const usPerSample = reader.u16(ofReference.from + 2, 'the time of a sample');
  const lengthMs = reader.u16(ofBeats.from, 'the length of the reference beat');
  const length = Math.round((lengthMs * 1000) / Math.max(1, usPerSample));
  const reference = readSignals(reader, ofReference, undefined, trees, leads.length, length);
  if (rhythm.isBimodal || reference.usPerSample !== rhythm.usPerSample)
    reader.refuse(
      rhythmAt + 5,
      'its rhythm data are thinned out between the beats (bimodal compression), which is not read; export it without',
      'unsupported-format',
    );
  const scale = reference.nvPerStep / rhythm.nvPerStep;
  for (const { type, first, fiducial: at, last } of beats) {
    if (type !== 0) continue;
    if (first < 1 || last < first || last > leads[0].lastSample)
      reader.refuse(ofBeats.from, `a beat goes from sample ${grouped(first)} to ${grouped(last)}`);
    for (let l = 0; l < leads.length; l++) {
      const samples = rhythm.samples[l];
      const beat = reference.samples[l];
      for (let sample = first; sample <= last; sample++) {
        const inBeat = sample - at + fiducial - 1;
        const inLead = sample - leads[l].firstSample;
        const isThere = inBeat >= 0 && inBeat < beat.length && inLead >= 0 && inLead < samples.length;
        if (isThere && samples[inLead] !== gapSample) samples[inLead] += Math.round(beat[inBeat] * scale);
      }
    }
  }
}

/** Whether a file begins as SCP-ECG files do: with section 0, which from version 1.3 on says so itself. */
export function looksLikeScp(head: Uint8Array): boolean {
  if (head.length < 32) return false;
  const text = Buffer.from(head).toString('latin1', 16, 22);
  const id = head[8] | (head[9] << 8);
  return id === 0 && text === 'SCPECG';
}
