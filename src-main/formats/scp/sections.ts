import type { ByteReader } from '../whole/byte-reader.ts';
import { crcCcitt } from '../whole/byte-reader.ts';
import { note } from '../whole/whole-file.ts';
import { grouped } from '../../domain/grouped.ts';

/*
 * SCP-ECG files (EN 1064 / ISO 11073-91064), versions 1 to 2.x; numbers low byte first:
 *
 *   file     0 CRC-CCITT of the rest · 2 length · 6 section 0: pointers { id 2, length 4, byte from 1 4 } · sections
 *   section  CRC 2 · id 2 · length 4 · version 1 · protocol 1 · reserved 6 · data
 *   1  patient and acquisition: { tag 1, length 2, value }, 255 ends
 *   2  Huffman tables (`huffman.ts`); absent: samples are 16-bit numbers
 *   3  leads: count 1 · flags 1 (bit 0: reference beat subtracted) · { first sample 4, last sample 4, lead 1 }
 *   4  beats: ms of the reference beat 2 · its fiducial sample 2 · count 2
 *      · { type 2, first 4, fiducial 4, last 4 } · { first 4, last 4 of the protected area }
 *   5  reference beat, 6 rhythm: nV a step 2 · µs a sample 2 · differences 1 · 5: reserved, 6: bimodal 1
 *      · bytes of each lead 2 · leads
 */
export interface ScpSection {
  readonly from: number;
  readonly length: number;
}

/** Samples from 1, as the file counts, both ends included. */
export interface SampleSpan {
  readonly firstSample: number;
  readonly lastSample: number;
}

export interface ScpLead extends SampleSpan {
  readonly name: string;
}

export interface ScpBeat extends SampleSpan {
  /** 0: the reference beat was taken out of it. */
  readonly type: number;
  readonly fiducial: number;
}

export interface ScpBeats {
  /** Byte of section 4. */
  readonly from: number;
  /** Of the reference beat. */
  readonly lengthMs: number;
  /** Of the reference beat, from 1. */
  readonly fiducial: number;
  readonly beats: readonly ScpBeat[];
  /** Where no sample is left out. */
  readonly protectedAreas: readonly SampleSpan[];
}

const headerBytes = 16;
const maxSections = 2048;

/** Where the data of each section lie. @throws {FormatError} for damaged pointers or checksums. */
export function scpSections(reader: ByteReader): Map<number, ScpSection> {
  const { bytes } = reader;
  const length = reader.u32(2, 'the length of the file');
  if (length !== bytes.length)
    reader.refuse(
      2,
      `the file says it has ${grouped(length)} bytes and has ${grouped(bytes.length)}; copy it again from its source`,
      length > bytes.length ? 'truncated' : 'bad-header',
    );
  const crc = reader.u16(0, 'the checksum');
  const computed = crcCcitt(bytes.subarray(2));
  if (crc !== computed)
    reader.refuse(
      0,
      `the checksum of the file is ${crc} and its bytes give ${computed}; copy it again from its source`,
      'checksum-mismatch',
    );
  const ofPointers = reader.u32(10, 'the length of section 0');
  const count = Math.floor((ofPointers - headerBytes) / 10);
  if (count < 1 || count > maxSections) reader.refuse(10, `section 0 has ${ofPointers} bytes, which hold no pointers`);
  const sections = new Map<number, ScpSection>();
  for (let s = 0; s < count; s++) {
    const at = 6 + headerBytes + 10 * s;
    const [id, size] = [reader.u16(at, 'a pointer'), reader.u32(at + 2, 'a pointer')];
    if (size <= headerBytes) continue;
    const from = reader.u32(at + 6, 'a pointer') - 1;
    reader.expect(from, size, `section ${id}`);
    if (reader.u16(from + 2, `section ${id}`) !== id)
      reader.refuse(from + 2, `section ${id} is not where section 0 says`);
    sections.set(id, { from: from + headerBytes, length: size - headerBytes });
  }
  return sections;
}

const leadNames: Readonly<Record<number, string>> = {
  ...{ 1: 'I', 2: 'II', 3: 'V1', 4: 'V2', 5: 'V3', 6: 'V4', 7: 'V5', 8: 'V6', 9: 'V7', 10: 'V2R', 11: 'V3R' },
  ...{ 12: 'V4R', 13: 'V5R', 14: 'V6R', 15: 'V7R', 16: 'X', 17: 'Y', 18: 'Z', 19: 'CC5', 20: 'CM5', 21: 'LA' },
  ...{ 22: 'RA', 23: 'LL', 24: 'fI', 25: 'fE', 26: 'fC', 27: 'fA', 28: 'fM', 29: 'fF', 30: 'fH', 61: 'III' },
  ...{ 62: 'aVR', 63: 'aVL', 64: 'aVF', 65: '-aVR', 66: 'V8', 67: 'V9', 68: 'V8R', 69: 'V9R' },
};
const maxLeads = 255;

