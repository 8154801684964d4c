import fc from 'fast-check';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Annotation } from '../../../../src-main/domain/annotation.ts';
import { gapSample, type RecordHeader } from '../../../../src-main/domain/record.ts';
import { formatRecordEvents } from '../../../../src-main/formats/edf/annotations.ts';
import { formatEdfHeader, parseEdfHeader, type EdfHeader } from '../../../../src-main/formats/edf/header.ts';
import { edfLimit, writeEdfRecord } from '../../../../src-main/formats/edf/record-writing.ts';
import { openEdfRecord, readEdfEvents } from '../../../../src-main/formats/edf/record.ts';
import { openWfdbRecord } from '../../../../src-main/formats/wfdb/record.ts';
import type { SignalBlock } from '../../../../src-main/formats/signal-block.ts';
import { describeOnRecordings, sharedData } from '../../../support/shared-data.ts';
import { tried } from '../damage.ts';

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'edf-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'rec.edf');
}

async function wholeOf(record: { header: RecordHeader; blocks(): AsyncIterable<SignalBlock> }): Promise<Int32Array[]> {
  const leads = record.header.leads.map(() => new Int32Array(record.header.lengthSamples));
  for await (const block of record.blocks()) block.leads.forEach((part, l) => leads[l].set(part, block.fromSample));
  return leads;
}
const readWhole = async (path: string) => wholeOf(await openEdfRecord(path));

const lead = (name: string) => ({ name, unit: 'mV', gain: 200, baseline: 1024, isCalibrated: true });
const mark = (atSample: number, symbol: string, aux = ''): Annotation => ({
  atSample,
  symbol,
  aux,
  subtype: 0,
  channel: 0,
  num: 0,
});

async function writeSaw(path: string, lengthSamples = 1000): Promise<void> {
  const header = { name: 'rec', samplingHz: 250, lengthSamples, leads: [lead('MLII')], notes: [] };
  const saw = Int32Array.from({ length: lengthSamples }, (_, i) => (i % 100) - 50);
  await writeEdfRecord(path, header, [{ fromSample: 0, leads: [saw] }], [mark(370, 'N'), mark(700, '+', '(AFIB')], {
    replace: true,
  });
}

