import { beforeAll, expect, it } from 'vitest';
import { detectBeats } from '../../../../src-main/detect/qrs/detect-beats.ts';
import { describeOnRecordings } from '../../../support/shared-data.ts';
import {
  countDetections,
  ds1Records,
  mitdbRecords,
  ppvPercent,
  readReference,
  sePercent,
  sumOfCounts,
  type DetectionCounts,
  type ReferenceRecord,
} from './mitdb-records.ts';

describeOnRecordings('the beat detector on the first leads of the MIT-BIH Arrhythmia Database', () => {
  const detected: { record: ReferenceRecord; beats: Int32Array }[] = [];
  beforeAll(async () => {
    for (const name of mitdbRecords()) {
      const record = await readReference(name);
      detected.push({ record, beats: detectBeats({ samplingHz: record.samplingHz, leads: [record.signal] }) });
    }
  });
  const grossOf = (names: readonly string[], fromS: number, windowS: number) => {
    const counts = detected
      .filter(({ record }) => names.includes(record.name))
      .map(({ record, beats }) => countDetections(record, beats, { fromS, windowS }));
    const gross = sumOfCounts(counts);
    return Math.min(sePercent(gross), ppvPercent(gross));
  };

  it.each([
    { fromS: 0, windowS: 0.15, least: 99.9 },
    { fromS: 300, windowS: 0.15, least: 99.9 },
    { fromS: 0, windowS: 0.05, least: 99.5 },
    { fromS: 300, windowS: 0.05, least: 99.5 },
  ])('finds and invents as promised within $windowS s, from $fromS s', ({ fromS, windowS, least }) => {
    expect(grossOf(mitdbRecords(), fromS, windowS)).toBeGreaterThan(least);
  });

  it('finds more with both leads, on the records that it was not fitted to as well', async () => {
    const counts: (DetectionCounts & { name: string })[] = [];
    for (const { record } of detected) {
      const { samplingHz, leads } = record;
      const beats = detectBeats({ samplingHz, leads }, { otherLeads: 'fuse' });
      counts.push({ name: record.name, ...countDetections(record, beats, { fromS: 300, windowS: 0.15 }) });
    }
    const least = (some: typeof counts) => Math.min(sePercent(sumOfCounts(some)), ppvPercent(sumOfCounts(some)));
    expect(least(counts)).toBeGreaterThan(99.93);
    expect(least(counts.filter(({ name }) => !ds1Records.includes(name)))).toBeGreaterThan(99.93);
    expect(Math.min(...counts.map((one) => least([one])))).toBeGreaterThan(98);
  });

  it('does as well on the records that it was not fitted to', () => {
    const others = mitdbRecords().filter((name) => !ds1Records.includes(name));
    expect(grossOf(others, 0, 0.15)).toBeGreaterThan(99.9);
  });
});
