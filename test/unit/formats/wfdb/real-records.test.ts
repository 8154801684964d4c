import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseAnnotations, readAnnotationFile } from '../../../../src-main/formats/wfdb/annotation-file.ts';
import { writeAnnotations } from '../../../../src-main/formats/wfdb/annotation-writing.ts';
import { annotatorsBeside } from '../../../../src-main/formats/wfdb/annotators.ts';
import { writeWfdbRecord } from '../../../../src-main/formats/wfdb/record-writing.ts';
import { openWfdbRecord } from '../../../../src-main/formats/wfdb/record.ts';
import { isBeatSymbol } from '../../../../src-main/domain/annotation.ts';
import { gapSample, physicalOf } from '../../../../src-main/domain/record.ts';
import { newFolder, readWhole } from './written-record.ts';
import { describeOnRecordings, sharedData } from '../../../support/shared-data.ts';

const mitdb = join(sharedData, 'mitdb');
const wfdb = join(sharedData, 'formats', 'wfdb');
const namesIn = (folder: string, suffix: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(`.${suffix}`))
    .map((name) => name.slice(0, -suffix.length - 1));

/** Reads a record to its end, so that checksums and initial values are compared. */
async function facts(path: string) {
  const record = await openWfdbRecord(path);
  let samples = 0;
  let gaps = 0;
  for await (const { fromSample, leads } of record.blocks()) {
    expect(fromSample).toBe(samples);
    samples += leads[0].length;
    for (const lead of leads) for (const sample of lead) if (sample === gapSample) gaps++;
  }
  return { samples, gaps, header: record.header };
}

describeOnRecordings('real WFDB records', () => {
  it('agree with the checksums of all 48 headers of the arrhythmia database', async () => {
    const names = namesIn(mitdb, 'hea');
    const lengths = [];
    for (const name of names) lengths.push((await facts(join(mitdb, name))).samples);
    expect(lengths).toEqual(new Array(48).fill(650000));
  });

  it('are read with lead names, gain, baseline and notes', async () => {
    const { header } = await facts(join(mitdb, '100'));
    expect(header).toEqual({
      name: '100',
      samplingHz: 360,
      lengthSamples: 650000,
      leads: ['MLII', 'V5'].map((name) => ({ name, unit: 'mV', gain: 200, baseline: 1024, isCalibrated: true })),
      notes: ['69 M 1085 1629 x1', 'Aldomet, Inderal'],
    });
  });

  it('are read in format 16', async () => {
    expect((await facts(join(sharedData, 'nstdb', '118e00'))).samples).toBe(650000);
  });

  it.each([
    ['mitdb', '100', 212],
    ['nstdb', '118e00', 16],
  ])('%s %s is written back byte for byte', async (folder, name, format) => {
    const target = newFolder();
    const { header, blocks } = await openWfdbRecord(join(sharedData, folder, name));
    await writeWfdbRecord(target, header, blocks(), format);
    const [written, original] = [target, join(sharedData, folder)].map((place) =>
      readFileSync(join(place, `${name}.dat`)),
    );
    expect(Buffer.compare(written, original)).toBe(0);
  });

  it('keep invalid samples as gaps', async () => {
    expect((await facts(join(wfdb, 'v102s'))).gaps).toBe(23);
  });

  it('hold slower signals at the rate of the fastest', async () => {
    const { samples, header } = await facts(join(wfdb, '03700181'));
    expect([samples, header.samplingHz, header.leads.map(({ name }) => name)]).toEqual([
      300000,
      500,
      ['MCL1', 'ABP', 'RESP'],
    ]);
  });

  it('take a length that the header leaves out from the file', async () => {
    expect((await facts(join(wfdb, 'a103l-no-len'))).samples).toBe(82500);
  });

  it('put a skewed signal back in time', async () => {
    const [plain, skewed] = await Promise.all(
      ['100', '100skew'].map(async (name) => {
        for await (const { leads } of (await openWfdbRecord(join(wfdb, name))).blocks()) return leads;
        throw new Error('no block');
      }),
    );
    expect(skewed[0].subarray(0, 1000)).toEqual(plain[0].subarray(0, 1000));
    expect(skewed[1].subarray(0, 1000)).toEqual(plain[1].subarray(3, 1003));
  });
});

