import { basename } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import dicomParser, { type DataSet } from 'dicom-parser';
import { FormatError } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';
import { gapSample, type Lead } from '../../domain/record.ts';
import { inMillivolts } from '../millivolts.ts';
import {
  dateWords,
  leadOfScale,
  note,
  readWholeFile,
  recordOfPieces,
  type Piece,
  type WholeRecord,
} from '../whole/whole-file.ts';
import { sampleReaders } from './samples.ts';

/*
 * DICOM waveforms (PS3.3 C.10.9, 12-lead, general and ambulatory ECG): the Waveform Sequence has a group for each set of
 * channels on one clock, with channels 003A,0005, samples 003A,0010, rate 003A,001A and interleaved data 5400,1010 of
 * 5400,1004 bits as 5400,1006 says. A channel's value is (sample * sensitivity * correction) + baseline, in its unit.
 * Groups of one rate are one recording, each from its time offset 0018,1068 (ms) on; medians of beats are left out.
 */
const tags = {
  waveforms: 'x54000100',
  channels: 'x003a0005',
  samples: 'x003a0010',
  rate: 'x003a001a',
  label: 'x003a0020',
  offsetMs: 'x00181068',
  definitions: 'x003a0200',
  channelLabel: 'x003a0203',
  source: 'x003a0208',
  sensitivity: 'x003a0210',
  units: 'x003a0211',
  correction: 'x003a0212',
  baseline: 'x003a0213',
  bits: 'x54001004',
  interpretation: 'x54001006',
  padding: 'x5400100a',
  data: 'x54001010',
  code: 'x00080100',
  meaning: 'x00080104',
} as const;

const maxBytes = 512 << 20;
const maxChannels = 256;
const maxInflatedBytes = 512 << 20;

type Refuse = (byte: number, rule: string, kind?: FormatError['breach']['kind']) => never;

/** @throws {FormatError} for a file that is no DICOM waveform, or whose data are not as long as they say. */
export async function openDicomRecord(path: string): Promise<WholeRecord> {
  const file = basename(path);
  const bytes = await readWholeFile(path, maxBytes);
  const refuse: Refuse = (byte, rule, kind = 'bad-header') => {
    throw new FormatError({ file, where: `byte ${grouped(byte)}`, rule, kind });
  };
  let set: DataSet;
  try {
    set = dicomParser.parseDicom(bytes, { inflater: inflated });
  } catch (cause) {
    const said =
      cause instanceof Error ? cause.message : String((cause as { exception?: unknown })?.exception ?? cause);
    const breach = {
      file,
      where: 'byte 0',
      rule: `the DICOM file is damaged: ${said.slice(0, 160)}`,
      kind: 'bad-header',
    } as const;
    throw new FormatError(breach, { cause });
  }
  return guarded(file, () => recordOf(set, path, file, refuse));
}

/** The library answers some damage with errors of its own while elements are read. */
function guarded<Value>(file: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    const breach = {
      file,
      where: 'byte 0',
      rule: 'an element of the DICOM file is damaged; copy it again from its source',
      kind: 'bad-header',
    } as const;
    throw new FormatError(breach, { cause });
  }
}

function recordOf(set: DataSet, path: string, file: string, refuse: Refuse): WholeRecord {
  const groups = (set.elements[tags.waveforms]?.items ?? []).flatMap(({ dataSet }) => dataSet ?? []);
  if (groups.length === 0) refuse(0, 'this DICOM file holds no waveform', 'unsupported-format');
  const isBigEndian = set.string('x00020010')?.trim() === '1.2.840.10008.1.2.2';
  const rhythms = groups.filter((group) => !/median/i.test(group.string(tags.label) ?? ''));
  const read = (rhythms.length > 0 ? rhythms : groups).map((group) => readGroup(group, isBigEndian, refuse));
  const seconds = ({ samplingHz, count }: Group) => count / samplingHz;
  const longest = read.reduce((best, group) => (seconds(group) > seconds(best) ? group : best));
  const together = read.filter(({ samplingHz }) => samplingHz === longest.samplingHz);
  return recordOfPieces(
    path,
    together.flatMap(({ pieces }) => pieces),
    { name: file.replace(/\.(dcm|dicom)$/i, ''), samplingHz: longest.samplingHz, notes: notesOf(set) },
  );
}

interface Group {
  readonly samplingHz: number;
  readonly count: number;
  readonly pieces: readonly Piece[];
}

