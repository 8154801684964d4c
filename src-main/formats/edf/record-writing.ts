import type { FileHandle } from 'node:fs/promises';
import type { Annotation } from '../../domain/annotation.ts';
import { grouped } from '../../domain/grouped.ts';
import { gapSample, type Lead, type RecordHeader } from '../../domain/record.ts';
import type { SignalBlock } from '../signal-block.ts';
import { refuseExisting, writeAside } from '../write-aside.ts';
import { formatRecordEvents, textOfAnnotation, type EdfEvent } from './annotations.ts';
import { annotationLabel, familyName, formatEdfHeader, type EdfSignal } from './header.ts';
import { edfGap, endText } from './record.ts';

/** Longest data record that is tried for a sampling rate that is not a whole number. */
const maxDurationS = 1000;

export interface WrittenEdfOptions {
  readonly replace?: boolean;
  /** 2 for EDF, which holds 16 bits; 3 for BDF, which holds 24. */
  readonly sampleBytes?: 2 | 3;
  /** Stretches [from, to) in which no lead has a sample: whole data records within them are left out as pauses. */
  readonly pauses?: readonly (readonly [fromSample: number, toSample: number])[];
}

/** The largest sample of so many bytes; the one below its negative stands for a gap. */
export const edfLimit = (sampleBytes: 2 | 3): number => 2 ** (8 * sampleBytes - 1) - 1;

/**
 * Writes an EDF+ or BDF+ file without any patient data: name and dates are those that EDF+ gives to anonymous files.
 * The last data record is filled with its last samples; the text `Recording ends` says where they begin.
 * Gains whose limits have more than 8 characters are rounded to them.
 * @param signals      blocks in order without holes, `lengthSamples` in all, one array a lead; gaps are written as the
 *                     value below the least, or as pauses.
 * @param annotations  marks in order of time; subtype, channel and num have no place in EDF+ and are left out.
 * @throws {RangeError} for a sample beyond the bits, a lead whose limits do not fit, or blocks that do not make up the record.
 */
export async function writeEdfRecord(
  path: string,
  header: RecordHeader,
  signals: AsyncIterable<SignalBlock> | Iterable<SignalBlock>,
  annotations: readonly Annotation[] = [],
  { replace = false, sampleBytes = 2, pauses = [] }: WrittenEdfOptions = {},
): Promise<void> {
  if (!replace) await refuseExisting(path);
  const { samples, durationS } = recordShape(header.samplingHz);
  const records = Math.ceil(header.lengthSamples / samples);
  const isPause = pausedRecords(records, samples, pauses);
  const lists = eventLists(header, annotations, samples, durationS, isPause);
  const mostBytes = lists.reduce((most, list) => Math.max(most, list?.length ?? 0), 0);
  const listSamples = Math.ceil(mostBytes / sampleBytes);
  const edf = formatEdfHeader({
    sampleBytes,
    patient: 'X X X X',
    recording: 'Startdate X X X X',
    startDate: '01.01.85',
    startTime: '00.00.00',
    variant: isPause.includes(true) ? 'with pauses' : 'annotated',
    recordCount: isPause.filter((paused) => !paused).length,
    recordDurationS: durationS,
    signals: [
      ...header.leads.map((lead) => signalOf(lead, samples, edfLimit(sampleBytes))),
      annotationSignal(listSamples, sampleBytes),
    ],
  });
  await writeAside(path, async (file) => {
    await file.writeFile(edf);
    await writeRecords(file, header, signals, { samples, lists, listBytes: sampleBytes * listSamples, sampleBytes });
  });
}

/** The first and the last data record are always written: they say when the recording begins and ends. */
function pausedRecords(
  records: number,
  samples: number,
  pauses: NonNullable<WrittenEdfOptions['pauses']>,
): readonly boolean[] {
  const isPause = new Array<boolean>(records).fill(false);
  for (const [from, to] of pauses)
    isPause.fill(
      true,
      Math.max(1, Math.ceil(from / samples)),
      Math.max(1, Math.min(records - 1, Math.floor(to / samples))),
    );
  return isPause;
}

/** The shortest data record of whole seconds that holds whole samples, else about one second. */
function recordShape(samplingHz: number): { samples: number; durationS: number } {
  for (let durationS = 1; durationS <= maxDurationS; durationS++) {
    const samples = Math.round(samplingHz * durationS);
    if (samples > 0 && Math.abs(samplingHz * durationS - samples) < 1e-9 * samples) return { samples, durationS };
  }
  const samples = Math.max(1, Math.round(samplingHz));
  return { samples, durationS: inEightCharacters(samples / samplingHz) };
}

/** One list of texts for each data record that is written, the moment of its beginning first. */
function eventLists(
  { samplingHz, lengthSamples }: RecordHeader,
  annotations: readonly Annotation[],
  samples: number,
  durationS: number,
  isPause: readonly boolean[],
): (Uint8Array | undefined)[] {
  const events = isPause.map((): EdfEvent[] => []);
  const add = (atSample: number, text: string) => {
    let record = Math.min(isPause.length - 1, Math.floor(atSample / samples));
    while (isPause[record]) record--; // a mark within a pause stands in the data record before it
    events[record].push({ onsetS: atSample / samplingHz, durationS: undefined, text });
  };
  for (const annotation of annotations) {
    if (!(annotation.atSample >= 0 && annotation.atSample < lengthSamples))
      throw new RangeError(`an annotation is at sample ${annotation.atSample} of ${lengthSamples}`);
    add(annotation.atSample, textOfAnnotation(annotation));
  }
  if (lengthSamples % samples !== 0) add(lengthSamples, endText);
  return events.map((list, record) =>
    isPause[record] ? undefined : formatRecordEvents({ startS: record * durationS, events: list }),
  );
}