describeOnRecordings('real records in other formats and several segments', () => {
  it.each([
    ...[
      'binformats',
      '100_3chan',
      '3000003_0003',
      'p10143',
      's0010_re',
      'test_generator_2',
      'a103l',
      'test01_00s_skewframe',
    ],
    ...['310derive', '310derive_2', '310derive_3', '311derive', '311derive_2', '311derive_3', '311derive_4'],
  ])('%s agrees with its checksums', async (name) => {
    const { samples, header } = await facts(join(wfdb, name));
    expect(samples).toBe(header.lengthSamples);
  });

  it('hold ramps that differ by a constant in formats 16, 61 and 160, and in 310 and 311', async () => {
    const [, in16, in61, , in160, , in310, in311] = await readWhole(join(wfdb, 'binformats'));
    const differences = (a: Int32Array, b: Int32Array) => [
      ...new Set(a.subarray(0, 250).map((sample, i) => b[i] - sample)),
    ];
    expect([differences(in16, in61), differences(in16, in160), differences(in310, in311)]).toEqual([[1], [3], [1]]);
  });

  it('are read from FLAC files of 8, 16 and 24 bits, integer by integer', async () => {
    const [in8, in16, in24] = await readWhole(join(wfdb, 'flacformats'));
    const [, stored16, , stored8, , , , , stored24] = await readWhole(join(wfdb, 'binformats'));
    const differences = (a: Int32Array, b: Int32Array, range: number) => [
      ...new Set(a.map((sample, i) => (b[i] - sample + range) % range)), // the ramps begin anew where they end
    ];
    expect([
      differences(in8, stored8, 255),
      differences(in16, stored16, 65535),
      differences(in24, stored24, 2 ** 24 - 1),
    ]).toEqual([[3], [0], [6]]);
  });

  it('are read from FLAC files of several channels, samples per frame and constant blocks', async () => {
    expect(await facts(join(wfdb, 'mixedsignals'))).toMatchObject({ samples: 57600, gaps: 3456 });
    expect(await facts(join(wfdb, 'flac_3_constant'))).toMatchObject({ samples: 5600000, gaps: 0 });
  });

  it('in FLAC are refused with the byte from which they are damaged', async () => {
    const folder = newFolder();
    for (const file of ['flacformats.hea', 'flacformats.d0', 'flacformats.d1', 'flacformats.d2'])
      copyFileSync(join(wfdb, file), join(folder, file));
    const bytes = readFileSync(join(folder, 'flacformats.d2'));
    bytes[1000] ^= 4;
    writeFileSync(join(folder, 'flacformats.d2'), bytes);
    await expect(readWhole(join(folder, 'flacformats'))).rejects.toThrow('flacformats.d2, byte');
    writeFileSync(join(folder, 'flacformats.d2'), bytes.subarray(0, 700));
    await expect(readWhole(join(folder, 'flacformats'))).rejects.toThrow('flacformats.d2, byte');
  });

  it('repeat the signals of a fixed layout', async () => {
    const folder = join(wfdb, 'multi-segment', 'fixed1');
    const whole = await readWhole(join(folder, 'v102s'));
    const segment = await readWhole(join(folder, 'v102s_2'));
    expect(whole.map((lead) => lead.length)).toEqual(new Array(4).fill(225000));
    expect(whole.map((lead) => lead.subarray(75000, 150000))).toEqual(segment);
  });

  it('give a variable layout gaps where a segment has no such lead, and one gain a lead', async () => {
    const folder = join(wfdb, 'multi-segment', 's25047');
    const { header } = await openWfdbRecord(join(folder, 's25047-2704-05-04-10-44'));
    const whole = await readWhole(join(folder, 's25047-2704-05-04-10-44'));
    const { header: part } = await openWfdbRecord(join(folder, '3234460_0001'));
    const segment = await readWhole(join(folder, '3234460_0001'));
    const [from, to] = [25740, 25740 + 28637];
    expect(whole.every((lead) => lead[0] === gapSample && lead[from - 1] === gapSample)).toBe(true);
    expect(whole[2].subarray(from, to).every((sample) => sample === gapSample)).toBe(true);
    for (const l of [0, 1]) {
      const expected = physicalOf(segment[l], part.leads[l]);
      const found = physicalOf(whole[l].subarray(from, to), header.leads[l]);
      const halfStep = 0.5 / header.leads[l].gain + 1e-6;
      expect(found.every((mV, i) => Number.isNaN(mV) === Number.isNaN(expected[i]))).toBe(true);
      expect(found.every((mV, i) => Number.isNaN(mV) || Math.abs(mV - expected[i]) <= halfStep)).toBe(true);
    }
  });

  it('name a segment that is missing', async () => {
    await expect(openWfdbRecord(join(wfdb, 'multi-segment', 'p000878', 'p000878-2137-10-26-16-57'))).rejects.toThrow(
      '3269321_0003.hea: this header, which p000878-2137-10-26-16-57.hea names, is not there',
    );
  });
});