function readGroup(group: DataSet, isBigEndian: boolean, refuse: Refuse): Group {
  const data = group.elements[tags.data];
  const at = data?.dataOffset ?? 0;
  const channels = group.uint16(tags.channels) ?? 0;
  const count = group.uint32(tags.samples) ?? 0;
  const samplingHz = group.floatString(tags.rate) ?? NaN;
  const interpretation = group.string(tags.interpretation)?.trim() ?? '';
  const reader = sampleReaders[interpretation];
  if (!reader) return refuse(at, `samples of the kind \`${interpretation}\` are not known`, 'unsupported-format');
  if (!data) return refuse(at, 'a waveform has no samples', 'truncated');
  if (channels < 1 || channels > maxChannels) refuse(at, `a waveform has ${channels} channels`);
  if (count < 1) refuse(at, 'a waveform has no samples');
  if (!(samplingHz > 0) || !Number.isFinite(samplingHz)) refuse(at, `its rate is ${samplingHz} samples a second`);
  const bits = group.uint16(tags.bits);
  if (bits !== undefined && bits !== 8 * reader.bytes)
    refuse(at, `samples of ${bits} bits are said to be ${interpretation}`);
  const needed = reader.bytes * channels * count;
  // Data have an even number of bytes; one may be filling.
  if (data.length !== needed && data.length !== needed + (needed % 2))
    refuse(
      at,
      `${grouped(count)} samples of ${channels} channels need ${grouped(needed)} bytes and ${grouped(data.length)} are there`,
      'truncated',
    );
  const view = new DataView(group.byteArray.buffer, group.byteArray.byteOffset + at, data.length);
  const padding = group.elements[tags.padding];
  const gap =
    padding?.length === reader.bytes
      ? reader.read(
          new DataView(group.byteArray.buffer, group.byteArray.byteOffset + padding.dataOffset, padding.length),
          0,
          !isBigEndian,
        )
      : undefined;
  const offsetMs = group.floatString(tags.offsetMs) ?? 0;
  const fromSample = Math.round((offsetMs * samplingHz) / 1000);
  if (!(fromSample >= 0)) refuse(at, `a waveform begins ${offsetMs} ms after the recording`);
  const definitions = (group.elements[tags.definitions]?.items ?? []).map(({ dataSet }) => dataSet);
  const pieces = Array.from({ length: channels }, (_, c) => {
    const samples = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      const sample = reader.read(view, reader.bytes * (i * channels + c), !isBigEndian);
      samples[i] = sample === gap ? gapSample : sample;
    }
    return { lead: leadOf(definitions[c], c), fromSample, samples };
  });
  return { samplingHz, count, pieces };
}

function leadOf(channel: DataSet | undefined, index: number): Lead {
  const source = channel?.elements[tags.source]?.items?.[0]?.dataSet;
  const meaning = (source?.string(tags.meaning) ?? '')
    .replace(/^lead\s+/i, '')
    .replace(/\s*\(.*\)$/, '')
    .trim();
  const name = channel?.string(tags.channelLabel)?.trim() || meaning || `lead ${index + 1}`;
  const unit = channel?.elements[tags.units]?.items?.[0]?.dataSet?.string(tags.code)?.trim() ?? '';
  const sensitivity = (channel?.floatString(tags.sensitivity) ?? NaN) * (channel?.floatString(tags.correction) ?? 1);
  return inMillivolts(leadOfScale(name, unit, sensitivity, channel?.floatString(tags.baseline) ?? 0));
}

function notesOf(set: DataSet): string[] {
  const text = (tag: string) => set.string(tag)?.replaceAll('^', ' ');
  const findings = (set.elements['x0040b020']?.items ?? []).map(({ dataSet }) => dataSet?.string('x00700006') ?? '');
  return [
    ...note('name', text('x00100010')),
    ...note('id', text('x00100020')),
    ...note('born', dateWords(text('x00100030'))),
    ...note('age', text('x00101010')),
    ...note('sex', text('x00100040')),
    ...note('recorded', dateWords(text('x0008002a') ?? `${text('x00080020') ?? ''}${text('x00080030') ?? ''}`)),
    ...note('accession number', text('x00080050')),
    ...note('institution', text('x00080080')),
    ...note('physician', text('x00080090')),
    ...note('device', [text('x00080070'), text('x00081090')].filter(Boolean).join(' ')),
    ...note('findings', findings.filter((finding) => finding !== '').join('; ')),
  ];
}

/** A deflated file is inflated behind its first part, which is not. */
function inflated(bytes: Uint8Array, position: number): Uint8Array {
  const rest = inflateRawSync(bytes.subarray(position), { maxOutputLength: maxInflatedBytes });
  return Buffer.concat([bytes.subarray(0, position), rest]);
}
