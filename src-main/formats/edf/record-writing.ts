import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import type { Annotation } from '../../domain/annotation.ts';
import { grouped } from '../../domain/grouped.ts';
import { gapSample, type Lead, type RecordHeader } from '../../domain/record.ts';
import type { SignalBlock } from '../signal-block.ts';
import { formatRecordEvents, textOfAnnotation, type EdfEvent } from './annotations.ts';
import { annotationLabel, formatEdfHeader, type EdfSignal } from './header.ts';
import { edfGap, endText } from './record.ts';

const digitalLimit = 32767;
/** Longest data record that is tried for a sampling rate that is not a whole number. */
const maxDurationS = 1000;

/**
 * Writes an EDF+C file without any patient data: name and dates are those that EDF+ gives to anonymous files.
 * The last data record is filled with its last samples; the text `Recording ends` says where they begin.
 * Gains whose limits have more than 8 characters are rounded to them.
 * @param signals      blocks in order without holes, `lengthSamples` in all, one array a lead; gaps are written as -32768.
 * @param annotations  marks in order of time; subtype, channel and num have no place in EDF+ and are left out.
 * @throws {RangeError} for a sample beyond 16 bits, a lead whose limits do not fit, or blocks that do not make up the record.
 */
export async function writeEdfRecord(
  path: string,
  header: RecordHeader,
  signals: AsyncIterable<SignalBlock> | Iterable<SignalBlock>,
  annotations: readonly Annotation[] = [],
  { replace = false }: { readonly replace?: boolean } = {},
): Promise<void> {
  if (!replace && (await stat(path).catch(() => undefined)))
    throw new RangeError(`${path} is there already; choose another folder`);
  const { samples, durationS } = recordShape(header.samplingHz);
  const recordCount = Math.ceil(header.lengthSamples / samples);
  const lists = eventLists(header, annotations, samples, durationS, recordCount);
  const listSamples = Math.ceil(lists.reduce((most, list) => Math.max(most, list.length), 0) / 2);
  const edf = formatEdfHeader({
    patient: 'X X X X',
    recording: 'Startdate X X X X',
    startDate: '01.01.85',
    startTime: '00.00.00',
    variant: 'EDF+C',
    recordCount,
    recordDurationS: durationS,
    signals: [...header.leads.map((lead) => signalOf(lead, samples)), annotationSignal(listSamples)],
  });
  const aside = `${path}.part`;
  const file = await open(aside, 'w');
  try {
    await file.writeFile(edf);
    await writeRecords(file, header, signals, samples, lists, 2 * listSamples);
    await file.sync();
    await file.close();
    await rename(aside, path);
  } catch (cause) {
    await file.close().catch(() => undefined);
    await rm(aside, { force: true });
    throw cause;
  }
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

/** One list of texts for each data record, the moment of its beginning first. */
function eventLists(
  { samplingHz, lengthSamples }: RecordHeader,
  annotations: readonly Annotation[],
  samples: number,
  durationS: number,
  recordCount: number,
): Uint8Array[] {
  const events = Array.from({ length: recordCount }, (): EdfEvent[] => []);
  const add = (atSample: number, text: string) =>
    events[Math.min(recordCount - 1, Math.floor(atSample / samples))].push({
      onsetS: atSample / samplingHz,
      durationS: undefined,
      text,
    });
  for (const annotation of annotations) {
    if (!(annotation.atSample >= 0 && annotation.atSample < lengthSamples))
      throw new RangeError(`an annotation is at sample ${annotation.atSample} of ${lengthSamples}`);
    add(annotation.atSample, textOfAnnotation(annotation));
  }
  if (lengthSamples % samples !== 0) add(lengthSamples, endText);
  return events.map((list, record) => formatRecordEvents({ startS: record * durationS, events: list }));
}

function signalOf({ name, unit, gain, baseline, isCalibrated }: Lead, samplesPerRecord: number): EdfSignal {
  const physical = (digital: number) => inEightCharacters(isCalibrated ? (digital - baseline) / gain : digital);
  const [physicalMin, physicalMax] = [physical(-digitalLimit), physical(digitalLimit)];
  if (physicalMin === physicalMax)
    throw new RangeError(`the gain of ${name}, ${gain}, is too high for the fields of EDF`);
  return {
    label: name.slice(0, 16),
    transducer: '',
    unit: isCalibrated ? unit.slice(0, 8) : '',
    physicalMin,
    physicalMax,
    digitalMin: -digitalLimit,
    digitalMax: digitalLimit,
    prefilter: '',
    samplesPerRecord,
  };
}

const annotationSignal = (samplesPerRecord: number): EdfSignal => ({
  label: annotationLabel,
  transducer: '',
  unit: '',
  physicalMin: -1,
  physicalMax: 1,
  digitalMin: -32768,
  digitalMax: 32767,
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

async function writeRecords(
  file: FileHandle,
  header: RecordHeader,
  blocks: AsyncIterable<SignalBlock> | Iterable<SignalBlock>,
  samples: number,
  lists: readonly Uint8Array[],
  listBytes: number,
): Promise<void> {
  const leadCount = header.leads.length;
  const record = Buffer.alloc(2 * samples * leadCount + listBytes);
  let written = 0;
  const flush = async () => {
    const list = lists[Math.ceil(written / samples) - 1];
    record.fill(0, 2 * samples * leadCount);
    record.set(list, 2 * samples * leadCount);
    await file.writeFile(record);
  };
  for await (const { fromSample, leads } of blocks) {
    if (fromSample !== written || leads.length !== leadCount)
      throw new RangeError(
        `a block of ${leads.length} leads begins at ${fromSample}, not of ${leadCount} at ${written}`,
      );
    for (let i = 0; i < leads[0].length; i++) {
      const inRecord = written % samples;
      leads.forEach((lead, l) =>
        record.writeInt16LE(stored(lead[i], header.leads[l], written), 2 * (l * samples + inRecord)),
      );
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
    const last = record.readInt16LE(2 * (l * samples + rest - 1));
    for (let i = rest; i < samples; i++) record.writeInt16LE(last, 2 * (l * samples + i));
  }
  await flush();
}

function stored(sample: number, { name }: Lead, atSample: number): number {
  if (sample === gapSample) return edfGap;
  if (sample >= -digitalLimit && sample <= digitalLimit) return sample;
  throw new RangeError(
    `lead ${name} is ${sample} at sample ${grouped(atSample)}, and EDF holds ${-digitalLimit} to ${digitalLimit}`,
  );
}
