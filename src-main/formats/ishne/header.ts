import { ByteReader, crcCcitt } from '../whole/byte-reader.ts';
import { leadOfScale, note } from '../whole/whole-file.ts';
import { inMillivolts } from '../millivolts.ts';
import type { Lead } from '../../domain/record.ts';

/*
 * Headers of ISHNE Holter files (Badilini 1998, "The ISHNE Holter Standard Output File Format"); numbers low byte first:
 *
 *   0 `ISHNE1.0` (annotations: `ANN  1.0`) · 8 CRC-CCITT of the bytes from 10 to the data · 10 bytes of variable block
 *   · 14 samples · 18 offset of variable block · 22 offset of data · 26 version · 28 first name 40 · 68 last name 40
 *   · 108 subject id 20 · 128 sex · 130 race · 132 birth, 138 recording, 144 file date (day, month, year)
 *   · 150 start time (hour, minute, second) · 156 leads · 158 lead names 12 · 182 qualities 12 · 206 nV a step 12
 *   · 230 pacemaker · 232 recorder 40 · 272 samples a second · 274 proprietary 80 · 354 copyright 80 · 434 reserved 88
 *   · 522 variable block, then data: 16-bit samples, all leads of an instant after one another
 *
 * Programs differ in whether `samples` counts those of one lead or of all; the length of the file tells.
 */
export const ishneHeaderBytes = 522;
export const ishneMagic = { ecg: 'ISHNE1.0', annotations: 'ANN  1.0' } as const;
const crcFrom = 10;
const maxLeads = 12;
/** The value of a field that is not known. */
const unknown = -9;

export interface IshneHeader {
  readonly samplesSaid: number;
  readonly dataOffset: number;
  readonly samplingHz: number;
  readonly leads: readonly Lead[];
  /** Whether the CRC was there and right; a CRC of 0 is none. */
  readonly hasChecksum: boolean;
  readonly notes: readonly string[];
}

const leadNames: readonly string[] = [
  ...['unknown', 'bipolar', 'X', 'Y', 'Z', 'I', 'II', 'III', 'aVR', 'aVL', 'aVF'],
  ...['V1', 'V2', 'V3', 'V4', 'V5', 'V6', 'ES', 'AS', 'AI'],
];
const sexes: Readonly<Record<number, string>> = { 1: 'M', 2: 'F' };
const pacemakers: Readonly<Record<number, string>> = {
  ...{ 1: 'unknown type', 2: 'single chamber unipolar', 3: 'dual chamber unipolar' },
  ...{ 4: 'single chamber bipolar', 5: 'dual chamber bipolar' },
};

/**
 * @param bytes  at least the header and what follows up to the data.
 * @throws {FormatError} with the byte of the field that is wrong.
 */
export function parseIshneHeader(bytes: Uint8Array, file: string, magic: string): IshneHeader {
  const reader = new ByteReader(bytes, file);
  reader.expect(0, ishneHeaderBytes, 'the header');
  if (reader.text(0, 8, 'the format') !== magic) reader.refuse(0, `it does not begin with \`${magic}\``);
  const number = (at: number): number | undefined => {
    const value = reader.i16(at, 'the header');
    return value === unknown ? undefined : value;
  };
  const dataOffset = reader.i32(22, 'the header');
  if (dataOffset < ishneHeaderBytes)
    reader.refuse(22, `the data would begin at byte ${dataOffset}, within the header of ${ishneHeaderBytes} bytes`);
  reader.expect(0, dataOffset, 'what precedes the data');
  const crc = reader.u16(8, 'the checksum');
  const computed = crcCcitt(bytes.subarray(crcFrom, dataOffset));
  if (crc !== 0 && crc !== computed)
    reader.refuse(
      8,
      `the checksum of the header is ${crc} and its bytes give ${computed}; copy it again from its source`,
      'checksum-mismatch',
    );
  const samplingHz = number(272) ?? 0;
  if (samplingHz <= 0) reader.refuse(272, `the rate is ${samplingHz} samples a second; a number above 0 was expected`);
  const count = number(156) ?? 0;
  if (count < 1 || count > maxLeads)
    reader.refuse(156, `the number of leads is ${count}; 1 to ${maxLeads} were expected`);
  const samplesSaid = reader.i32(14, 'the header');
  if (samplesSaid < 1) reader.refuse(14, `the number of samples is ${samplesSaid}; a number above 0 was expected`);
  const leads = Array.from({ length: count }, (_, l) => {
    const spec = reader.i16(158 + 2 * l, 'the header');
    const name = leadNames[spec] && spec > 1 ? leadNames[spec] : `lead ${l + 1}`;
    return inMillivolts(leadOfScale(name, 'nV', Math.max(0, number(206 + 2 * l) ?? 0)));
  });
  const text = (at: number, length: number) => reader.text(at, length, 'the header');
  const pair = (value: number) => String(value).padStart(2, '0');
  const date = (at: number) => {
    const [day, month, year] = [number(at), number(at + 2), number(at + 4)];
    return day && month && year ? `${year}-${pair(month)}-${pair(day)}` : undefined;
  };
  const [hour, minute, second] = [number(150), number(152), number(154)];
  const time = hour === undefined ? '' : ` ${pair(hour)}:${pair(minute ?? 0)}:${pair(second ?? 0)}`;
  const recorded = date(138);
  return {
    samplesSaid,
    dataOffset,
    samplingHz,
    leads,
    hasChecksum: crc !== 0,
    notes: [
      ...note('name', `${text(28, 40)} ${text(68, 40)}`),
      ...note('id', text(108, 20)),
      ...note('sex', sexes[number(128) ?? 0]),
      ...note('born', date(132)),
      ...note('recorded', recorded && recorded + time),
      ...note('pacemaker', pacemakers[number(230) ?? 0]),
      ...note('recorder', text(232, 40)),
      ...note('proprietary', text(274, 80)),
      ...note('comment', reader.text(ishneHeaderBytes, dataOffset - ishneHeaderBytes, 'the variable block')),
    ],
  };
}