describe('an EDF file', () => {
  it.each([2, 3] as const)('of %i bytes a sample is read as it was written', async (sampleBytes) => {
    const path = newPath();
    const limit = edfLimit(sampleBytes);
    const sample = fc.oneof(fc.integer({ min: -limit, max: limit }), fc.constant(gapSample));
    const shape = fc.tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 60 }),
      fc.constantFrom(7, 25, 62.5, 15.25),
    );
    const recording = shape.chain(([leads, length, samplingHz]) =>
      fc.record({
        samplingHz: fc.constant(samplingHz),
        samples: fc.array(fc.array(sample, { minLength: length, maxLength: length }), {
          minLength: leads,
          maxLength: leads,
        }),
        annotations: fc.array(
          fc.record({
            atSample: fc.nat(length - 1),
            symbol: fc.constantFrom('N', 'V', '/', '+', '~', '"'),
            aux: fc.stringMatching(/^[ -~]{0,12}$/).filter((aux) => !/^(QRS|mark) |^Recording ends$/.test(aux)),
          }),
          { maxLength: 5 },
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(recording, async ({ samplingHz, samples, annotations }) => {
        const leads = samples.map((lead) => Int32Array.from(lead));
        const header = {
          name: 'rec',
          samplingHz,
          lengthSamples: leads[0].length,
          leads: leads.map((_, l) => lead(`L${l}`)),
          notes: [],
        };
        const marks = annotations
          .map(({ atSample, symbol, aux }) => mark(atSample, symbol, aux))
          .sort((a, b) => a.atSample - b.atSample);
        await writeEdfRecord(path, header, [{ fromSample: 0, leads }], marks, { replace: true, sampleBytes });
        const record = await openEdfRecord(path);
        const { leads: foundLeads, ...found } = record.header;
        expect(found).toEqual({
          name: 'rec',
          samplingHz,
          lengthSamples: leads[0].length,
          notes: ['X X X X', 'Startdate X X X X'],
        });
        for (const { gain, baseline } of foundLeads) {
          expect(gain).toBeCloseTo(200, 6);
          expect(baseline).toBeCloseTo(1024, 4);
        }
        expect(record.annotations).toEqual(marks);
        expect(await wholeOf(record)).toEqual(leads);
        expect(record.edf.sampleBytes).toBe(sampleBytes);
      }),
      { numRuns: 40 },
    );
  });

  it('has a header that is read as it was written', () => {
    const header: EdfHeader = {
      sampleBytes: 2,
      patient: 'X X X X',
      recording: 'Startdate X X X X',
      startDate: '01.01.85',
      startTime: '00.00.00',
      variant: 'with pauses',
      recordCount: undefined,
      recordDurationS: 0.00125,
      signals: ['MLII', 'EDF Annotations'].map((label, s) => ({
        label,
        transducer: 'AgAgCl',
        unit: 'mV',
        physicalMin: -168.955,
        physicalMax: 158.715,
        digitalMin: -32767,
        digitalMax: 32767,
        prefilter: 'HP:0.1Hz',
        samplesPerRecord: 250 + s,
      })),
    };
    expect(parseEdfHeader(formatEdfHeader(header), 'a.edf')).toEqual(header);
    const bdf: EdfHeader = { ...header, sampleBytes: 3, variant: 'annotated' };
    expect(parseEdfHeader(formatEdfHeader(bdf), 'a.bdf')).toEqual(bdf);
  });

  it('with pauses has gaps in their place, and slower signals held', async () => {
    const path = newPath();
    const signal = {
      transducer: '',
      unit: 'uV',
      physicalMin: -100,
      physicalMax: 100,
      digitalMin: -1000,
      digitalMax: 1000,
      prefilter: '',
    };
    const header = formatEdfHeader({
      ...{
        patient: '',
        recording: '',
        startDate: '01.01.85',
        startTime: '00.00.00',
        variant: 'with pauses' as const,
        sampleBytes: 2 as const,
      },
      ...{ recordCount: 2, recordDurationS: 1 },
      signals: [
        { ...signal, label: 'ECG', samplesPerRecord: 4 },
        { ...signal, label: 'slow', samplesPerRecord: 2 },
        { ...signal, label: 'EDF Annotations', samplesPerRecord: 12 },
      ],
    });
    const record = (samples: number[], startS: number, text: string) => {
      const bytes = Buffer.alloc(36);
      samples.forEach((sample, i) => bytes.writeInt16LE(sample, 2 * i));
      bytes.set(formatRecordEvents({ startS, events: [{ onsetS: startS + 0.25, durationS: 0.5, text }] }), 12);
      return bytes;
    };
    writeFileSync(
      path,
      Buffer.concat([header, record([1, 2, 3, 4, 10, 20], 5, 'a'), record([5, 6, 7, 8, 30, 40], 7, 'b')]),
    );
    const opened = await openEdfRecord(path);
    const gap = new Array<number>(4).fill(gapSample);
    expect((await readWhole(path)).map((lead) => [...lead])).toEqual([
      [1, 2, 3, 4, ...gap, 5, 6, 7, 8],
      [10, 10, 20, 20, ...gap, 30, 30, 40, 40],
    ]);
    expect(opened.header.leads[0]).toEqual({ name: 'ECG', unit: 'mV', gain: 10000, baseline: 0, isCalibrated: true });
    expect(opened.annotations.map(({ atSample, symbol, aux }) => [atSample, symbol, aux])).toEqual([
      [1, '"', 'a'],
      [9, '"', 'b'],
    ]);
  });

  it('leaves whole data records of a pause out, and has the marks and samples around it where they were', async () => {
    const path = newPath();
    const lengthSamples = 2600; // at 250 Hz, data records of one second
    const header = { name: 'rec', samplingHz: 250, lengthSamples, leads: [lead('MLII'), lead('V1')], notes: [] };
    const isGap = (i: number) => i >= 600 && i < 1900;
    const leads = [0, 7].map((add) =>
      Int32Array.from({ length: lengthSamples }, (_, i) => (isGap(i) ? gapSample : i + add)),
    );
    const marks = [mark(0, 'N'), mark(599, 'V'), mark(1200, '"', 'within the pause'), mark(1900, 'N'), mark(2599, 'S')];
    const pauses = [[600, 1900] as const];
    const block = [{ fromSample: 0, leads }];
    await writeEdfRecord(path, header, block, marks, { pauses });
    const record = await openEdfRecord(path);
    expect([record.edf.variant, record.edf.recordCount]).toEqual(['with pauses', 7]);
    expect(record.annotations).toEqual(marks);
    expect(await wholeOf(record)).toEqual(leads);
  });

  it('is refused where a data record begins more than a day after the one before it', async () => {
    const path = newPath();
    const header = { name: 'rec', samplingHz: 250, lengthSamples: 1000, leads: [lead('MLII')], notes: [] };
    const block = [{ fromSample: 0, leads: [new Int32Array(1000).fill(gapSample, 250, 750)] }];
    await writeEdfRecord(path, header, block, [mark(0, 'N')], { pauses: [[250, 750]] });
    const bytes = readFileSync(path);
    const at = bytes.lastIndexOf('+3\x14\x14');
    bytes.write('+86405\x14\x14\0', at, 'latin1');
    writeFileSync(path, bytes);
    await expect(openEdfRecord(path)).rejects.toThrow('data record 2 begins more than a day after the one before it');
  });

  it('keeps texts beyond its ends as notes, and refuses those of another recording', async () => {
    const path = newPath();
    await writeSaw(path);
    const bytes = readFileSync(path);
    const at = bytes.indexOf('+1.48\x14');
    bytes.write('+8.48', at, 'latin1');
    writeFileSync(path, bytes);
    const { annotations, header } = await openEdfRecord(path);
    expect(annotations.map(({ symbol }) => symbol)).toEqual(['+']);
    expect(header.notes.at(-1)).toBe('outside the recording, at 8.48 s: QRS N');
  });

  it.each<[string, (path: string) => void, string]>([
    [
      'that was cut off',
      (path) => truncateSync(path, 2000),
      'rec.edf, data record 2, byte 2 000: the file ends here and its header promises 4 data records',
    ],
    [
      'whose header was cut off',
      (path) => truncateSync(path, 300),
      'rec.edf, byte 288: the file ends within its header',
    ],
    ['that is empty', (path) => truncateSync(path, 0), 'rec.edf, byte 0: this is no EDF or BDF file'],
    [
      'that goes on',
      (path) => appendFileSync(path, Buffer.alloc(2000)),
      'rec.edf: the header promises 4 data records and the file holds 3 more',
    ],
    ['that is missing', (path) => rmSync(path), 'rec.edf: there is no such file'],
  ])('%s is refused', async (_, damage, message) => {
    const path = newPath();
    await writeSaw(path);
    damage(path);
    await expect(readWhole(path)).rejects.toThrow(message);
  });

  it('that is damaged is read or refused', async () => {
    const path = newPath();
    await writeSaw(path, 720);
    const { others, refused } = await tried(readFileSync(path), (bytes) => {
      writeFileSync(path, bytes);
      return readWhole(path);
    });
    expect(others).toEqual([]);
    expect(refused).toBeGreaterThan(100);
  });

  it('is not written with a sample beyond 16 bits', async () => {
    const header = { name: 'rec', samplingHz: 250, lengthSamples: 1, leads: [lead('MLII')], notes: [] };
    await expect(writeEdfRecord(newPath(), header, [{ fromSample: 0, leads: [Int32Array.of(40000)] }])).rejects.toThrow(
      'lead MLII is 40000 at sample 0, and EDF holds -32767 to 32767',
    );
  });
});

