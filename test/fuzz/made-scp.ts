import { crcCcitt } from '../../src-main/formats/whole/byte-reader.ts';
import { samplesOf } from './made-files.ts';
import { oneFile, type Seed } from './seeds.ts';

/* SCP-ECG files, made from the specification: leads at 2500 nV a step, as the recorders of the standard reduce them. */

/** A beat of the rhythm; samples from 1. */
export interface MadeBeat {
  /** 0: the reference beat is taken out of it. */
  readonly type: number;
  readonly span: readonly [first: number, last: number];
  readonly fiducial: number;
  readonly protectedArea: readonly [first: number, last: number];
}

export interface MadeScp {
  readonly name?: string;
  /** One array a lead, all of one length. */
  readonly leads: readonly (readonly number[])[];
  readonly usPerSample: number;
  /** Differences of this order are stored. */
  readonly order: 0 | 1 | 2;
  /** 16-bit numbers, or codes of the standard's table, or of one that the file brings along. */
  readonly coding: 'plain' | 'standard' | 'own';
  readonly beats: readonly MadeBeat[];
  /** Of every lead; its fiducial is from 1. */
  readonly reference: { readonly samples: readonly number[]; readonly fiducial: number };
  readonly subtracts: boolean;
  /** Samples that one value stands for outside the protected areas; 1: all are stored. */
  readonly factor: number;
}

const numbers = (...values: readonly (readonly [bytes: 1 | 2 | 4, value: number])[]) =>
  Buffer.concat(
    values.map(([bytes, value]) => {
      const buffer = Buffer.alloc(bytes);
      buffer.writeUIntLE(value, 0, bytes);
      return buffer;
    }),
  );

const inBits = (value: number, bits: number) => (value & (2 ** bits - 1)).toString(2).padStart(bits, '0');
const needs = (value: number) => (value >= -128 && value < 128 ? 8 : 16);

/** The code of one number: by a table of `0` for zero, `10` and 8 bits, `11` and 16 bits; or by the standard's. */
const codes: Readonly<Record<'own' | 'standard', (value: number) => string>> = {
  own: (value) => (value === 0 ? '0' : (needs(value) === 8 ? '10' : '11') + inBits(value, needs(value))),
  standard: (value) => {
    if (value === 0) return '0';
    const size = Math.abs(value);
    if (size <= 8) return `${'1'.repeat(size)}0${value < 0 ? 1 : 0}`;
    return `111111111${needs(value) === 8 ? '0' : '1'}${inBits(value, needs(value))}`;
  },
};

function packed(values: readonly number[], coding: MadeScp['coding']): Buffer {
  if (coding === 'plain') return Buffer.from(Int16Array.from(values).buffer);
  const bits = values.map(codes[coding]).join('');
  return Buffer.from(bits.match(/.{1,8}/g)!.map((byte) => parseInt(byte.padEnd(8, '0'), 2)));
}

const differences = (values: readonly number[], order: number): number[] =>
  values.map((value, i) => {
    if (i < order || order === 0) return value;
    return order === 1 ? value - values[i - 1] : value - 2 * values[i - 1] + values[i - 2];
  });

/** The values that are stored of a lead: all within protected areas, outside of them the mean of each whole group. */
function thinned(samples: readonly number[], beats: readonly MadeBeat[], factor: number): number[] {
  const isProtected = (i: number) => beats.some(({ protectedArea: [first, last] }) => first <= i + 1 && i + 1 <= last);
  const stored: number[] = [];
  for (let from = 0; from < samples.length;) {
    let until = from + 1;
    while (until < samples.length && isProtected(until) === isProtected(from)) until++;
    if (!isProtected(from))
      for (; from + factor <= until; from += factor)
        stored.push(Math.round(samples.slice(from, from + factor).reduce((sum, value) => sum + value, 0) / factor));
    stored.push(...samples.slice(from, until));
    from = until;
  }
  return stored;
}

function withoutReference(samples: readonly number[], { beats, reference }: MadeScp): number[] {
  const left = [...samples];
  for (const { type, span, fiducial } of beats)
    for (let at = span[0]; type === 0 && at <= span[1]; at++)
      left[at - 1] -= reference.samples[at - fiducial + reference.fiducial - 1] ?? 0;
  return left;
}

const huffmanSection: Readonly<Record<'own' | 'standard', Buffer>> = {
  own: Buffer.concat([
    numbers([2, 1], [2, 3]),
    ...[
      [1, 1, 0],
      [2, 10, 1],
      [2, 18, 3],
    ].map(([prefix, total, bits]) => numbers([1, prefix], [1, total], [1, 1], [2, 0], [4, bits])),
  ]),
  standard: numbers([2, 19999]),
};

/** Leads of these ids: II, V5, V1 to V4, V6 and I. */
const leadIds = [2, 7, 3, 4, 5, 6, 8, 1];
const version = 20;

