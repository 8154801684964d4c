import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gapSample, type RecordHeader } from '../../src-main/domain/record.ts';
import { writeEdfRecord } from '../../src-main/formats/edf/record-writing.ts';
import { writeWfdbRecord } from '../../src-main/formats/wfdb/record-writing.ts';
import { sharedData } from '../support/shared-data.ts';

/** Whole files that are damaged one at a time. */
export interface Seed {
  /** The file that is opened, which is one of `files`. */
  readonly open: string;
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

export const oneFile = (name: string, bytes: Uint8Array): Seed => ({ open: name, files: [{ name, bytes }] });

const formats = join(sharedData, 'formats');

/** Example files beside the project; none where there are none. */
export const exampleFiles = (folder: string, ...names: readonly string[]): Seed[] =>
  names
    .map((name) => join(formats, folder, name))
    .filter((path) => existsSync(path))
    .map((path) => oneFile(basename(path), readFileSync(path)));

/** Example records of WFDB, each with the files whose names begin with its own. */
export const exampleRecords = (...names: readonly string[]): Seed[] =>
  names
    .map((name) => join(formats, 'wfdb', name))
    .filter((stem) => existsSync(`${stem}.hea`))
    .map((stem) => ({
      open: `${basename(stem)}.hea`,
      files: readdirSync(dirname(stem))
        .filter((file) => file.startsWith(basename(stem)))
        .map((name) => ({ name, bytes: readFileSync(join(dirname(stem), name)) })),
    }));

const lead = (name: string) => ({ name, unit: 'mV', gain: 200, baseline: 0, isCalibrated: true });
const madeHeader: RecordHeader = {
  name: 'made',
  samplingHz: 250,
  lengthSamples: 1000,
  leads: [lead('MLII'), lead('V5')],
  notes: [],
};
const madeBlocks = [
  {
    fromSample: 0,
    leads: [
      Int32Array.from({ length: 1000 }, (_, i) => (i % 100) - 50),
      Int32Array.from({ length: 1000 }, (_, i) => (i % 10 === 9 ? gapSample : 7)),
    ],
  },
];
export const madeMarks = Array.from({ length: 60 }, (_, i) => ({
  atSample: i * 16,
  symbol: 'NVA+~'[i % 5],
  subtype: i % 3,
  channel: i % 2,
  num: i % 7,
  aux: i % 10 === 0 ? '(AFIB' : '',
}));

/** What the program itself writes. */
async function written(open: string, write: (folder: string) => Promise<unknown>): Promise<Seed> {
  const folder = await mkdtemp(join(tmpdir(), 'seed-'));
  try {
    await write(folder);
    const files = readdirSync(folder).map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
    return { open, files };
  } finally {
    await rm(folder, { recursive: true });
  }
}

export const writtenWfdb = (format: number): Promise<Seed> =>
  written('made.hea', (folder) => writeWfdbRecord(folder, madeHeader, madeBlocks, format));

export const writtenEdf = (sampleBytes: 2 | 3, pauses: readonly (readonly [number, number])[] = []): Promise<Seed> => {
  const name = sampleBytes === 3 ? 'made.bdf' : 'made.edf';
  return written(name, (folder) =>
    writeEdfRecord(join(folder, name), madeHeader, madeBlocks, madeMarks, { sampleBytes, pauses }),
  );
};

/** An EDF file with fewer of its data records. */
export function shortened({ open, files }: Seed, records: number): Seed {
  const bytes = Buffer.from(files[0].bytes);
  const field = (at: number, width: number) => bytes.toString('latin1', at, at + width).trim();
  const signals = Number(field(252, 4));
  const samples = Array.from({ length: signals }, (_, s) => Number(field(256 + 216 * signals + 8 * s, 8)));
  const end = 256 * (1 + signals) + records * 2 * samples.reduce((sum, count) => sum + count, 0);
  bytes.write(String(records).padEnd(8), 236, 'latin1');
  return oneFile(open, bytes.subarray(0, end));
}

/** Annotations in the older form of the AHA. */
export const madeAhaMarks: Uint8Array = Buffer.concat([
  ...madeMarks.map(({ atSample }, i) => {
    const mark = Buffer.alloc(16);
    mark.write('NVFREPQUO'[i % 9], 1, 'latin1');
    mark.writeUInt16LE(atSample, 4);
    mark.writeUInt16LE(i + 1, 6);
    return mark;
  }),
  Buffer.alloc(64, 255),
]);

/** 600 samples of two leads as CSV: with a time column, as PhysioNet exports them, or with decimal commas. */
export function writtenCsv(kind: string): Uint8Array {
  const values = (i: number) => [((i % 100) / 50 - 1).toFixed(2), i % 50 === 9 ? '-' : (i % 7).toFixed(3)];
  const line = (i: number): string => {
    if (kind === 'quoted') return `'0:00.${String(4 * i).padStart(3, '0')}',${values(i).join(',')}`;
    if (kind === 'commas') return [(i / 250).toFixed(3), ...values(i)].join(';').replaceAll('.', ',');
    return [(i < 300 ? i / 250 : i / 250 + 1).toFixed(3), ...values(i)].join(',');
  };
  const header = { quoted: "'Elapsed time','MLII','V5'\n'hh:mm:ss.mmm','mV','mV'", commas: 'Zeit;MLII (mV);V5 (mV)' };
  const lines = Array.from({ length: kind === 'quoted' ? 240 : 600 }, (_, i) => line(i));
  return Buffer.from([header[kind as 'quoted'] ?? 'time (s),MLII (mV),V5 (mV)', ...lines].join('\n'));
}