describeOnRecordings('real EDF files', () => {
  const edf = join(sharedData, 'formats', 'edf');

  it('hold the samples of the same recording in CSV', async () => {
    const rows = readFileSync(join(edf, 'Rigacci_contec_0000050.csv'), 'utf8').trim().split(/\r?\n/);
    const leads = await readWhole(join(edf, 'Rigacci_contec_0000050.edf'));
    const columns = leads.slice(0, 6).map((_, l) => Int32Array.from(rows, (row) => Number(row.split(',')[l])));
    expect(leads.slice(0, 6).map((lead) => lead.subarray(0, rows.length))).toEqual(columns);
  });

  it('hold the samples of the same recording in WFDB format', async () => {
    const folder = join(sharedData, 'formats', 'wfdb');
    const ours = await openEdfRecord(join(folder, 'test_generator_2.edf'));
    const wfdb = await wholeOf(await openWfdbRecord(join(folder, 'test_generator_2')));
    expect(await wholeOf(ours)).toEqual(wfdb.slice(0, ours.header.leads.length));
  });

  it('hold texts with and without signals', async () => {
    const events = await readEdfEvents(join(edf, 'wfdb_test_edfann.edf'));
    expect(events.slice(0, 4)).toEqual([
      { onsetS: 0, durationS: 30, text: 'Sleep stage W' },
      { onsetS: 30, durationS: 30, text: 'Sleep stage W' },
      { onsetS: 33.43, durationS: 0, text: 'Lights off@@EEG F4-A1' },
      { onsetS: 60, durationS: 30, text: 'Sleep stage W' },
    ]);
    expect((await readEdfEvents(join(edf, 'pyedflib_test_generator.edf'))).map(({ text }) => text)).toContain(
      'Recording starts',
    );
  });
});
