import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Annotation } from '../domain/annotation.ts';
import { FormatError } from '../domain/format-error.ts';
import type { RecordHeader } from '../domain/record.ts';
import type { CsvGiven } from '../domain/csv-table.ts';
import { openAecgRecord } from './aecg/record.ts';
import { openCsvRecord } from './csv/record.ts';
import { openDicomRecord } from './dicom/record.ts';
import { familyName } from './edf/header.ts';
import { openEdfRecord } from './edf/record.ts';
import { openIshneRecord } from './ishne/record.ts';
import { openMuseRecord } from './muse/record.ts';
import { looksLikeScp, openScpRecord } from './scp/record.ts';
import type { SignalBlock } from './signal-block.ts';
import { readAnnotationFile } from './wfdb/annotation-file.ts';
import { annotatorsBeside } from './wfdb/annotators.ts';
import { openWfdbRecord } from './wfdb/record.ts';
import type { WholeRecord } from './whole/whole-file.ts';

/** A recording of any format that can be read, before its samples are. */
export interface Recording {
  readonly header: RecordHeader;
  /** As people call the format: `WFDB`, `EDF`. */
  readonly format: string;
  readonly sourceFiles: readonly string[];
  /** Whether the format has checksums of the samples, which reading then verifies. */
  readonly hasChecksums: boolean;
  /** Annotations that came with it, by annotator. */
  readonly reference: readonly { readonly annotator: string; readonly annotations: readonly Annotation[] }[];
  blocks(abort?: AbortSignal): AsyncIterable<SignalBlock>;
}

/** What the reader says of files that do not say everything themselves. */
export interface RecordingGiven {
  readonly csv?: CsvGiven | undefined;
}

/** How one format is told from the others, and read. */
interface RecordingReader {
  readonly suffix: RegExp;
  /** Whether such a file is a recording wherever it lies; else only where no WFDB header lies beside it. */
  readonly standsBesideHeaders: boolean;
  /** Whether the file's first bytes are those of the format, whatever its name. */
  recognizes(head: Uint8Array): boolean;
  open(path: string, given: RecordingGiven, abort?: AbortSignal): Promise<Recording>;
}

/** Raised by one where a reader gives other values for the same file than before. */
export const readerVersion = '2';

const headBytes = 4096;

const edf: RecordingReader = {
  suffix: /\.(edf|bdf)$/i,
  standsBesideHeaders: true,
  recognizes: (head) => /^(0 {7}|\xffBIOSEMI)/.test(latin1(head)),
  open: async (path) => {
    const { header, edf: facts, sourceFiles, annotations, blocks } = await openEdfRecord(path);
    const reference = annotations.length > 0 ? [{ annotator: 'edf', annotations }] : [];
    return { header, format: familyName(facts.sampleBytes), sourceFiles, hasChecksums: false, reference, blocks };
  },
};

const csv: RecordingReader = {
  suffix: /\.(csv|tsv)$/i,
  standsBesideHeaders: false,
  recognizes: () => false,
  open: async (path, given, abort) => {
    const { header, sourceFiles, blocks } = await openCsvRecord(path, given.csv, abort);
    return { header, format: 'CSV', sourceFiles, hasChecksums: false, reference: [], blocks };
  },
};

/** What the annotations of a format are called where one program made them all. */
const withAnnotations = (record: WholeRecord, format: string, hasChecksums = false): Recording => {
  const { header, sourceFiles, annotations, blocks } = record;
  const reference = annotations.length > 0 ? [{ annotator: format.toLowerCase(), annotations }] : [];
  return { header, format, sourceFiles, hasChecksums, reference, blocks };
};

const ishne: RecordingReader = {
  suffix: /\.ecg$/i,
  standsBesideHeaders: true,
  recognizes: (head) => latin1(head).startsWith('ISHNE1.0'),
  open: async (path) => withAnnotations(await openIshneRecord(path), 'ISHNE'),
};

const scp: RecordingReader = {
  suffix: /\.scp$/i,
  standsBesideHeaders: true,
  recognizes: looksLikeScp,
  open: async (path) => withAnnotations(await openScpRecord(path), 'SCP', true),
};

const dicom: RecordingReader = {
  suffix: /\.(dcm|dicom)$/i,
  standsBesideHeaders: true,
  recognizes: (head) => latin1(head.subarray(128, 132)) === 'DICM',
  open: async (path) => withAnnotations(await openDicomRecord(path), 'DICOM'),
};

const aecg: RecordingReader = {
  suffix: /\.aecg$/i,
  standsBesideHeaders: true,
  recognizes: (head) => /<(\w+:)?AnnotatedECG[\s>]/.test(xmlStart(head)),
  open: async (path) => withAnnotations(await openAecgRecord(path), 'aECG'),
};

const muse: RecordingReader = {
  suffix: /\.xml$/i,
  standsBesideHeaders: true,
  recognizes: (head) => /<RestingECG[\s>]/.test(xmlStart(head)),
  open: async (path) => withAnnotations(await openMuseRecord(path), 'MUSE'),
};

/** A further format of one file is one entry here. */
const readers: readonly RecordingReader[] = [edf, ishne, scp, dicom, aecg, muse, csv];

/** Whether a file is a recording by its name alone. */
export const isRecordingName = (name: string): boolean => readers.some(({ suffix }) => suffix.test(name));

/** Whether it is one even in a folder of WFDB records, where tables and lists of other kinds lie too. */
export const isRecordingBesideHeaders = (name: string): boolean =>
  readers.some(({ suffix, standsBesideHeaders }) => standsBesideHeaders && suffix.test(name));

/**
 * Opens a recording of any known format, told by its content and else by its name.
 * @param path   a WFDB header or a file of another format.
 * @param given  what the reader says of it, where the file does not say everything.
 * @throws {FormatError} where it cannot be read, or is of no known format.
 */
export async function openRecording(path: string, given: RecordingGiven = {}, abort?: AbortSignal): Promise<Recording> {
  if (path.endsWith('.hea')) return openWfdb(path);
  const head = await headOf(path);
  const reader = readers.find(({ recognizes }) => recognizes(head)) ?? readers.find(({ suffix }) => suffix.test(path));
  if (reader) return reader.open(path, given, abort);
  throw new FormatError({
    ...{ file: basename(path), where: 'byte 0', kind: 'unsupported-format' },
    rule: 'this is no recording of a known format, and no .hea header beside it names it; give the record with its header',
  });
}

async function openWfdb(path: string): Promise<Recording> {
  const stem = path.replace(/\.hea$/, '');
  const { header, wfdb, clock, sourceFiles, blocks } = await openWfdbRecord(stem);
  const reference = [];
  for (const { annotator, path: file } of await annotatorsBeside(stem))
    reference.push({ annotator, annotations: (await readAnnotationFile(file, clock)).annotations });
  const hasChecksums = wfdb.signals.every(({ checksum }) => checksum !== undefined);
  return { header, format: 'WFDB', sourceFiles, hasChecksums, reference, blocks };
}

async function headOf(path: string): Promise<Uint8Array> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile())
    throw new FormatError({ file: basename(path), where: '', rule: 'there is no such file', kind: 'missing-file' });
  const handle = await open(path);
  try {
    const head = new Uint8Array(Math.min(headBytes, found.size));
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The first characters of an XML file, of 8 or 16 bits. */
const xmlStart = (head: Uint8Array): string => latin1(head).replaceAll('\0', '');

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