describeOnRecordings('real annotation files', () => {
  const files = [
    ...['100', '108', '201', '207', '222'].map((name) => join('mitdb', `${name}.atr`)),
    ...[
      '100.qrs',
      '1003.atr',
      '12726.anI',
      '12726.wabp',
      '12726.wqrs',
      'huge.qrs',
      '03700181.gqrsh',
      '03700181.sqrs',
    ].map((name) => join('formats', 'wfdb', name)),
  ];

  it.each(files)('%s is written back byte for byte', (file) => {
    const bytes = readFileSync(join(sharedData, file));
    const parsed = parseAnnotations(bytes, file);
    expect(Buffer.compare(Buffer.from(writeAnnotations(parsed.annotations, parsed)), bytes)).toBe(0);
  });

  it('hold the 109 494 beats of the arrhythmia database, none after a record ends', async () => {
    let beats = 0;
    for (const name of namesIn(mitdb, 'atr')) {
      const record = { samplingHz: 360, framesPerSecond: 360, lengthSamples: 650000 };
      const { annotations } = await readAnnotationFile(join(mitdb, `${name}.atr`), record);
      beats += annotations.filter(({ symbol }) => isBeatSymbol(symbol)).length;
    }
    expect(beats).toBe(109494);
  });

  it('have aux texts without the zero byte that old files end them with', async () => {
    const { annotations } = await readAnnotationFile(join(mitdb, '100.atr'));
    expect(annotations[0]).toEqual({ atSample: 18, symbol: '+', subtype: 0, channel: 0, num: 0, aux: '(N' });
    const mixed = await readAnnotationFile(join(mitdb, '222.atr'));
    expect(mixed.annotations.filter(({ aux }) => aux.includes('\0'))).toEqual([]);
  });

  it('give symbols of their own to codes', async () => {
    const { customTypes, annotations } = await readAnnotationFile(join(wfdb, '1003.atr'));
    expect(customTypes?.map(({ code, symbol }) => `${code}${symbol}`)).toEqual([
      '15c',
      '17#',
      '20x',
      '21w',
      '23*',
      '24z',
    ]);
    expect(annotations.every(({ aux }) => !aux.startsWith('##'))).toBe(true);
  });

  it('give symbols to codes by notes alone, where they are old', async () => {
    const { customTypes, annotations } = await readAnnotationFile(join(wfdb, '12726.wabp'));
    expect(customTypes).toEqual([{ code: 42, symbol: 'CAL', description: 'Calibration' }]);
    expect(annotations.filter(({ symbol }) => symbol === 'CAL').length).toBe(45);
  });

  it('count time in ticks of their own and in 64 bits', async () => {
    const record = { samplingHz: 125, framesPerSecond: 125, lengthSamples: 75000 };
    const fine = await readAnnotationFile(join(wfdb, '03700181.gqrsh'));
    const coarse = await readAnnotationFile(join(wfdb, '03700181.gqrsh'), record);
    expect(fine.ticksPerSecond).toBe(500);
    expect(coarse.annotations.map(({ atSample }) => atSample)).toEqual(
      fine.annotations.map(({ atSample }) => Math.round(atSample / 4)),
    );
    expect((await readAnnotationFile(join(wfdb, 'huge.qrs'))).annotations[0].atSample).toBe(10_000_000_000);
  });

  it('count in frames where they say nothing else and signals have several samples per frame', async () => {
    const { clock } = await openWfdbRecord(join(wfdb, '03700181'));
    const samplesOf = async (annotator: string, by?: typeof clock) =>
      (await readAnnotationFile(join(wfdb, `03700181.${annotator}`), by)).annotations.map(({ atSample }) => atSample);
    expect(await samplesOf('gqrsl', clock)).toEqual((await samplesOf('gqrsl')).map((frame) => frame * 4));
    expect(await samplesOf('gqrsh', clock)).toEqual(await samplesOf('gqrsh'));
    // Both annotators were run over the same leads, so that nearly all of their beats lie within 40 ms of one another.
    const fine = new Set(
      (await samplesOf('gqrsh', clock)).flatMap((at) => Array.from({ length: 41 }, (_, i) => at - 20 + i)),
    );
    const coarse = await samplesOf('gqrsl', clock);
    expect(coarse.filter((at) => fine.has(at)).length / coarse.length).toBeGreaterThan(0.95);
  });

  it('are found beside their record, other files are not', async () => {
    const found = await annotatorsBeside(join(wfdb, '03700181'));
    expect(found.map(({ annotator, annotationCount }) => [annotator, annotationCount])).toEqual([
      ['gqrsh', 1151],
      ['gqrsl', 1118],
      ['sqrs', 1195],
    ]);
    expect(await annotatorsBeside(join(wfdb, 'binformats'))).toEqual([]);
    expect(await annotatorsBeside(join(wfdb, 'a103l'))).toEqual([]);
  });
});
