import fc from 'fast-check';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Annotation } from '../../../../src-main/domain/annotation.ts';
import { seededRandom } from '../../../../src-main/domain/random.ts';
import { gapSample } from '../../../../src-main/domain/record.ts';
import { parseAnnotations } from '../../../../src-main/formats/wfdb/annotation-file.ts';
import { writeAnnotations } from '../../../../src-main/formats/wfdb/annotation-writing.ts';
import { formatHeader, parseHeader, type WfdbSignal } from '../../../../src-main/formats/wfdb/header.ts';
import { writeWfdbRecord } from '../../../../src-main/formats/wfdb/record-writing.ts';
import { openWfdbRecord } from '../../../../src-main/formats/wfdb/record.ts';
import { flacFormats, signalFormats } from '../../../../src-main/formats/wfdb/signal-formats.ts';
import { lead, newFolder, readWhole } from './written-record.ts';

const symbols = [...'NLRaVFJASEj/Q~|sT*D"=pB^t+u?![]en@xf()r', '[15]', '[42]'];
const annotation: fc.Arbitrary<Annotation> = fc.record({
  atSample: fc.oneof(fc.nat(100_000), fc.nat(2 ** 40)),
  symbol: fc.constantFrom(...symbols),
  subtype: fc.integer({ min: -128, max: 127 }),
  channel: fc.integer({ min: -1, max: 255 }),
  num: fc.integer({ min: -128, max: 127 }),
  aux: fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .filter((aux) => !aux.endsWith('\0') && Buffer.byteLength(aux) < 255),
});
const inTime = fc.array(annotation).map((list) => list.sort((a, b) => a.atSample - b.atSample));
const word = fc.stringMatching(/^[A-Za-z0-9_]{1,8}$/);
const line = fc.string({ maxLength: 30 }).map((text) => text.trim());

it('annotations are read as they were written', () => {
  fc.assert(
    fc.property(inTime, fc.boolean(), (annotations, auxEndsWithZero) => {
      const bytes = writeAnnotations(annotations, { auxEndsWithZero });
      expect(parseAnnotations(bytes, 'a.atr').annotations).toEqual(annotations);
    }),
  );
});

it('annotations that begin with a systole at the first sample are none of the AHA', () => {
  const pulse = (atSample: number, subtype: number) => ({
    ...{ atSample, symbol: '*', subtype, channel: 0, num: 0, aux: '' },
  });
  for (const pulses of [
    [pulse(0, -58), pulse(200, 0), pulse(400, 1), pulse(5000, 0)],
    Array.from({ length: 16 }, (_, i) => pulse(256 * i, 0)),
  ])
    expect(parseAnnotations(writeAnnotations(pulses), 'a.atr').annotations).toEqual(pulses);
});

it('annotations keep a time resolution and symbols of their own', () => {
  const style = {
    ticksPerSecond: 999.5,
    customTypes: [
      { code: 20, symbol: 'x', description: 'change of source' },
      { code: 42, symbol: 'pop', description: '' },
    ],
  };
  const marks = ['x', 'pop', 'N', '[37]'];
  const annotations = marks.map((symbol, i) => ({ atSample: i, symbol, subtype: 0, channel: 0, num: 0, aux: '' }));
  expect(parseAnnotations(writeAnnotations(annotations, style), 'a.atr')).toEqual({ annotations, ...style });
});

it('refuses to write a symbol without a code', () => {
  const strange = { atSample: 0, symbol: 'beat', subtype: 0, channel: 0, num: 0, aux: '' };
  expect(() => writeAnnotations([strange])).toThrow('the symbol `beat` has no code in annotation files');
});

it('refuses to write an aux text of more than 255 bytes', () => {
  const long = { atSample: 0, symbol: '"', subtype: 0, channel: 0, num: 0, aux: 'ä'.repeat(128) };
  expect(() => writeAnnotations([long])).toThrow('an aux text has 256 bytes and annotation files hold 255');
});

const gain = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => value !== 0);
const whole = fc.integer();
const signal: fc.Arbitrary<WfdbSignal> = fc
  .record({
    file: word,
    format: fc.constantFrom(16, 212),
    samplesPerFrame: fc.integer({ min: 1, max: 999 }),
    skewFrames: fc.nat(9),
    byteOffset: fc.nat(999),
    gain,
    isCalibrated: fc.boolean(),
    baseline: whole,
    unit: word,
    adcBits: fc.nat(32),
    adcZero: whole,
    initialValue: whole,
    checksum: whole,
    blockSizeBytes: fc.nat(512),
    description: line,
  })
  .map((fields) => (fields.isCalibrated ? fields : { ...fields, gain: 200 }));

