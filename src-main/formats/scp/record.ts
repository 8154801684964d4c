import { basename } from 'node:path';
import { grouped } from '../../domain/grouped.ts';
import { gapSample } from '../../domain/record.ts';
import { inMillivolts } from '../millivolts.ts';
import { ByteReader } from '../whole/byte-reader.ts';
import { recordOfPieces, leadOfScale, readWholeFile, type Piece, type WholeRecord } from '../whole/whole-file.ts';
import { codedLeads, scpCoding, type ScpCoding, type Trees } from './coded-leads.ts';
import { huffmanTrees, parseHuffmanTables } from './huffman.ts';
import {
  scpBeats,
  scpLeads,
  scpNotes,
  scpSections,
  type ScpBeat,
  type ScpBeats,
  type ScpLead,
  type ScpSection,
} from './sections.ts';
import { leapsAt, storedIn, stretchesOf, thickened } from './thinned.ts';

const maxBytes = 64 << 20;
const maxSamples = 1 << 27;
/** The standard decimates by 4; 1000 samples a second to 125 are the most that is known. */
const maxFactor = 8;

const lengthOf = ({ firstSample, lastSample }: ScpLead) => lastSample - firstSample + 1;

/**
 * Opens an SCP-ECG file (layout in `sections.ts`): rhythm data plain or Huffman coded, as they are or as differences of
 * first or second order, with the samples back that bimodal compression left out (`thinned.ts`), and with the reference
 * beat put back where it was subtracted.
 * @throws {FormatError} for a damaged file.
 */
export async function openScpRecord(path: string): Promise<WholeRecord> {
  const file = basename(path);
  const reader = new ByteReader(await readWholeFile(path, maxBytes), file);
  const sections = scpSections(reader);
  const section = (id: number, what: string): ScpSection =>
    sections.get(id) ?? reader.refuse(6, `the file has no section ${id}, which holds ${what}`, 'unsupported-format');
  const ofLeads = section(3, 'the leads');
  const { leads, subtracts } = scpLeads(reader, ofLeads);
  const huffman = sections.get(2);
  const trees: Trees = huffman && huffmanTrees(reader, huffman.from, parseHuffmanTables(reader, huffman.from));
  const total = leads.reduce((sum, lead) => sum + lengthOf(lead), 0);
  if (total > maxSamples)
    reader.refuse(ofLeads.from, `it promises ${grouped(total)} samples, more than its bytes can hold`);
  const rhythm = scpCoding(reader, section(6, 'the rhythm data'));
  const isReduced = subtracts || rhythm.isBimodal;
  const beats = isReduced
    ? scpBeats(reader, section(4, 'where the beats are that its rhythm data refer to'))
    : undefined;
  const reference = isReduced ? scpCoding(reader, section(5, 'the beat that its rhythm data refer to')) : undefined;
  const factor = reference ? factorOf(reader, rhythm, reference) : 1;
  const samples =
    beats && factor > 1
      ? thinnedLeads(reader, rhythm, leads, trees, {
          factor,
          beats,
          leaps: leapsAt(subtracts ? subtractedFrom(beats) : []),
        })
      : codedLeads(reader, rhythm, leads.map(lengthOf), trees, false).map((lead, l) =>
          withGaps(lead, lengthOf(leads[l])),
        );
  if (subtracts && beats && reference) addReferenceBeat(reader, { rhythm, reference, beats, leads, samples, trees });
  const pieces: Piece[] = leads.map(({ name, firstSample }, l) => ({
    lead: inMillivolts(leadOfScale(name, 'nV', rhythm.nvPerStep)),
    fromSample: firstSample - 1,
    samples: samples[l],
  }));
  const patient = sections.get(1);
  return recordOfPieces(path, pieces, {
    name: file.replace(/\.scp$/i, ''),
    samplingHz: (1e6 * factor) / rhythm.usPerSample,
    notes: patient ? scpNotes(reader, patient) : [],
  });
}

/** How many samples one value outside the protected areas stands for: what the reference beat's rate is to the rhythm's. */
function factorOf(reader: ByteReader, rhythm: ScpCoding, reference: ScpCoding): number {
  const factor = rhythm.usPerSample / reference.usPerSample;
  if (!Number.isInteger(factor) || factor > maxFactor)
    reader.refuse(
      rhythm.from + 2,
      `a value of the rhythm takes ${grouped(rhythm.usPerSample)} microseconds and a sample of the reference beat ${grouped(reference.usPerSample)}; as many or up to ${maxFactor} times as many were expected`,
    );
  return factor;
}

/** The beats that the reference beat was taken out of: those of type 0. */
const subtractedFrom = ({ beats }: ScpBeats): readonly ScpBeat[] => beats.filter(({ type }) => type === 0);

function thinnedLeads(
  reader: ByteReader,
  rhythm: ScpCoding,
  leads: readonly ScpLead[],
  trees: Trees,
  { factor, beats, leaps }: { factor: number; beats: ScpBeats; leaps: ReadonlySet<number> },
): Int32Array[] {
  const areas = beats.protectedAreas.toSorted((a, b) => a.firstSample - b.firstSample);
  const stretches = leads.map((lead) => stretchesOf(lead, areas));
  const counts = stretches.map((own) => storedIn(own, factor));
  return codedLeads(reader, rhythm, counts, trees, true).map((stored, l) =>
    thickened(stored, stretches[l], factor, leads[l], leaps),
  );
}

/** What a lead promises and the format has no room for is a gap. */
function withGaps(samples: Int32Array, count: number): Int32Array {
  if (samples.length === count) return samples;
  const filled = new Int32Array(count).fill(gapSample);
  filled.set(samples);
  return filled;
}

interface Subtraction {
  readonly rhythm: ScpCoding;
  readonly reference: ScpCoding;
  readonly beats: ScpBeats;
  readonly leads: readonly ScpLead[];
  readonly samples: readonly Int32Array[];
  readonly trees: Trees;
}

/** Adds the reference beat to every beat it was taken out of. */
function addReferenceBeat(reader: ByteReader, of: Subtraction): void {
  const { rhythm, reference, leads, samples: ofLeads, trees } = of;
  const { fiducial, lengthMs } = of.beats;
  const bytesOf = (l: number) => reader.u16(reference.from + 6 + 2 * l, 'the bytes of a lead');
  const length = Math.round((lengthMs * 1000) / reference.usPerSample);
  const counts = leads.map((_, l) => (trees ? length : bytesOf(l) >> 1));
  const references = codedLeads(reader, reference, counts, trees, false);
  const scale = reference.nvPerStep / rhythm.nvPerStep;
  const longest = Math.max(...leads.map(({ lastSample }) => lastSample));
  for (const { firstSample: first, fiducial: at, lastSample: last } of subtractedFrom(of.beats)) {
    if (first < 1 || last < first || last > longest)
      reader.refuse(of.beats.from, `a beat goes from sample ${grouped(first)} to ${grouped(last)}`);
    for (let l = 0; l < leads.length; l++) {
      const beat = references[l];
      const samples = ofLeads[l];
      const ofBeat = at - fiducial + 1; // the sample of the lead where the reference beat begins
      const from = Math.max(first, ofBeat, leads[l].firstSample);
      const until = Math.min(last + 1, ofBeat + beat.length, leads[l].lastSample + 1);
      for (let sample = from; sample < until; sample++) {
        const i = sample - leads[l].firstSample;
        if (samples[i] !== gapSample) samples[i] += Math.round(beat[sample - ofBeat] * scale);
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
