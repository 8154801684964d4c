import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Annotation } from '../../domain/annotation.ts';
import { FormatError, type FormatBreach } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';
import { gapSample, type Lead, type RecordHeader } from '../../domain/record.ts';
import { inMillivolts } from '../millivolts.ts';
import { maxPause, type SignalBlock } from '../signal-block.ts';
import { annotationOfEvent, parseRecordEvents, type EdfEvent } from './annotations.ts';
import {
  annotationLabel,
  headerBlockBytes,
  parseEdfHeader,
  signalCountOf,
  type EdfHeader,
  type EdfSignal,
} from './header.ts';

/** An EDF, EDF+, BDF or BDF+ file whose header and annotations were read. */
export interface EdfRecord {
  /** Notes are the patient and recording fields: they may hold patient data. */
  readonly header: RecordHeader;
  readonly edf: EdfHeader;
  readonly sourceFiles: readonly string[];
  /** The texts of an EDF+ file as annotations, in order of time; marks that this program wrote have their symbols. */
  readonly annotations: readonly Annotation[];
  readonly events: readonly EdfEvent[];
  /** The samples in blocks of bounded size; slower signals are held at the rate of the fastest. */
  blocks(abort?: AbortSignal): AsyncGenerator<SignalBlock, void, undefined>;
}

/** Standard text for the last instant: what follows in the last data record is filling. */
export const endText = 'Recording ends';
/** Below the least value a signal can have, this one stands for no sample. */
export const edfGap = (sampleBytes: 2 | 3): number => -(2 ** (8 * sampleBytes - 1));

/** Texts beyond either end that are kept as notes: what a technician wrote before the start or after the end. */
const maxOutside = 100;

const maxRecordBytes = 64 << 20;
const chunkBytes = 1 << 20;
/** Samples of all leads that a block holds, or that one data record may come to. */
const blockSamples = 1 << 20;
const maxRecordSamples = 1 << 22;

/** Where the data records of a file lie. */
interface DataRecords {
  readonly path: string;
  readonly file: string;
  readonly headerBytes: number;
  readonly recordBytes: number;
  readonly count: number;
}

/** Data records that follow one another without pause. */
interface Run {
  readonly firstRecord: number;
  readonly records: number;
  readonly fromSample: number;
}

/**
 * Opens an EDF, EDF+, BDF or BDF+ file, continuous or with pauses (which become gaps).
 * @throws {FormatError} `missing-file`, `truncated`, `bad-header`, `unsupported-format` or `bad-annotation`.
 */
export async function openEdfRecord(path: string): Promise<EdfRecord> {
  const { edf, data } = await readHeader(path);
  const refuse = (rule: string): never => {
    throw new FormatError({ file: data.file, where: '', rule, kind: 'bad-header' });
  };
  const signals = edf.signals.filter(({ label }) => label !== annotationLabel(edf.sampleBytes));
  const { startsS, events } = await readEvents(edf, data);
  if (signals.length === 0) refuse('the file holds annotations and no signals; give the recording they belong to');
  if (edf.recordDurationS === 0) refuse('its data records last 0 seconds, so its sampling rate cannot be known');
  const rate = Math.max(...signals.map(({ samplesPerRecord }) => samplesPerRecord));
  if (rate * signals.length > maxRecordSamples)
    refuse(`a data record of ${grouped(rate)} samples a signal is larger than any recorder writes`);
  const samplingHz = rate / edf.recordDurationS;
  const startS = startsS[0] ?? 0;
  const starts = startsS.map((time) => (time === undefined ? undefined : Math.round((time - startS) * samplingHz)));
  const runs =
    edf.variant === 'with pauses'
      ? runsOf(starts, rate, samplingHz, refuse)
      : [{ firstRecord: 0, records: data.count, fromSample: 0 }];
  const last = runs[runs.length - 1];
  const filledTo = last.fromSample + last.records * rate;
  const sampleOf = ({ onsetS }: EdfEvent) => Math.round((onsetS - startS) * samplingHz);
  const end = events.find((event) => event.text === endText && filledTo - sampleOf(event) < rate);
  const lengthSamples = Math.min(filledTo, end ? sampleOf(end) : filledTo);
  if (lengthSamples >= 2 ** 31)
    refuse(`it has ${grouped(lengthSamples)} samples and the most is ${grouped(2 ** 31 - 1)}`);
  const marks = events.filter((event) => event !== end);
  const isWithin = (event: EdfEvent) => sampleOf(event) >= 0 && sampleOf(event) <= lengthSamples;
  const outside = marks.filter((event) => !isWithin(event));
  if (outside.length > maxOutside)
    throw new FormatError({
      file: data.file,
      where: `sample ${grouped(sampleOf(outside[0]))}`,
      rule:
        `${grouped(outside.length)} annotations are outside the ${grouped(lengthSamples)} samples of the recording; ` +
        'they belong to another one or the recording was cut',
      kind: 'bad-annotation',
    });
  return {
    header: {
      name: data.file.replace(/\.(edf|bdf|rec)$/i, ''),
      samplingHz,
      lengthSamples,
      leads: signals.map(leadOf),
      notes: [
        ...[edf.patient, edf.recording].filter((note) => note !== ''),
        ...outside.map(({ onsetS, text }) => `outside the recording, at ${onsetS} s: ${text}`),
      ],
    },
    edf,
    sourceFiles: [path],
    events,
    annotations: marks
      .filter(isWithin)
      .map((event) => annotationOfEvent(event, Math.min(sampleOf(event), lengthSamples - 1)))
      .sort((a, b) => a.atSample - b.atSample),
    blocks: (abort) => readBlocks(edf, data, runs, rate, lengthSamples, abort),
  };
}

