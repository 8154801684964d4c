import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CsvGiven } from '../../../../src-main/domain/csv-table.ts';
import { grouped } from '../../../../src-main/domain/grouped.ts';
import { gapSample, physicalOf } from '../../../../src-main/domain/record.ts';
import { openCsvRecord } from '../../../../src-main/formats/csv/record.ts';
import { openEdfRecord } from '../../../../src-main/formats/edf/record.ts';
import { describeOnRecordings, sharedData } from '../../../support/shared-data.ts';

function written(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'csv-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'a.csv');
  writeFileSync(path, text);
  return path;
}

async function read(path: string, given: CsvGiven = {}) {
  const { header, blocks } = await openCsvRecord(path, given);
  const leads = header.leads.map(() => new Int32Array(header.lengthSamples).fill(1));
  for await (const block of blocks()) block.leads.forEach((part, l) => leads[l].set(part, block.fromSample));
  return { header, leads };
}

const lines = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');
const mV = (name: string, gain: number) => ({ name, unit: 'mV', gain, baseline: 0, isCalibrated: true });

describe('a CSV file', () => {
  it.each<[string, string, CsvGiven, number, string[], number[][]]>([
    [
      'with a time in seconds and units in its names',
      `time (s),MLII (mV),V5 (mV)\n${lines(20, (i) => `${(i / 360).toFixed(6)},${(i / 100).toFixed(2)},-${i}.5`)}\n`,
      {},
      360,
      ['MLII', 'V5'],
      [
        [0, 0.01, 0.02],
        [-0.5, -1.5, -2.5],
      ],
    ],
    [
      'of the kind that PhysioNet exports, with quotes and a line of units',
      `'Elapsed time','MLII','V5'\n'hh:mm:ss.mmm','mV','mV'\n${lines(20, (i) => `'0:00.${String(Math.round(i / 0.36)).padStart(3, '0')}',${i / 8},1`)}\n`,
      {},
      360,
      ['MLII', 'V5'],
      [
        [0, 0.125, 0.25],
        [1, 1, 1],
      ],
    ],
    [
      'with decimal commas, semicolons and line ends of Windows',
      `I;II\r\n${lines(5, (i) => `0,${i}25;"1,5"`).replaceAll('\n', '\r\n')}\r\n`,
      { samplingHz: 500 },
      500,
      ['I', 'II'],
      [
        [0.025, 0.125, 0.225],
        [1.5, 1.5, 1.5],
      ],
    ],
    [
      'of numbers alone, with a comment before them and gaps among them',
      '# made by hand\n0.5,-\n,NaN\n1e-1,2\n',
      { samplingHz: 100, leadNames: ['aVR', 'aVL'] },
      100,
      ['aVR', 'aVL'],
      [
        [0.5, NaN, 0.1],
        [NaN, NaN, 2],
      ],
    ],
    [
      'in steps of a converter whose gain is given',
      `sample #,ECG\n${lines(5, (i) => `${i},${1000 + 200 * i}`)}`,
      { samplingHz: 360, unit: 'steps', stepsPerMv: 200 },
      360,
      ['ECG'],
      [[5, 6, 7]],
    ],
    ['that begins with a byte order mark', '\ufeff0.5\n1.5\n', { samplingHz: 250 }, 250, ['column 1'], [[0.5, 1.5]]],
    ['in microvolts', 'V1_uV\n100\n250\n', { samplingHz: 250 }, 250, ['V1'], [[0.1, 0.25]]],
  ])('%s is read', async (_, text, given, samplingHz, names, expected) => {
    const { header, leads } = await read(written(text), given);
    expect([header.samplingHz, header.leads.map(({ name }) => name)]).toEqual([samplingHz, names]);
    const found = leads.map((lead, l) =>
      [...physicalOf(lead, header.leads[l])].slice(0, 3).map((value) => Number(value.toFixed(6))),
    );
    expect(found).toEqual(expected);
  });

  it('keeps every decimal it shows, and 24 bits of a float that shows them all', async () => {
    const short = await read(written('0.125\n-3.5\n'), { samplingHz: 100 });
    expect([short.header.leads, [...short.leads[0]]]).toEqual([[mV('column 1', 1000)], [125, -3500]]);
    const long = await read(written('9.779411554336547852e-01\n-1.5\n'), { samplingHz: 100 });
    expect(long.header.leads[0].gain).toBe(1e6);
    expect([...long.leads[0]]).toEqual([977941, -1500000]);
  });

  it('has gaps where its time column leaps, and none for the rounding of its times', async () => {
    const times = Array.from({ length: 400 }, (_, i) => (i < 300 ? i : i + 50) / 360);
    const { header, leads } = await read(
      written(`t_s,I\n${times.map((time, i) => `${time.toFixed(3)},${i}.5`).join('\n')}\n`),
    );
    expect([header.samplingHz, header.lengthSamples]).toEqual([360, 450]);
    expect(leads[0].findIndex((sample) => sample === gapSample)).toBe(300);
    expect(leads[0].filter((sample) => sample === gapSample).length).toBe(50);
    expect([leads[0][299], leads[0][350], leads[0][449]]).toEqual([2995, 3005, 3995]);
  });

  it('of many blocks is read from end to end', async () => {
    const count = 150_000;
    const { leads } = await read(written(lines(count, (i) => `${i % 1000},${-(i % 7)}`)), {
      samplingHz: 250,
      timeColumn: null,
    });
    expect([leads[0].length, leads[0][count - 1], leads[1][count - 1]]).toEqual([
      count,
      (count - 1) % 1000,
      -((count - 1) % 7),
    ]);
  });

  it('of more than one chunk is read over its borders, and refused with the line and byte', async () => {
    const count = 120_000;
    const line = (i: number) => `${(i / 250).toFixed(3)},${(i % 400) / 100},${i % 3 === 0 ? '' : -(i % 7)}`;
    const text = lines(count, line);
    expect(text.length).toBeGreaterThan(1.5 * 2 ** 20);
    const { leads } = await read(written(text), { leadNames: ['a', 'b'] });
    expect(leads).toEqual([
      Int32Array.from({ length: count }, (_, i) => i % 400),
      Int32Array.from({ length: count }, (_, i) => (i % 3 === 0 ? gapSample : -100 * (i % 7))),
    ]);
    await expect(read(written(`${text}\n${line(count)}.\n`))).rejects.toThrow(
      `a.csv, line 120 001, byte ${grouped(text.length + 1)}: \`.\` is no number`,
    );
  });

  it('may write each number in another way', async () => {
    const ways = ['1.5', '+1.5', ' 1.5', '1.5 ', '01.50', "'1.5'", '"1.5"', '15e-1', '1.500000000000000000000'];
    const { header, leads } = await read(written(`${lines(9, (i) => `7,${ways[i]}`)}\n8,.5\n9,5.\n`), {
      ...{ samplingHz: 100, timeColumn: null, leadColumns: [1] },
    });
    const { gain } = header.leads[0];
    expect([...leads[0]].map((value) => value / gain)).toEqual([...Array<number>(9).fill(1.5), 0.5, 5]);
  });

  it.each<[string, string, CsvGiven, string]>([
    ['that does not say its rate', 'a,b\n1,2\n3,4\n', {}, 'a.csv: the file does not say its sampling rate; give it'],
    [
      'with a word among its numbers',
      '1,2\n3,4\n5,x\n',
      { samplingHz: 9, leadColumns: [0, 1] },
      'a.csv: column 2 is said to be a lead',
    ],
    [
      'with a word far below its beginning',
      `${lines(5000, () => '0.1,0.2')}\n0.1,oops\n`,
      { samplingHz: 9 },
      'a.csv, line 5 001, byte 40 000: `oops` is no number',
    ],
    [
      'with a line too short',
      `${lines(5000, () => '0.1,0.2')}\n0.1\n`,
      { samplingHz: 9 },
      'a.csv, line 5 001, byte 40 000: it has 1 fields and the first line of numbers has 2',
    ],
    [
      'whose time goes back',
      `t,a\n${lines(500, (i) => `${i === 450 ? 3 : i / 100},1.5`)}\n`,
      {},
      'a.csv, line 452, byte 3 999: its time, 3, is before',
    ],
    [
      'of other names than leads',
      '0.5,1\n2,3\n',
      { samplingHz: 9, leadNames: ['I'] },
      'a.csv: 1 lead names were given and 2 columns are leads',
    ],
    ['that is empty', '', {}, 'a.csv: the file holds not one line'],
    ['that is none', 'Dear reader,\nthis is a letter.\n', {}, 'a.csv, line 1: no line of numbers among the first 2'],
    ['that is binary', '\0\x01', {}, 'a.csv: this is binary data'],
    [
      'of beats',
      'record,time_s,sample,symbol,class\n100,0.214,77,N,N\n',
      {},
      'a.csv, line 1: this is a list of beats and no recording',
    ],
  ])('%s is refused', async (_, text, given, message) => {
    await expect(read(written(text), given)).rejects.toThrow(message);
  });
});

describeOnRecordings('real CSV files', () => {
  it('of single beats are refused, naming what learns from them', async () => {
    for (const file of ['train', 'test'])
      await expect(openCsvRecord(join(sharedData, 'kaggle', `tami64_mitbih_${file}_10rows.csv`))).rejects.toThrow(
        'these are rows of 187 values and a class, each a single beat, and no recording; learn from them with `rhythm train --rows FOLDER`',
      );
  });

  it('hold the samples of the same recording in EDF', async () => {
    const folder = join(sharedData, 'formats', 'edf');
    const { header, leads } = await read(join(folder, 'Rigacci_contec_0000050.csv'), { samplingHz: 800 });
    const edf = await openEdfRecord(join(folder, 'Rigacci_contec_0000050.edf'));
    const expected = edf.header.leads.map(() => new Int32Array(edf.header.lengthSamples));
    for await (const block of edf.blocks()) block.leads.forEach((part, l) => expected[l].set(part, block.fromSample));
    expect(header.leads.map(({ isCalibrated }) => isCalibrated)).toEqual(new Array(6).fill(false));
    expect(leads).toEqual(expected.slice(0, 6).map((lead) => lead.subarray(0, header.lengthSamples)));
  });
});