it('headers are read as they were written', () => {
  const header = fc.record({
    name: word,
    framesPerSecond: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
    counterHz: fc.option(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { nil: undefined }),
    baseCounter: fc.constant(undefined),
    lengthFrames: fc.option(fc.integer({ min: 1 }), { nil: undefined }),
    baseTime: fc.constantFrom('', '10:00:00', '1:02:03.5'),
    baseDate: fc.constant(''),
    signals: fc.array(signal, { maxLength: 5 }),
    segments: fc.constant([]),
    notes: fc.array(line, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(header, fc.boolean(), (fields, isCrLf) => {
      const written = { ...fields, signalCount: fields.signals.length };
      const text = formatHeader(written);
      const bytes = Buffer.from(isCrLf ? text.replaceAll('\n', '\r\n') : text);
      expect(parseHeader(bytes, 'a.hea')).toEqual(written);
    }),
  );
});

it('headers of several segments are read as they were written', () => {
  const header = {
    name: 'long',
    framesPerSecond: 125,
    counterHz: 250,
    baseCounter: -3,
    lengthFrames: 900,
    baseTime: '10:00:00',
    baseDate: '25/12/2001',
    signalCount: 3,
    signals: [],
    segments: [
      { name: 'layout', lengthFrames: 0 },
      { name: '~', lengthFrames: 400 },
      { name: 'long_1', lengthFrames: 500 },
    ],
    notes: [],
  };
  expect(parseHeader(Buffer.from(formatHeader(header)), 'long.hea')).toEqual(header);
});

const written = [
  ...[...signalFormats].filter(([, { encode }]) => encode).map(([format, { bits }]) => ({ format, bits })),
  ...[...flacFormats].map(([format, { bits }]) => ({ format, bits })),
];
it.each(written)('samples in format $format are read as they were written', async ({ format, bits }) => {
  const folder = newFolder();
  const highest = 2 ** (bits - 1) - 1;
  const sample = fc.oneof(fc.integer({ min: -highest, max: highest }), fc.constant(gapSample));
  const shape = fc.tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 1, max: 40 }),
  );
  const signals = shape.chain(([leads, length, cut]) =>
    fc.tuple(
      fc.array(fc.array(sample, { minLength: length, maxLength: length }), { minLength: leads, maxLength: leads }),
      fc.constant(cut),
    ),
  );
  await fc.assert(
    fc.asyncProperty(signals, async ([samples, cut]) => {
      const leads = samples.map((lead) => Int32Array.from(lead));
      const lengthSamples = leads[0].length;
      const header = {
        name: 'r',
        samplingHz: 360,
        lengthSamples,
        leads: leads.map((_, l) => lead(`L${l}`)),
        notes: ['a note'],
      };
      const blocks = [...Array(Math.ceil(lengthSamples / cut)).keys()].map((b) => ({
        fromSample: b * cut,
        leads: leads.map((lead) => lead.subarray(b * cut, (b + 1) * cut)),
      }));
      await writeWfdbRecord(folder, header, blocks, format, { replace: true });
      expect((await openWfdbRecord(join(folder, 'r'))).header).toEqual(header);
      expect(await readWhole(join(folder, 'r'))).toEqual(leads);
    }),
    { numRuns: 40 },
  );
});

it('refuses a sample that the format cannot hold, and leaves no file behind', async () => {
  const folder = newFolder();
  const header = { name: 'r', samplingHz: 360, lengthSamples: 2, leads: [lead('MLII')], notes: [] };
  const blocks = [{ fromSample: 0, leads: [Int32Array.of(1, 5000)] }];
  await expect(writeWfdbRecord(folder, header, blocks, 212)).rejects.toThrow(
    'lead MLII is 5000 at sample 1, and the format holds -2047 to 2047',
  );
  await expect(openWfdbRecord(join(folder, 'r'))).rejects.toThrow('there is no such header');
});

it('refuses to write over a record unless told to', async () => {
  const folder = newFolder();
  const header = { name: 'r', samplingHz: 360, lengthSamples: 1, leads: [lead('MLII')], notes: [] };
  const write = () => writeWfdbRecord(folder, header, [{ fromSample: 0, leads: [Int32Array.of(1)] }], 16);
  await write();
  await expect(write()).rejects.toThrow('is there already');
});

it.each([508, 516, 524])(
  'long signals of every shape are read from FLAC as they were written, format %i',
  async (format) => {
    const folder = newFolder();
    const { bits } = flacFormats.get(format)!;
    const highest = 2 ** (bits - 1) - 1;
    const random = seededRandom(7);
    const lengthSamples = 4096 * (format === 516 ? 130 : 3) + 77; // numbers of frames beyond 127 take two bytes
    const shapes: ((i: number) => number)[] = [
      () => -highest,
      (i) => Math.round(highest * 0.9 * Math.sin(i / 200) ** 3),
      () => random.integer(2 * highest + 1) - highest,
      (i) => (i % 5000 === 0 ? highest : i % 3),
      (i) => (i % 9000 < 20 ? gapSample : Math.round((i % 700) / 7)),
    ];
    const leads = shapes.map((shape) => Int32Array.from({ length: lengthSamples }, (_, i) => shape(i)));
    const header = {
      name: 'long',
      samplingHz: 360,
      lengthSamples,
      leads: leads.map((_, l) => lead(`L${l}`)),
      notes: [],
    };
    const cut = 50_000;
    const blocks = Array.from({ length: Math.ceil(lengthSamples / cut) }, (_, b) => ({
      fromSample: b * cut,
      leads: leads.map((samples) => samples.subarray(b * cut, (b + 1) * cut)),
    }));
    await writeWfdbRecord(folder, header, blocks, format);
    const found = await readWhole(join(folder, 'long'));
    expect(
      found.map((samples, l) => Buffer.compare(Buffer.from(samples.buffer), Buffer.from(leads[l].buffer))),
    ).toEqual([0, 0, 0, 0, 0]);
  },
);
