import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRecording } from '../../src-main/formats/recording.ts';
import { readRows } from '../../src-main/formats/rows/read-rows.ts';
import { rowLines, rowValues } from '../../src-main/formats/rows/row.ts';
import { readAnnotationFile } from '../../src-main/formats/wfdb/annotation-file.ts';
import { writeAnnotations } from '../../src-main/formats/wfdb/annotation-writing.ts';
import { crcCcitt } from '../../src-main/formats/whole/byte-reader.ts';
import { sharedData } from '../support/shared-data.ts';
import { madeAecg, madeDicom, madeIshne, madeMuse, shortDigits, shortIshne } from './made-files.ts';
import { madeScp } from './made-scp.ts';
import {
  exampleFiles,
  exampleRecords,
  madeAhaMarks,
  madeMarks,
  oneFile,
  type Seed,
  shortened,
  writtenCsv,
  writtenEdf,
  writtenWfdb,
} from './seeds.ts';

/** A format whose reader is tried with damaged files. */
export interface FuzzedFormat {
  seeds(): Promise<Seed[]>;
  /** Reads the whole of a file; gives how many samples, annotations or rows it had. */
  read(path: string): Promise<number>;
  /** Whether a file cut off at its end must be refused or read to its full length, because it says how long it is. */
  readonly tellsItsLength: boolean;
  /** Puts checksums right, so that damage gets past them; done to every second file. */
  repair?(bytes: Buffer): void;
}

/** Reads every sample, and finds out whether they are as many as the header promises. */
async function readRecording(path: string): Promise<number> {
  const { header, reference, blocks } = await openRecording(path);
  const { lengthSamples, leads, samplingHz } = header;
  let at = 0;
  for await (const block of blocks()) {
    const [length] = block.leads.map((samples) => samples.length);
    if (block.fromSample !== at) throw new Error(`a block begins at ${block.fromSample} and not at ${at}`);
    if (block.leads.length !== leads.length || !(length > 0) || block.leads.some((lead) => lead.length !== length))
      throw new Error(`a block of ${block.leads.map((lead) => lead.length).join(', ')} samples`);
    at += length;
  }
  if (at !== lengthSamples) throw new Error(`${at} samples were read and ${lengthSamples} promised`);
  if (!(samplingHz > 0) || !Number.isFinite(samplingHz)) throw new Error(`a rate of ${samplingHz} Hz`);
  for (const { gain, baseline, name } of leads)
    if (!Number.isFinite(gain) || gain === 0 || !Number.isFinite(baseline))
      throw new Error(`lead ${name} has gain ${gain} and baseline ${baseline}`);
  for (const { annotations } of reference)
    for (const { atSample } of annotations)
      if (!Number.isInteger(atSample) || atSample < 0 || atSample >= lengthSamples)
        throw new Error(`an annotation at ${atSample} of ${lengthSamples} samples`);
  return at;
}

const recording = (seeds: () => Promise<Seed[]>): FuzzedFormat => ({
  seeds,
  read: readRecording,
  tellsItsLength: true,
});

const clock = { samplingHz: 360, framesPerSecond: 360, lengthSamples: 2 ** 31 - 1 };

export const fuzzedFormats: Readonly<Record<string, FuzzedFormat>> = {
  wfdb: recording(async () => [
    await writtenWfdb(16),
    await writtenWfdb(212),
    await writtenWfdb(516),
    ...exampleRecords('binformats', 'flacformats', '310derive', '100_3chan', 'multi-segment/041s/041s', 'mixedsignals'),
  ]),
  'wfdb-annotations': {
    seeds: async () => [
      oneFile('made.atr', writeAnnotations(madeMarks, { ticksPerSecond: 500 })),
      oneFile('made.ano', madeAhaMarks),
      ...exampleFiles('wfdb', '100.atr', '12726.anI', '1003.atr', '03700181.sqrs'),
    ],
    read: async (path) => (await readAnnotationFile(path, clock)).annotations.length,
    tellsItsLength: false,
  },
  edf: recording(async () => [
    await writtenEdf(2),
    await writtenEdf(2, [[250, 750]]),
    ...exampleFiles('edf', 'Rigacci_contec_0000050.edf', 'physioview_sample_actiwave.edf').map((seed) =>
      shortened(seed, 5),
    ),
    ...exampleFiles('edf', 'pyedflib_test_generator.edf').map((seed) => shortened(seed, 3)),
  ]),
  ishne: {
    ...recording(async () => [
      madeIshne(),
      madeIshne('comment'),
      ...exampleFiles('ishne', 'ECG_P28.01.ecg').map(shortIshne),
    ]),
    repair: (bytes) => void (bytes.length > 10 && bytes.writeUInt16LE(0, 8)),
  },
  scp: {
    ...recording(async () => [...madeScp(), ...exampleFiles('scp', 'Rigacci_Example.scp')]),
    repair: (bytes) => {
      if (bytes.length < 6) return;
      bytes.writeUInt32LE(bytes.length, 2);
      bytes.writeUInt16LE(crcCcitt(bytes.subarray(2)), 0);
    },
  },
  aecg: recording(async () => [
    oneFile('made.xml', Buffer.from(madeAecg())),
    ...exampleFiles('aecg', 'FDA_minimum_aecg.xml', 'FDA_Example_aECG.xml').map(shortDigits),
  ]),
  dicom: recording(async () => [
    oneFile('made.dcm', madeDicom()),
    ...exampleFiles('dicom', 'pydicom_waveform_ecg.dcm'),
  ]),
  muse: recording(async () => [
    oneFile('made.xml', Buffer.from(madeMuse())),
    ...exampleFiles('muse', 'braveheart_example1.xml'),
  ]),
  bdf: recording(async () => [await writtenEdf(3), await writtenEdf(3, [[250, 750]])]),
  csv: {
    seeds: async () => ['timed', 'quoted', 'commas'].map((kind) => oneFile(`${kind}.csv`, writtenCsv(kind))),
    read: readRecording,
    tellsItsLength: false,
  },
  rows: {
    seeds: async () => {
      const values = Float32Array.from({ length: rowValues * 4 }, (_, i) => (i % 100) / 100);
      const made = rowLines({ values, classIndex: Uint8Array.of(0, 1, 2, 4) }, [0, 1, 2, 3]).join('');
      const real = join(sharedData, 'kaggle', 'tami64_mitbih_train_10rows.csv');
      return [
        oneFile('made.csv', Buffer.from(made)),
        ...(existsSync(real) ? [oneFile('real.csv', readFileSync(real))] : []),
      ];
    },
    read: async (path) => {
      let rows = 0;
      for await (const { values, classIndex } of readRows(path)) {
        if (values.length !== classIndex.length * rowValues) throw new Error('a row of another length');
        if (values.some((value) => !(value >= 0 && value <= 1))) throw new Error('a value that is not from 0 to 1');
        rows += classIndex.length;
      }
      return rows;
    },
    tellsItsLength: false,
  },
};