export function scpLeads(reader: ByteReader, { from }: ScpSection): { leads: ScpLead[]; subtracts: boolean } {
  const count = reader.u8(from, 'the number of leads');
  if (count < 1 || count > maxLeads) reader.refuse(from, 'it has no leads');
  const flags = reader.u8(from + 1, 'the leads');
  const leads = Array.from({ length: count }, (_, l) => {
    const at = from + 2 + 9 * l;
    const id = reader.u8(at + 8, 'a lead');
    const [firstSample, lastSample] = [reader.u32(at, 'a lead'), reader.u32(at + 4, 'a lead')];
    if (firstSample < 1 || lastSample < firstSample)
      reader.refuse(at, `a lead goes from sample ${grouped(firstSample)} to ${grouped(lastSample)}`);
    return { name: leadNames[id] ?? `lead ${id}`, firstSample, lastSample };
  });
  return { leads, subtracts: (flags & 1) !== 0 };
}

/** What section 4 says of the beats. Its first version names no protected areas, and those of the beats are. */
export function scpBeats(reader: ByteReader, { from, length }: ScpSection): ScpBeats {
  const count = reader.u16(from + 4, 'the number of beats');
  const ofAreas = from + 6 + 14 * count;
  if (ofAreas > from + length) reader.refuse(from + 4, `section 4 has no room for ${count} beats`);
  const beats = Array.from({ length: count }, (_, b) => {
    const at = from + 6 + 14 * b;
    return {
      type: reader.u16(at, 'a beat'),
      firstSample: reader.u32(at + 2, 'a beat'),
      fiducial: reader.u32(at + 6, 'a beat'),
      lastSample: reader.u32(at + 10, 'a beat'),
    };
  });
  const area = (at: number) => ({
    firstSample: reader.u32(at, 'a protected area'),
    lastSample: reader.u32(at + 4, 'a protected area'),
  });
  return {
    from,
    lengthMs: reader.u16(from, 'the length of the reference beat'),
    fiducial: reader.u16(from + 2, 'the reference beat'),
    beats,
    protectedAreas: ofAreas + 8 * count > from + length ? beats : beats.map((_, b) => area(ofAreas + 8 * b)),
  };
}

const sexes: Readonly<Record<number, string>> = { 1: 'M', 2: 'F' };
const textTags: Readonly<Record<number, string>> = {
  ...{ 0: 'last name', 1: 'first name', 2: 'id', 3: 'second last name', 13: 'diagnosis', 20: 'referring physician' },
  ...{ 21: 'confirming physician', 22: 'technician', 23: 'room', 30: 'comment', 31: 'sequence', 35: 'history' },
};

/** What section 1 tells of patient and acquisition. */
export function scpNotes(reader: ByteReader, { from, length }: ScpSection): string[] {
  const notes: string[] = [];
  const pair = (value: number) => String(value).padStart(2, '0');
  const date = (at: number) => {
    const year = reader.u16(at, 'a date');
    return year === 0 ? '' : `${year}-${pair(reader.u8(at + 2, 'a date'))}-${pair(reader.u8(at + 3, 'a date'))}`;
  };
  let [recorded, time] = ['', ''];
  for (let at = from; at + 3 <= from + length;) {
    const tag = reader.u8(at, 'a tag');
    if (tag === 255) break;
    const size = reader.u16(at + 1, 'a tag');
    const value = at + 3;
    if (value + size > from + length)
      reader.refuse(at + 1, `tag ${tag} has ${size} bytes, more than section 1 has left`);
    if (textTags[tag]) notes.push(...note(textTags[tag], reader.text(value, size, 'a text')));
    else if (tag === 5 && size >= 4) notes.push(...note('born', date(value)));
    else if (tag === 4 && size >= 2 && reader.u16(value, 'the age') > 0)
      notes.push(...note('age', String(reader.u16(value, 'the age'))));
    else if (tag === 8 && size >= 1) notes.push(...note('sex', sexes[reader.u8(value, 'the sex')]));
    else if (tag === 25 && size >= 4) recorded = date(value);
    else if (tag === 26 && size >= 3)
      time = [0, 1, 2].map((part) => pair(reader.u8(value + part, 'the time'))).join(':');
    at = value + size;
  }
  return [...notes, ...note('recorded', recorded && `${recorded} ${time}`)];
}
