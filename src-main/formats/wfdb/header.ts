import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { FormatError } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';
import { textOf } from './text.ts';

/*
 * Header files (`RECORD.hea`), as the WFDB Applications Guide specifies them in header(5).
 * Lines end in LF or CRLF; lines that start with `#` before or between the others are comments.
 *
 *   record   = NAME [ "/" SEGMENTS ] SIGNALS [ HZ [ "/" COUNTER-HZ [ "(" BASE-COUNTER ")" ] ] [ LENGTH [ TIME ] [ DATE ] ] ]
 *   signal   = FILE FORMAT [ "x" SAMPLES-PER-FRAME ] [ ":" SKEW ] [ "+" BYTE-OFFSET ]
 *              [ [ GAIN ] [ "(" BASELINE ")" ] [ "/" UNIT ] [ ADC-BITS [ ADC-ZERO [ INITIAL-VALUE
 *              [ CHECKSUM [ BLOCK-SIZE [ DESCRIPTION ] ] ] ] ] ] ]
 *   segment  = NAME LENGTH                         (instead of signal lines, where SEGMENTS is given)
 *   notes    = { "#" TEXT }                        (after the last signal or segment line)
 *
 * Absent: HZ is 250, GAIN is 200 and uncalibrated (so is a gain of 0), BASELINE is ADC-ZERO, UNIT is mV.
 */

export interface WfdbSignal {
  readonly file: string;
  /** WFDB's number of the storage format: 16, 212 … */
  readonly format: number;
  readonly samplesPerFrame: number;
  /** Frames by which this signal lies later in its file than the others of the same instant. */
  readonly skewFrames: number;
  /** Bytes before the first sample of the file. */
  readonly byteOffset: number;
  readonly gain: number;
  readonly isCalibrated: boolean;
  readonly baseline: number;
  readonly unit: string;
  readonly adcBits: number;
  readonly adcZero: number;
  readonly initialValue: number | undefined;
  /** Sum of all samples modulo 65 536, as written: signed or unsigned. */
  readonly checksum: number | undefined;
  readonly blockSizeBytes: number;
  readonly description: string;
}

/** One part of a record in several segments; the name `~` is a stretch without any signal. */
export interface WfdbSegment {
  readonly name: string;
  readonly lengthFrames: number;
}

export interface WfdbHeader {
  readonly name: string;
  readonly framesPerSecond: number;
  readonly counterHz: number | undefined;
  readonly baseCounter: number | undefined;
  /** undefined where the header leaves it to the size of the signal file. */
  readonly lengthFrames: number | undefined;
  /** Time of day of the first sample as written, `10:00:00`; empty where absent. */
  readonly baseTime: string;
  /** Date of the first sample as written, `25/12/2001`; empty where absent. */
  readonly baseDate: string;
  readonly signalCount: number;
  readonly signals: readonly WfdbSignal[];
  readonly segments: readonly WfdbSegment[];
  readonly notes: readonly string[];
}

