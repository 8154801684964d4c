import { FormatError, type FormatBreach } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';

/*
 * Headers of EDF, EDF+, BDF and BDF+ files, as edfplus.info/specs/edf.html and edfplus.html and biosemi.com/faq/
 * file_format.htm specify them: fields of fixed width in ASCII, filled up with spaces. BDF is EDF with 24 bits a sample;
 * its version is the byte 255 and `BIOSEMI`, and `BDF` stands in the place of `EDF`.
 *
 *   version 8 ("0") · patient 80 · recording 80 · start date 8 (dd.mm.yy) · start time 8 (hh.mm.ss) · header bytes 8
 *   · reserved 44 ("EDF+C", "EDF+D" or anything) · data records 8 (-1: not known) · seconds a record 8 · signals 4
 *   then for all signals each: label 16 · transducer 80 · unit 8 · physical minimum 8 · physical maximum 8
 *   · digital minimum 8 · digital maximum 8 · prefilter 80 · samples a record 8 · reserved 32
 *
 * Data records follow: for each signal its samples, 16 or 24 bits, low byte first.
 */

export interface EdfSignal {
  readonly label: string;
  readonly transducer: string;
  readonly unit: string;
  readonly physicalMin: number;
  readonly physicalMax: number;
  readonly digitalMin: number;
  readonly digitalMax: number;
  readonly prefilter: string;
  readonly samplesPerRecord: number;
}

export interface EdfHeader {
  /** 2 of EDF, 3 of BDF. */
  readonly sampleBytes: 2 | 3;
  readonly patient: string;
  readonly recording: string;
  readonly startDate: string;
  readonly startTime: string;
  /** Whether it has annotations; `with pauses`: the data records need not follow one another. */
  readonly variant: 'plain' | 'annotated' | 'with pauses';
  /** undefined where the recorder did not fill it in. */
  readonly recordCount: number | undefined;
  readonly recordDurationS: number;
  readonly signals: readonly EdfSignal[];
}

/** What EDF and BDF call themselves. */
export const familyName = (sampleBytes: 2 | 3): 'EDF' | 'BDF' => (sampleBytes === 3 ? 'BDF' : 'EDF');

/** Label of a signal that holds annotations in place of samples. */
export const annotationLabel = (sampleBytes: 2 | 3): string => `${familyName(sampleBytes)} Annotations`;

const bdfVersion = '\xffBIOSEMI';

const mainWidths = [8, 80, 80, 8, 8, 8, 44, 8, 8, 4];
const signalWidths = [16, 80, 8, 8, 8, 8, 8, 80, 8, 32];
/** Bytes of the part before the signals; each signal takes as many again. */
export const headerBlockBytes = 256;
const maxSignals = 4096;

/**
 * Number of signals, from the first 256 bytes; the whole header has 256 bytes for each of them and 256 more.
 * @throws {FormatError} where this is no EDF file.
 */
export function signalCountOf(block: Uint8Array, file: string): number {
  const refuse = (rule: string, kind: FormatBreach['kind'] = 'bad-header'): never => {
    throw new FormatError({ file, where: 'byte 0', rule, kind });
  };
  const text = ascii(block);
  if (text.slice(0, 8).trim() !== '0' && text.slice(0, 8) !== bdfVersion)
    refuse('this is no EDF or BDF file: it begins with neither the version 0 nor BIOSEMI');
  if (block.length < headerBlockBytes)
    refuse(
      `the header ends after ${block.length} of ${headerBlockBytes} bytes; copy the file again from its source`,
      'truncated',
    );
  const field = text.slice(252, 256).trim();
  const count = Number(field);
  if (!/^\d+$/.test(field) || count < 1 || count > maxSignals)
    refuse(`the number of signals is \`${field}\`; 1 to ${grouped(maxSignals)} were expected`);
  return count;
}

/**
 * @param bytes  the whole header.
 * @throws {FormatError} with the byte of the field that is wrong.
 */