function signalOf(lead: Lead, samplesPerRecord: number, limit: number): EdfSignal {
  const { name, unit, isCalibrated } = lead;
  const [min, max] = [limitNear(lead, -limit), limitNear(lead, limit)];
  if (min.physical === max.physical)
    throw new RangeError(`the gain of ${name}, ${lead.gain}, is too high for the fields of EDF`);
  return {
    label: name.slice(0, 16),
    transducer: '',
    unit: isCalibrated ? unit.slice(0, 8) : '',
    physicalMin: min.physical,
    physicalMax: max.physical,
    digitalMin: min.digital,
    digitalMax: max.digital,
    prefilter: '',
    samplesPerRecord,
  };
}

/** Digital values tried for a limit, from the utmost one inwards. */
const limitsTried = 2000;

/** A digital limit whose physical value 8 characters hold best, so that gain and baseline are read as they were. */
function limitNear({ gain, baseline, isCalibrated }: Lead, utmost: number): { digital: number; physical: number } {
  let best = { digital: utmost, physical: utmost, error: Infinity };
  const tried = Math.min(limitsTried, Math.floor(Math.abs(utmost) / 500));
  for (let inwards = 0; inwards < tried && best.error > 1e-9; inwards++) {
    const digital = utmost - Math.sign(utmost) * inwards;
    const exact = isCalibrated ? (digital - baseline) / gain : digital;
    const physical = inEightCharacters(exact);
    const error = Math.abs((physical - exact) * gain);
    if (error < best.error) best = { digital, physical, error };
  }
  return best;
}

const annotationSignal = (samplesPerRecord: number, sampleBytes: 2 | 3): EdfSignal => ({
  label: annotationLabel(sampleBytes),
  transducer: '',
  unit: '',
  physicalMin: -1,
  physicalMax: 1,
  digitalMin: edfGap(sampleBytes),
  digitalMax: edfLimit(sampleBytes),
  prefilter: '',
  samplesPerRecord,
});

/** The number nearest to this one that 8 characters can hold. */
function inEightCharacters(value: number): number {
  for (let decimals = 7; decimals >= 0; decimals--) {
    const rounded = Number(value.toFixed(decimals));
    if (String(rounded).length <= 8 && !String(rounded).includes('e')) return rounded;
  }
  throw new RangeError(`${value} does not fit into the 8 characters of an EDF field`);
}

interface RecordLayout {
  readonly samples: number;
  /** The texts of each data record; a record without is left out. */
  readonly lists: readonly (Uint8Array | undefined)[];
  readonly listBytes: number;
  readonly sampleBytes: 2 | 3;
}

async function writeRecords(
  file: FileHandle,
  header: RecordHeader,
  blocks: AsyncIterable<SignalBlock> | Iterable<SignalBlock>,
  { samples, lists, listBytes, sampleBytes }: RecordLayout,
): Promise<void> {
  const leadCount = header.leads.length;
  const signalBytes = sampleBytes * samples * leadCount;
  const record = Buffer.alloc(signalBytes + listBytes);
  let written = 0;
  const flush = async () => {
    const list = lists[Math.ceil(written / samples) - 1];
    if (list === undefined) return;
    record.fill(0, signalBytes);
    record.set(list, signalBytes);
    await file.writeFile(record);
  };
  const place = (lead: number, inRecord: number) => sampleBytes * (lead * samples + inRecord);
  for await (const { fromSample, leads } of blocks) {
    if (fromSample !== written || leads.length !== leadCount)
      throw new RangeError(
        `a block of ${leads.length} leads begins at ${fromSample}, not of ${leadCount} at ${written}`,
      );
    for (let i = 0; i < leads[0].length; i++) {
      const inRecord = written % samples;
      for (let l = 0; l < leadCount; l++)
        record.writeIntLE(stored(leads[l][i], header.leads[l], written, sampleBytes), place(l, inRecord), sampleBytes);
      written++;
      if (inRecord === samples - 1) await flush();
    }
  }
  if (written !== header.lengthSamples)
    throw new RangeError(
      `the blocks hold ${grouped(written)} samples and the header says ${grouped(header.lengthSamples)}`,
    );
  const rest = written % samples;
  if (rest === 0) return;
  for (let l = 0; l < leadCount; l++) {
    const last = record.readIntLE(place(l, rest - 1), sampleBytes);
    for (let i = rest; i < samples; i++) record.writeIntLE(last, place(l, i), sampleBytes);
  }
  await flush();
}

function stored(sample: number, { name }: Lead, atSample: number, sampleBytes: 2 | 3): number {
  if (sample === gapSample) return edfGap(sampleBytes);
  const limit = edfLimit(sampleBytes);
  if (sample >= -limit && sample <= limit) return sample;
  throw new RangeError(
    `lead ${name} is ${sample} at sample ${grouped(atSample)}, and ${familyName(sampleBytes)} holds ${-limit} to ${limit}`,
  );
}
