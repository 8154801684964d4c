import { grouped } from '../../domain/grouped.ts';
import type { ByteReader } from '../whole/byte-reader.ts';
import { decodeHuffman, type huffmanTrees } from './huffman.ts';
import type { ScpSection } from './sections.ts';

/* The data of sections 5 and 6: leads of 16-bit numbers or Huffman codes, which may be differences. */

export type Trees = ReturnType<typeof huffmanTrees> | undefined;

/** A lead's bytes are counted by 16 bits: of longer ones recorders keep the first 65 534 bytes. */
const mostLeadBytes = 65534;
/** Leads end at a whole byte, and some programs make their bytes even or divisible by four. */
const mostPaddingBytes = 3;

/** How the leads of section 5 or 6 are stored. */
export interface ScpCoding {
  readonly from: number;
  readonly length: number;
  readonly nvPerStep: number;
  readonly usPerSample: number;
  /** 0: the values themselves. */
  readonly differences: number;
  /** Of section 6 alone. */
  readonly isBimodal: boolean;
}

export function scpCoding(reader: ByteReader, { from, length }: ScpSection): ScpCoding {
  const nvPerStep = reader.u16(from, 'the scale');
  const usPerSample = reader.u16(from + 2, 'the time of a sample');
  const differences = reader.u8(from + 4, 'the kind of differences');
  const isBimodal = reader.u8(from + 5, 'the kind of compression') === 1;
  if (nvPerStep === 0) reader.refuse(from, 'a step of the samples is 0 nV');
  if (usPerSample === 0) reader.refuse(from + 2, 'a sample takes 0 microseconds');
  if (differences > 2)
    reader.refuse(from + 4, `samples are differences of order ${differences}; 0, 1 or 2 was expected`);
  return { from, length, nvPerStep, usPerSample, differences, isBimodal };
}

/**
 * The values of each lead.
 * @param counts   how many each lead has to have.
 * @param isExact  whether each lead's bytes have to hold them and nothing else; else a lead may go beyond what 16 bits
 *                 count, and gives as many as there are.
 */
export function codedLeads(
  reader: ByteReader,
  { from, length, differences }: ScpCoding,
  counts: readonly number[],
  trees: Trees,
  isExact: boolean,
): Int32Array[] {
  let at = from + 6 + 2 * counts.length;
  return counts.map((count, l) => {
    const ofBytes = from + 6 + 2 * l;
    const bytes = reader.u16(ofBytes, 'the bytes of a lead');
    const lead = `lead ${l + 1} has ${grouped(bytes)} bytes`;
    if (at + bytes > from + length) reader.refuse(at, `${lead}, more than its section has left`, 'truncated');
    const values = trees
      ? huffmanLead(reader, trees, { at, bytes, ofBytes }, count, isExact)
      : plainLead(reader, { at, bytes, ofBytes }, count, isExact, lead);
    at += bytes;
    return summed(values, differences);
  });
}

interface LeadBytes {
  readonly at: number;
  readonly bytes: number;
  /** Where their number is. */
  readonly ofBytes: number;
}

function plainLead(
  reader: ByteReader,
  { at, bytes, ofBytes }: LeadBytes,
  count: number,
  isExact: boolean,
  lead: string,
): Int32Array {
  const isCutByFormat = !isExact && bytes >= mostLeadBytes && bytes < 2 * count;
  if (bytes !== 2 * count && !isCutByFormat)
    reader.refuse(ofBytes, `${lead} and ${grouped(count)} samples need ${grouped(2 * count)}`);
  return Int32Array.from({ length: Math.min(count, bytes >> 1) }, (_, i) => reader.i16(at + 2 * i, 'a sample'));
}

function huffmanLead(
  reader: ByteReader,
  trees: NonNullable<Trees>,
  { at, bytes, ofBytes }: LeadBytes,
  count: number,
  isExact: boolean,
): Int32Array {
  // A code has one bit at least.
  if (count > 8 * bytes)
    reader.refuse(ofBytes, `${grouped(bytes)} bytes cannot hold the codes of ${grouped(count)} samples`, 'truncated');
  const { values, endBit } = decodeHuffman(reader, trees, at, bytes, count);
  const left = bytes - Math.ceil(endBit / 8);
  if (isExact && left > mostPaddingBytes)
    reader.refuse(
      at + bytes - left,
      `a lead’s ${grouped(count)} values end here and ${grouped(left)} bytes of it are left; its protected areas or its decimation are others than the file says`,
    );
  return values;
}

/** Differences of first or second order as values. */
function summed(values: Int32Array, order: number): Int32Array {
  if (order === 1) for (let i = 1; i < values.length; i++) values[i] += values[i - 1];
  if (order === 2) for (let i = 2; i < values.length; i++) values[i] += 2 * values[i - 1] - values[i - 2];
  return values;
}