/** The texts of an EDF+ file, also of one that holds no signals. */
export async function readEdfEvents(path: string): Promise<readonly EdfEvent[]> {
  const { edf, data } = await readHeader(path);
  return (await readEvents(edf, data)).events;
}

async function readHeader(path: string): Promise<{ edf: EdfHeader; data: DataRecords }> {
  const file = basename(path);
  const refuse = (where: string, rule: string, kind: FormatBreach['kind']): never => {
    throw new FormatError({ file, where, rule, kind });
  };
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return refuse('', 'there is no such file', 'missing-file');
  const handle = await open(path);
  let edf: EdfHeader;
  try {
    const first = await bytesAt(handle, 0, Math.min(headerBlockBytes, found.size), file);
    const headerBytes = headerBlockBytes * (1 + signalCountOf(first, file));
    edf = parseEdfHeader(await bytesAt(handle, 0, Math.min(headerBytes, found.size), file), file);
  } finally {
    await handle.close();
  }
  const headerBytes = headerBlockBytes * (1 + edf.signals.length);
  const recordBytes = edf.sampleBytes * edf.signals.reduce((sum, { samplesPerRecord }) => sum + samplesPerRecord, 0);
  if (recordBytes > maxRecordBytes)
    refuse('', `a data record of ${grouped(recordBytes)} bytes is larger than any recorder writes`, 'bad-header');
  const stored = Math.floor((found.size - headerBytes) / recordBytes);
  const count = edf.recordCount ?? stored;
  if (count === 0 || stored < count)
    refuse(
      `data record ${grouped(stored)}, byte ${grouped(found.size)}`,
      `the file ends here and its header promises ${grouped(count)} data records in ${grouped(headerBytes + count * recordBytes)} bytes; ` +
        'copy it again from its source',
      'truncated',
    );
  if (stored > count)
    refuse(
      '',
      `the header promises ${grouped(count)} data records and the file holds ${grouped(stored - count)} more; correct the header`,
      'bad-header',
    );
  return { edf, data: { path, file, headerBytes, recordBytes, count } };
}

async function bytesAt(handle: FileHandle, at: number, length: number, file: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await handle.read(bytes, done, length - done, at + done);
    if (bytesRead === 0)
      throw new FormatError({
        file,
        where: `byte ${grouped(at + done)}`,
        rule: 'the file became shorter while it was read; import it again',
        kind: 'truncated',
      });
    done += bytesRead;
  }
  return bytes;
}

/** Chunks of whole data records, from `firstRecord` on, at most `most` in each. */
async function* readRecords(data: DataRecords, firstRecord: number, records: number, most = Infinity) {
  const { path, file, headerBytes, recordBytes } = data;
  const chunk = Math.max(1, Math.min(most, Math.floor(chunkBytes / recordBytes)));
  const handle = await open(path);
  try {
    for (let record = firstRecord; record < firstRecord + records; record += chunk) {
      const count = Math.min(chunk, firstRecord + records - record);
      yield {
        record,
        count,
        bytes: await bytesAt(handle, headerBytes + record * recordBytes, count * recordBytes, file),
      };
    }
  } finally {
    await handle.close();
  }
}

async function readEvents(
  edf: EdfHeader,
  data: DataRecords,
): Promise<{ startsS: (number | undefined)[]; events: EdfEvent[] }> {
  const stretches = byteStretches(edf).filter(({ signal }) => signal.label === annotationLabel(edf.sampleBytes));
  const startsS: (number | undefined)[] = [];
  const events: EdfEvent[] = [];
  if (edf.variant === 'plain' || stretches.length === 0) return { startsS, events };
  for await (const { record, count, bytes } of readRecords(data, 0, data.count))
    for (let r = 0; r < count; r++)
      for (const [s, { from, to }] of stretches.entries()) {
        const at = r * data.recordBytes;
        const found = parseRecordEvents(bytes.subarray(at + from, at + to), (byte, rule) => {
          const where = `data record ${grouped(record + r + 1)}, byte ${grouped(data.headerBytes + (record + r) * data.recordBytes + from + byte)}`;
          throw new FormatError({ file: data.file, where, rule, kind: 'bad-annotation' });
        });
        if (s === 0) startsS.push(found.startS);
        events.push(...found.events);
      }
  return { startsS, events };
}