export function parseEdfHeader(bytes: Uint8Array, file: string): EdfHeader {
  const count = signalCountOf(bytes.subarray(0, headerBlockBytes), file);
  const fields = new FieldReader(ascii(bytes), file);
  const [version, patient, recording, startDate, startTime] = mainWidths.slice(0, 5).map((width) => fields.text(width));
  fields.text(8); // header bytes follow from the number of signals, and some recorders fill in nonsense
  const reserved = fields.text(44);
  const records = fields.number(8, 'number of data records');
  const recordDurationS = fields.number(8, 'duration of a data record');
  fields.text(4);
  if (!Number.isInteger(records) || recordDurationS < 0)
    fields.refuse(`${records} data records of ${recordDurationS} seconds make no recording`);

  const column = <Value>(read: (signal: number) => Value): Value[] => Array.from({ length: count }, (_, s) => read(s));
  const label = column(() => fields.text(16));
  const transducer = column(() => fields.text(80));
  const unit = column(() => fields.text(8));
  const limits = ['physical minimum', 'physical maximum', 'digital minimum', 'digital maximum'].map((what) =>
    column((s) => fields.number(8, `${what} of ${label[s]}`)),
  );
  const prefilter = column(() => fields.text(80));
  const samplesPerRecord = column((s) => {
    const samples = fields.number(8, `number of samples of ${label[s]}`);
    if (!Number.isInteger(samples) || samples < 1)
      fields.refuse(`${label[s]} has ${samples} samples a record; a whole number above 0 was expected`);
    return samples;
  });
  const kind = /^(?:EDF|BDF)\+([CD])/.exec(reserved)?.[1];
  return {
    sampleBytes: version === bdfVersion ? 3 : 2,
    patient,
    recording,
    startDate,
    startTime,
    variant: kind === 'C' ? 'annotated' : kind === 'D' ? 'with pauses' : 'plain',
    recordCount: records < 0 ? undefined : records,
    recordDurationS,
    signals: column((s) => ({
      label: label[s],
      transducer: transducer[s],
      unit: unit[s],
      physicalMin: limits[0][s],
      physicalMax: limits[1][s],
      digitalMin: limits[2][s],
      digitalMax: limits[3][s],
      prefilter: prefilter[s],
      samplesPerRecord: samplesPerRecord[s],
    })),
  };
}

const ascii = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** Takes one field after the other. */
class FieldReader {
  readonly #text: string;
  readonly #file: string;
  #at = 0;
  #fieldAt = 0;
  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }
  refuse(rule: string, kind: FormatBreach['kind'] = 'bad-header'): never {
    throw new FormatError({ file: this.#file, where: `byte ${grouped(this.#fieldAt)}`, rule, kind });
  }
  text(width: number): string {
    this.#fieldAt = this.#at;
    this.#at += width;
    if (this.#at > this.#text.length)
      this.refuse('the file ends within its header; copy it again from its source', 'truncated');
    return this.#text
      .slice(this.#fieldAt, this.#at)
      .replace(/[\0 ]+$/, '')
      .trimStart();
  }
  /** Some recorders write a decimal comma, against the specification. */
  number(width: number, what: string): number {
    const field = this.text(width).replace(',', '.');
    const value = Number(field);
    if (field === '' || !Number.isFinite(value)) this.refuse(`the ${what} is \`${field}\`; a number was expected`);
    return value;
  }
}

/** The bytes of a header; what `parseEdfHeader` reads back is equal. */
export function formatEdfHeader(header: EdfHeader): Uint8Array {
  const { signals, sampleBytes } = header;
  const reserved = {
    plain: sampleBytes === 3 ? '24BIT' : '',
    annotated: `${familyName(sampleBytes)}+C`,
    'with pauses': `${familyName(sampleBytes)}+D`,
  };
  const main = [
    sampleBytes === 3 ? bdfVersion : '0',
    header.patient,
    header.recording,
    header.startDate,
    header.startTime,
    headerBlockBytes * (1 + signals.length),
    reserved[header.variant],
    header.recordCount ?? -1,
    header.recordDurationS,
    signals.length,
  ];
  const columns = [
    signals.map(({ label }) => label),
    signals.map(({ transducer }) => transducer),
    signals.map(({ unit }) => unit),
    signals.map(({ physicalMin }) => physicalMin),
    signals.map(({ physicalMax }) => physicalMax),
    signals.map(({ digitalMin }) => digitalMin),
    signals.map(({ digitalMax }) => digitalMax),
    signals.map(({ prefilter }) => prefilter),
    signals.map(({ samplesPerRecord }) => samplesPerRecord),
    signals.map(() => ''),
  ];
  const text =
    main.map((value, f) => padded(value, mainWidths[f])).join('') +
    columns.map((column, f) => column.map((value) => padded(value, signalWidths[f])).join('')).join('');
  return Buffer.from(text, 'latin1');
}

function padded(value: string | number, width: number): string {
  const text = String(value).replace(/[^ -~\xff]/g, '?');
  if (text.length > width)
    throw new RangeError(`\`${text}\` does not fit into the ${width} characters of an EDF field`);
  return text.padEnd(width);
}