/** The bytes of an SCP-ECG file. */
export function scpFile(made: MadeScp): Buffer {
  const { leads, usPerSample, order, coding, beats, reference, subtracts, factor } = made;
  const rhythm = leads.map((samples) => {
    const left = subtracts ? withoutReference(samples, made) : samples;
    return packed(differences(factor > 1 ? thinned(left, beats, factor) : left, order), coding);
  });
  const beat = packed(differences(reference.samples, order), coding);
  const text = Buffer.from(`${made.name ?? 'Nemo'}\0`, 'latin1');
  const device = Buffer.alloc(36);
  device[14] = version;
  const scale = (us: number) => numbers([2, 2500], [2, us], [1, order]);
  const data = new Map<number, Buffer>([
    [
      1,
      Buffer.concat([
        ...[numbers([1, 0], [2, text.length]), text, numbers([1, 14], [2, device.length]), device],
        Buffer.of(25, 4, 0, 0xe3, 0x07, 11, 24, 255, 0, 0),
      ]),
    ],
    ...(coding === 'plain' ? [] : [[2, huffmanSection[coding]] as const]),
    [
      3,
      Buffer.concat([
        numbers([1, leads.length], [1, Number(subtracts) + 4 + 8 * leads.length]),
        ...leads.map((samples, l) => numbers([4, 1], [4, samples.length], [1, leadIds[l]])),
      ]),
    ],
    [
      4,
      Buffer.concat([
        numbers([2, (reference.samples.length * usPerSample) / 1000], [2, reference.fiducial], [2, beats.length]),
        ...beats.map(({ type, span, fiducial }) => numbers([2, type], [4, span[0]], [4, fiducial], [4, span[1]])),
        ...beats.map(({ protectedArea: [first, last] }) => numbers([4, first], [4, last])),
      ]),
    ],
    [
      5,
      Buffer.concat([
        ...[scale(usPerSample), numbers([1, 0], ...leads.map(() => [2, beat.length] as const))],
        ...leads.map(() => beat),
      ]),
    ],
    [
      6,
      Buffer.concat([
        scale(usPerSample * factor),
        numbers([1, Number(factor > 1)], ...rhythm.map(({ length }) => [2, length] as const)),
        ...rhythm,
      ]),
    ],
  ]);
  return joined(data);
}

/** Section 0 points to these, there or not. */
const sectionIds = Array.from({ length: 12 }, (_, id) => id);

/** Sections with their headers and pointers as one file with its checksums. */
function joined(data: ReadonlyMap<number, Buffer>): Buffer {
  const section = (id: number, body: Buffer, reserved = '') => {
    const padded = Buffer.concat([body, Buffer.alloc(body.length % 2)]);
    const bytes = Buffer.concat([
      numbers([2, 0], [2, id], [4, padded.length + 16], [1, version], [1, version]),
      Buffer.alloc(6),
      padded,
    ]);
    bytes.write(reserved, 10, 'latin1');
    bytes.writeUInt16LE(crcCcitt(bytes.subarray(2)), 0);
    return bytes;
  };
  const sections = [...data].map(([id, body]) => ({ id, bytes: section(id, body) }));
  const ofPointers = 16 + 10 * sectionIds.length;
  let at = 6 + ofPointers + 1;
  const pointers = sectionIds.map((id) => {
    if (id === 0) return numbers([2, 0], [4, ofPointers], [4, 7]);
    const length = sections.find((one) => one.id === id)?.bytes.length ?? 0;
    at += length;
    return numbers([2, id], [4, length], [4, length === 0 ? 0 : at - length]);
  });
  const all = Buffer.concat([
    Buffer.alloc(6),
    section(0, Buffer.concat(pointers), 'SCPECG'),
    ...sections.map(({ bytes }) => bytes),
  ]);
  all.writeUInt32LE(all.length, 2);
  all.writeUInt16LE(crcCcitt(all.subarray(2)), 0);
  return all;
}

/** A beat of 21 samples around a fiducial; of one that the reference is taken out of, those in its middle are protected. */
export const scpBeatAt = (fiducial: number, type = 0): MadeBeat => ({
  ...{ type, fiducial, span: [fiducial - 10, fiducial + 10] },
  protectedArea: type === 0 ? [fiducial - 5, fiducial + 6] : [fiducial - 10, fiducial + 10],
});
export const scpReference = {
  samples: Array.from({ length: 21 }, (_, i) => 10 * (10 - Math.abs(i - 10))),
  fiducial: 11,
} as const;

/**
 * Leads II and V5 at 250 Hz with a Huffman table of its own, second differences and a reference beat that was taken out
 * of the rhythm. With the beat added, its samples are `samplesOf(lead)`.
 */
export const scpBytes = (name = 'Nemo'): Buffer =>
  scpFile({
    ...{ name, usPerSample: 4000, order: 2, coding: 'own', subtracts: true, factor: 1, reference: scpReference },
    leads: [samplesOf(0), samplesOf(1)],
    beats: [scpBeatAt(50), scpBeatAt(120)],
  });

/**
 * Leads II and V5 at 500 Hz, of which outside the protected areas every group of four is one value: a wave with beats
 * upon it, the third of which has another shape than the reference.
 */
export function thinnedScp(
  facts: Partial<MadeScp> = {},
  wave = (lead: number, i: number) => Math.round(40 * Math.sin(i / (20 + 3 * lead))),
): MadeScp {
  const beats = [scpBeatAt(54), scpBeatAt(130), scpBeatAt(211, 1), scpBeatAt(330)];
  const leads = [0, 1].map((lead) => {
    const samples = Array.from({ length: 401 }, (_, i) => wave(lead, i));
    for (const { type, span } of beats)
      scpReference.samples.forEach((value, i) => (samples[span[0] - 1 + i] += type === 0 ? value : -2 * value));
    return samples;
  });
  return {
    ...{ usPerSample: 2000, order: 2, coding: 'standard', subtracts: true, factor: 4, reference: scpReference },
    ...{ leads, beats, ...facts },
  };
}

export const madeScp = (): Seed[] => [
  oneFile('made.scp', scpBytes()),
  oneFile('thinned.scp', scpFile(thinnedScp())),
  oneFile('thinned-plain.scp', scpFile(thinnedScp({ coding: 'plain', order: 1, subtracts: false }))),
];