const number = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`;
const rateField = new RegExp(`^(${number})(?:/(${number})(?:\\((${number})\\))?)?$`);
const gainField = new RegExp(`^(${number})?(?:\\((-?\\d+)\\))?(?:/(\\S+))?$`);
const formatField = /^(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?$/;
const defaultGain = 200;
/** No header is longer; a larger file is something else. */
const maxHeaderBytes = 4 << 20;

/**
 * Reads and parses a header file.
 * @param namedBy  the file that refers to it, where it is a segment's.
 */
export async function readHeader(path: string, namedBy?: string): Promise<WfdbHeader> {
  const file = basename(path);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile())
    throw new FormatError({
      file,
      where: '',
      rule: namedBy
        ? `this header, which ${namedBy} names, is not there; put it beside ${namedBy}`
        : 'there is no such header; give the path of a record',
      kind: 'missing-file',
    });
  if (found.size > maxHeaderBytes)
    throw new FormatError({
      file,
      where: '',
      rule: `the header has ${grouped(found.size)} bytes, and no header is larger than ${grouped(maxHeaderBytes)}`,
      kind: 'bad-header',
    });
  return parseHeader(await readFile(path), file);
}

/**
 * @param bytes  the whole header file.
 * @param file   its name, for messages.
 * @throws {FormatError} `bad-header` with the line, what stands there and what was expected.
 */
export function parseHeader(bytes: Uint8Array, file: string): WfdbHeader {
  const refuse = (line: number, rule: string): never => {
    throw new FormatError({ file, where: line > 0 ? `line ${line}` : '', rule, kind: 'bad-header' });
  };
  if (bytes.length === 0) refuse(0, 'the header is empty; copy it again from its source');
  if (bytes.includes(0)) refuse(0, 'this is no header but binary data; give the text file that ends in .hea');

  const lines = textOf(bytes)
    .split(/\r?\n/)
    .map((text, index) => ({ text: text.trim(), line: index + 1 }));
  const content = lines.filter(({ text }) => text !== '' && !text.startsWith('#'));
  if (content.length === 0) refuse(0, 'the header has no record line, such as `100 2 360 650000`');

  const [{ text: recordText, line: recordLine }, ...rest] = content;
  const record = parseRecordLine(recordText, (rule) => refuse(recordLine, rule));
  const promised = record.segmentCount ?? record.signalCount;
  const noun = record.segmentCount === undefined ? 'signal' : 'segment';
  if (rest.length !== promised)
    refuse(
      rest.length > promised ? rest[promised].line : recordLine,
      `the record line promises ${promised} ${noun} lines and the header has ${rest.length}; one of them was lost or added`,
    );

  const lastLine = content[content.length - 1].line;
  const { segmentCount, ...facts } = record;
  return {
    ...facts,
    signals:
      segmentCount === undefined
        ? rest.map(({ text, line }) => parseSignalLine(text, (rule) => refuse(line, rule)))
        : [],
    segments:
      segmentCount === undefined
        ? []
        : rest.map(({ text, line }) => parseSegmentLine(text, (rule) => refuse(line, rule))),
    notes: lines
      .filter(({ text, line }) => line > lastLine && text.startsWith('#'))
      .map(({ text }) => text.slice(1).trim()),
  };
}

type Refuse = (rule: string) => never;

function parseRecordLine(text: string, refuse: Refuse) {
  const [nameField, signalsField, rate = '250', length, ...start] = text.split(/\s+/);
  const named = /^([^/]+)(?:\/(\d+))?$/.exec(nameField) ?? refuse(`\`${nameField}\` is no record name`);
  const rates =
    rateField.exec(rate) ?? refuse(`the sampling rate is \`${rate}\`; a number of samples per second was expected`);
  const framesPerSecond = Number(rates[1]);
  if (!(framesPerSecond > 0 && Number.isFinite(framesPerSecond)))
    refuse(`the sampling rate is \`${rate}\`; it must be above 0`);
  const lengthFrames = length === undefined ? 0 : count(length, 'number of samples', refuse);
  const isTime = (field: string) => /^\[?\d+(:\d+)+(\.\d+)?\]?$/.test(field);
  const isDate = (field: string) => /^\d+[/-]\w+[/-]\d+\]?$/.test(field);
  const strange = start.find((field) => !isTime(field) && !isDate(field));
  if (strange !== undefined) refuse(`\`${strange}\` is neither a time (10:00:00) nor a date (25/12/2001)`);
  const segmentCount = named[2] === undefined ? undefined : count(named[2], 'number of segments', refuse);
  if (segmentCount === 0) refuse('the record promises 0 segments; it must have at least one');
  return {
    name: named[1],
    segmentCount,
    signalCount: count(signalsField ?? '', 'number of signals', refuse),
    framesPerSecond,
    counterHz: rates[2] === undefined ? undefined : Number(rates[2]),
    baseCounter: rates[3] === undefined ? undefined : Number(rates[3]),
    lengthFrames: lengthFrames === 0 ? undefined : lengthFrames,
    baseTime: start.find(isTime) ?? '',
    baseDate: start.find(isDate) ?? '',
  };
}

