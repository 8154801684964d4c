import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseAnnotations, readAnnotationFile } from '../../../../src-main/formats/wfdb/annotation-file.ts';
import { writeAnnotations } from '../../../../src-main/formats/wfdb/annotation-writing.ts';
import { describeOnRecordings, sharedData } from '../../../support/shared-data.ts';
import { tried } from '../damage.ts';
import { newFolder, readWhole, writeSaw } from './written-record.ts';

it.each([16, 212])('damaged headers of format %i are read or refused', async (format) => {
  const stem = await writeSaw(newFolder(), format);
  const { others, refused } = await tried(readFileSync(`${stem}.hea`), (bytes) => {
    writeFileSync(`${stem}.hea`, bytes);
    return readWhole(stem);
  });
  expect(others).toEqual([]);
  expect(refused).toBeGreaterThan(100);
});

it('damaged headers of several segments are read or refused', async () => {
  const folder = newFolder();
  await writeSaw(folder, 212, 'a');
  await writeSaw(folder, 16, 'b');
  const stem = join(folder, 'long');
  const { others } = await tried(Buffer.from('long/4 2 250 2300\na 1000\n~ 300\nb 1000\na 0\n# a note\n'), (bytes) => {
    writeFileSync(`${stem}.hea`, bytes);
    return readWhole(stem);
  });
  expect(others).toEqual([]);
});

it.each([16, 212])('damaged samples of format %i are nearly always refused', async (format) => {
  const stem = await writeSaw(newFolder(), format);
  const { others, refused } = await tried(readFileSync(`${stem}.dat`), (bytes) => {
    writeFileSync(`${stem}.dat`, bytes);
    return readWhole(stem);
  });
  expect(others).toEqual([]);
  expect(refused).toBeGreaterThan(250);
});

it('damaged annotations are read or refused', async () => {
  const path = join(newFolder(), 'saw.atr');
  const marks = Array.from({ length: 60 }, (_, i) => ({
    atSample: i * i * 10,
    symbol: 'NVA+~'[i % 5],
    subtype: i % 3,
    channel: i % 2,
    num: i % 7,
    aux: i % 10 === 0 ? '(AFIB' : '',
  }));
  const { others, refused } = await tried(writeAnnotations(marks, { ticksPerSecond: 500 }), (bytes) => {
    writeFileSync(path, bytes);
    return readAnnotationFile(path, { samplingHz: 250, framesPerSecond: 250, lengthSamples: 100_000 });
  });
  expect(others).toEqual([]);
  expect(refused).toBeGreaterThan(30);
});

describeOnRecordings('damaged real files', () => {
  it.each([join('mitdb', '100.atr'), join('formats', 'wfdb', '1003.atr'), join('formats', 'wfdb', '12726.anI')])(
    '%s is read or refused',
    async (name) => {
      const { others } = await tried(readFileSync(join(sharedData, name)), async (bytes) =>
        parseAnnotations(bytes, name),
      );
      expect(others).toEqual([]);
    },
  );
});
