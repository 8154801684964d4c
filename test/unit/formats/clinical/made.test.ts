import { expect, it } from 'vitest';
import { gapSample } from '../../../../src-main/domain/record.ts';
import { openRecording } from '../../../../src-main/formats/recording.ts';
import {
  ishneAnnotationBytes,
  ishneBytes,
  madeAecg,
  madeDicom,
  madeMuse,
  samplesOf,
} from '../../../fuzz/made-files.ts';
import { scpBytes } from '../../../fuzz/made-scp.ts';
import { samplesIn, written } from './read-bytes.ts';

const numbers = (samples: readonly Int32Array[]) => samples.map((lead) => Array.from(lead));
const marks = (annotations: readonly { atSample: number; symbol: string }[]) =>
  annotations.map(({ atSample, symbol }) => `${atSample}${symbol}`);

it('reads ISHNE by its content, with the annotations beside it', async () => {
  const ann = ishneAnnotationBytes(10, [
    ['N', 40],
    ['V', 35],
    ['X', 50],
    ['!', 5],
    ['N', 9],
  ]);
  const recording = await openRecording(
    written({ 'any.name': ishneBytes({ firstName: 'Ada', id: 'P-7', comment: 'told' }), 'any.ann': ann }),
  );
  const { header, format, reference, sourceFiles } = recording;
  expect({
    format,
    files: sourceFiles.length,
    header: { ...header, leads: header.leads.map(({ name, unit, gain }) => `${name} ${unit} ${gain}`) },
    marks: reference.map(({ annotations }) => marks(annotations)),
    samples: numbers(await samplesIn(recording)),
  }).toEqual({
    format: 'ISHNE',
    files: 2,
    header: {
      ...{ name: 'any.name', samplingHz: 200, lengthSamples: 200, leads: ['II mV 400', 'V5 mV 400'] },
      notes: [
        ...['name: Ada', 'id: P-7', 'sex: F', 'born: 1950-03-17', 'recorded: 2019-11-24 07:05:09'],
        ...['recorder: Recorder', 'comment: told'],
      ],
    },
    marks: [['50N', '85V', '135|', '140"']],
    samples: [samplesOf(0), samplesOf(1)],
  });
});

it('puts the reference beat of SCP-ECG back, through a Huffman table of the file', async () => {
  const recording = await openRecording(written({ 'any.name': scpBytes() }));
  const { samplingHz, leads, notes } = recording.header;
  expect({ samplingHz, leads: leads.map(({ name, gain }) => `${name} ${gain}`), notes }).toEqual({
    ...{ samplingHz: 250, leads: ['II 400', 'V5 400'] },
    notes: ['last name: Nemo', 'recorded: 2019-11-24'],
  });
  expect(numbers(await samplesIn(recording))).toEqual([samplesOf(0), samplesOf(1)]);
});

it('joins the series of an aECG on one clock, with gaps between and origins kept', async () => {
  const recording = await openRecording(written({ 'any.name': madeAecg() }));
  const { header, reference } = recording;
  const samples = numbers(await samplesIn(recording));
  const gaps = Array.from({ length: 200 }, () => gapSample);
  expect(samples).toEqual([
    [...samplesOf(0), ...gaps, ...samplesOf(1)],
    [...samplesOf(1), ...gaps, ...samplesOf(0)],
  ]);
  const [lead] = header.leads;
  expect([lead.gain, (samplesOf(0)[0] - lead.baseline) / lead.gain]).toEqual([
    400,
    (samplesOf(0)[0] * 2.5 + 100) / 1000,
  ]);
  expect(marks(reference[0].annotations)).toEqual(['20N', '60V']);
});

it('places DICOM groups by their time offset, each lead by sensitivity, correction and baseline', async () => {
  const recording = await openRecording(written({ 'any.name': madeDicom() }));
  const { leads, notes } = recording.header;
  expect(numbers(await samplesIn(recording))).toEqual([
    [...samplesOf(0), ...samplesOf(0)],
    [...samplesOf(1), ...samplesOf(1)],
  ]);
  expect(leads.map(({ name, gain, baseline }) => `${name} ${gain} ${baseline}`)).toEqual(['II 400 -40', 'V5 200 -20']);
  expect(notes).toEqual(['name: Nemo Captain', 'id: S-1', 'recorded: 2019-11-24 07:05:09']);
});

it.each([
  ['SB', (value: number) => (value << 24) >> 24],
  ['UB', (value: number) => value & 0xff],
] as const)('reads DICOM samples of 8 bits, %s', async (interpretation, kept) => {
  const recording = await openRecording(written({ 'any.name': madeDicom('', '', interpretation) }));
  expect(numbers(await samplesIn(recording))[0].slice(0, 200)).toEqual(samplesOf(0).map(kept));
});

it('expands companded DICOM samples as ITU-T G.711 does', async () => {
  const { sampleReaders } = await import('../../../../src-main/formats/dicom/samples.ts');
  const read = (kind: string, byte: number) =>
    sampleReaders[kind].read(new DataView(Uint8Array.of(byte).buffer), 0, true);
  expect([0x00, 0x7f, 0x80, 0xff, 0x8f].map((byte) => read('MB', byte) + 0)).toEqual([-32124, 0, 32124, 0, 16764]);
  expect([0x55, 0xd5, 0x2a, 0xaa].map((byte) => read('AB', byte))).toEqual([-8, 8, -32256, 32256]);
});

it('derives the other limb leads of MUSE in half steps and leaves medians out', async () => {
  const recording = await openRecording(written({ 'any.name': madeMuse() }));
  const [one, two] = [samplesOf(0), samplesOf(1)];
  expect(recording.header.leads.map(({ name }) => name)).toEqual(['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1']);
  const samples = numbers(await samplesIn(recording));
  expect(samples.slice(2, 6)).toEqual([
    one.map((value, i) => 2 * (two[i] - value)),
    one.map((value, i) => -value - two[i]),
    one.map((value, i) => 2 * value - two[i]),
    one.map((value, i) => 2 * two[i] - value),
  ]);
});

it.each([
  ['entities of its own', '<!DOCTYPE RestingECG [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><RestingECG>&b;</RestingECG>'],
  ['no rhythm', '<RestingECG><Waveform><WaveformType>Median</WaveformType></Waveform></RestingECG>'],
  ['an end', '<RestingECG><Waveform>'],
  ['too deep a nest', `<RestingECG>${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}</RestingECG>`],
])('refuses XML with %s', async (_, text) => {
  await expect(openRecording(written({ 'any.name': text }))).rejects.toThrow(/^any\.name, .*|^any\.name: /);
});

it.each([
  ['ISHNE', (bytes: Buffer) => bytes.subarray(0, -2), ishneBytes(), /promises 200 samples of 2 leads/],
  ['ISHNE', (bytes: Buffer) => (bytes.writeUInt8(9, 40), bytes), ishneBytes(), /checksum of the header/],
  ['SCP-ECG', (bytes: Buffer) => bytes.subarray(0, -1), scpBytes(), /says it has/],
  ['SCP-ECG', (bytes: Buffer) => (bytes.writeUInt8(9, 200), bytes), scpBytes(), /checksum of the file/],
  ['DICOM', (bytes: Buffer) => bytes.subarray(0, -1), madeDicom(), /./],
])('refuses a damaged %s file', async (_, damage, bytes, sentence) => {
  await expect(openRecording(written({ 'any.name': damage(Buffer.from(bytes)) }))).rejects.toThrow(sentence);
});