function parseSignalLine(text: string, refuse: Refuse): WfdbSignal {
  const fields = text.split(/\s+/);
  const [file, format, gain, adcBits, adcZero, initialValue, checksum, blockSize] = fields;
  if (/[/\\]/.test(file)) refuse(`the signal file \`${file}\` is not beside the header; put both into one folder`);
  const storage =
    formatField.exec(format ?? '') ??
    refuse(`the signal format is \`${format ?? ''}\`; a number such as 212 was expected`);
  const scale =
    gainField.exec(gain ?? '') ??
    refuse(`the gain is \`${gain}\`; a number of steps per unit such as 200/mV was expected`);
  const steps = Number(scale[1] ?? 0);
  if (!Number.isFinite(steps)) refuse(`the gain is \`${gain}\`, which is beyond what a number can hold`);
  const whole = (field: string | undefined, what: string, absent: number): number =>
    field === undefined ? absent : integer(field, what, refuse);
  const zero = whole(adcZero, 'ADC zero', 0);
  const samplesPerFrame = storage[2] === undefined ? 1 : count(storage[2], 'number of samples per frame', refuse);
  if (samplesPerFrame === 0) refuse('the signal has 0 samples per frame; it must have at least one');
  return {
    file,
    format: count(storage[1], 'signal format', refuse),
    samplesPerFrame,
    skewFrames: count(storage[3] ?? '0', 'skew', refuse),
    byteOffset: count(storage[4] ?? '0', 'byte offset', refuse),
    gain: steps === 0 ? defaultGain : steps,
    isCalibrated: steps !== 0,
    baseline: scale[2] === undefined ? zero : integer(scale[2], 'baseline', refuse),
    unit: scale[3] ?? 'mV',
    adcBits: whole(adcBits, 'ADC resolution', 0),
    adcZero: zero,
    initialValue: initialValue === undefined ? undefined : integer(initialValue, 'initial value', refuse),
    checksum: checksum === undefined ? undefined : integer(checksum, 'checksum', refuse),
    blockSizeBytes: whole(blockSize, 'block size', 0),
    description: /^(?:\S+\s+){8}(.*)$/.exec(text)?.[1] ?? '',
  };
}

function parseSegmentLine(text: string, refuse: Refuse): WfdbSegment {
  const [name, length, ...more] = text.split(/\s+/);
  if (/[/\\]/.test(name)) refuse(`the segment \`${name}\` is not beside the header; put both into one folder`);
  if (length === undefined || more.length > 0) refuse(`a segment line is a name and a length; this one is \`${text}\``);
  return { name, lengthFrames: count(length, 'segment length', refuse) };
}

function integer(field: string, what: string, refuse: Refuse): number {
  const value = Number(field);
  if (!/^[-+]?\d+$/.test(field) || !Number.isSafeInteger(value))
    refuse(`the ${what} is \`${field}\`; a whole number was expected`);
  return value;
}

function count(field: string, what: string, refuse: Refuse): number {
  const value = integer(field, what, refuse);
  if (value < 0) refuse(`the ${what} is ${value}; it cannot be below 0`);
  return value;
}

/** The text of a header file; what `parseHeader` reads back is equal. */
export function formatHeader(header: WfdbHeader): string {
  const counter =
    header.counterHz === undefined
      ? ''
      : `/${header.counterHz}${header.baseCounter === undefined ? '' : `(${header.baseCounter})`}`;
  const segments = header.segments.length > 0 ? `/${header.segments.length}` : '';
  const record = [
    `${header.name}${segments}`,
    header.signalCount,
    `${header.framesPerSecond}${counter}`,
    header.lengthFrames ?? 0,
    header.baseTime,
    header.baseDate,
  ];
  const lines = [
    record.join(' ').trimEnd(),
    ...header.signals.map(formatSignalLine),
    ...header.segments.map(({ name, lengthFrames }) => `${name} ${lengthFrames}`),
    ...header.notes.map((note) => `# ${note}`.trimEnd()),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function formatSignalLine(signal: WfdbSignal): string {
  const frame = signal.samplesPerFrame === 1 ? '' : `x${signal.samplesPerFrame}`;
  const skew = signal.skewFrames === 0 ? '' : `:${signal.skewFrames}`;
  const offset = signal.byteOffset === 0 ? '' : `+${signal.byteOffset}`;
  const gain = signal.isCalibrated ? signal.gain : 0;
  const fields = [
    signal.file,
    `${signal.format}${frame}${skew}${offset}`,
    `${gain}(${signal.baseline})/${signal.unit}`,
    signal.adcBits,
    signal.adcZero,
    ...(signal.initialValue === undefined ? [] : [signal.initialValue]),
    ...(signal.checksum === undefined ? [] : [signal.checksum, signal.blockSizeBytes, signal.description]),
  ];
  return fields.join(' ').trimEnd();
}