/** Which bytes of a data record belong to which signal. */
function byteStretches(edf: EdfHeader): { signal: EdfSignal; from: number; to: number }[] {
  let to = 0;
  return edf.signals.map((signal) => {
    const from = to;
    to += edf.sampleBytes * signal.samplesPerRecord;
    return { signal, from, to };
  });
}

function runsOf(
  starts: readonly (number | undefined)[],
  rate: number,
  samplingHz: number,
  refuse: (rule: string) => never,
): Run[] {
  const runs: Run[] = [];
  let end = 0;
  for (const [record, start] of starts.entries()) {
    const at =
      start ?? refuse(`data record ${grouped(record + 1)} does not say when it begins, and the file has pauses`);
    if (at < end - 1) refuse(`data record ${grouped(record + 1)} begins before the one before it ends`);
    const pause = at - end;
    if (record > 0 && (pause > maxPause.samples || pause / samplingHz > maxPause.seconds))
      refuse(
        `data record ${grouped(record + 1)} begins more than a day after the one before it; cut the file into two`,
      );
    const run = runs.at(-1);
    if (run !== undefined && at <= end + 1) {
      runs[runs.length - 1] = { ...run, records: run.records + 1 };
      end += rate;
    } else {
      runs.push({ firstRecord: record, records: 1, fromSample: at });
      end = at + rate;
    }
  }
  return runs.length > 0 ? runs : refuse('the file has pauses and no annotations that say where');
}

/** Physical value = (digital - baseline) / gain, where EDF gives two points of that line. */
function leadOf({ label, unit, physicalMin, physicalMax, digitalMin, digitalMax }: EdfSignal, index: number): Lead {
  const gain = (digitalMax - digitalMin) / (physicalMax - physicalMin);
  const isLine = Number.isFinite(gain) && gain !== 0;
  return inMillivolts({
    name: label || `lead ${index + 1}`,
    unit: unit || 'NU',
    gain: isLine ? gain : 1,
    baseline: isLine ? digitalMin - physicalMin * gain : 0,
    isCalibrated: isLine && unit !== '',
  });
}

async function* readBlocks(
  edf: EdfHeader,
  data: DataRecords,
  runs: readonly Run[],
  rate: number,
  lengthSamples: number,
  abort?: AbortSignal,
): AsyncGenerator<SignalBlock, void, undefined> {
  const stretches = byteStretches(edf).filter(({ signal }) => signal.label !== annotationLabel(edf.sampleBytes));
  const samplesInBlock = Math.ceil(blockSamples / stretches.length);
  let at = 0;
  for (const run of runs) {
    while (at < run.fromSample) {
      abort?.throwIfAborted();
      const length = Math.min(samplesInBlock, run.fromSample - at);
      yield { fromSample: at, leads: stretches.map(() => new Int32Array(length).fill(gapSample)) };
      at += length;
    }
    for await (const { count, bytes } of readRecords(
      data,
      run.firstRecord,
      run.records,
      Math.floor(samplesInBlock / rate),
    )) {
      abort?.throwIfAborted();
      const length = Math.min(count * rate, lengthSamples - at);
      const leads = stretches.map(({ signal, from }) => {
        const lead = new Int32Array(count * rate);
        for (let r = 0; r < count; r++)
          hold(bytes, r * data.recordBytes + from, signal, edf.sampleBytes, lead.subarray(r * rate, (r + 1) * rate));
        return lead.subarray(0, length);
      });
      yield { fromSample: at, leads };
      at += length;
    }
  }
}

/** One signal's samples of one data record, repeated up to the length of `lead`. */
function hold(
  bytes: Uint8Array,
  from: number,
  { samplesPerRecord, digitalMin }: EdfSignal,
  sampleBytes: 2 | 3,
  lead: Int32Array,
): void {
  const gap = edfGap(sampleBytes);
  const canBeGap = digitalMin > gap;
  for (let i = 0; i < lead.length; i++) {
    const at = samplesPerRecord === lead.length ? i : Math.floor((i * samplesPerRecord) / lead.length);
    const byte = from + sampleBytes * at;
    const sample =
      sampleBytes === 2
        ? ((bytes[byte] | (bytes[byte + 1] << 8)) << 16) >> 16
        : ((bytes[byte] | (bytes[byte + 1] << 8) | (bytes[byte + 2] << 16)) << 8) >> 8;
    lead[i] = canBeGap && sample === gap ? gapSample : sample;
  }
}
