import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { gapSample, type RecordHeader } from '../../../../src-main/domain/record.ts';
import { writeWfdbRecord } from '../../../../src-main/formats/wfdb/record-writing.ts';
import { openWfdbRecord } from '../../../../src-main/formats/wfdb/record.ts';

/** An empty folder that goes with the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wfdb-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

export const lead = (name: string) => ({ name, unit: 'mV', gain: 200, baseline: 0, isCalibrated: true });

/** Writes a record of two leads of 1000 samples, a saw and a constant with gaps; gives its path without suffix. */
export async function writeSaw(folder: string, format = 212, name = 'saw'): Promise<string> {
  const header: RecordHeader = {
    name,
    samplingHz: 250,
    lengthSamples: 1000,
    leads: [lead('MLII'), lead('V5')],
    notes: ['made for a test'],
  };
  const saw = Int32Array.from({ length: 1000 }, (_, i) => (i % 100) - 50);
  const flat = Int32Array.from({ length: 1000 }, (_, i) => (i % 10 === 9 ? gapSample : 7));
  await writeWfdbRecord(folder, header, [{ fromSample: 0, leads: [saw, flat] }], format);
  return join(folder, name);
}

/** All samples of a record, lead by lead. */
export async function readWhole(path: string): Promise<Int32Array[]> {
  const record = await openWfdbRecord(path);
  const leads = record.header.leads.map(() => new Int32Array(record.header.lengthSamples));
  for await (const block of record.blocks()) block.leads.forEach((part, l) => leads[l].set(part, block.fromSample));
  return leads;
}
