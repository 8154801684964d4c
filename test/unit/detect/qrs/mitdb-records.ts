import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Annotation } from '../../../../src-main/domain/annotation.ts';
import { physicalOf } from '../../../../src-main/domain/record.ts';
import { compareBeats } from '../../../../src-main/evaluate/ec57/beats/beat-comparison.ts';
import { total } from '../../../../src-main/evaluate/ec57/beats/beat-counts.ts';
import { readAnnotationFile } from '../../../../src-main/formats/wfdb/annotation-file.ts';
import { openWfdbRecord } from '../../../../src-main/formats/wfdb/record.ts';
import { sharedData } from '../../../support/shared-data.ts';

/** Training records of de Chazal's division of the MIT-BIH Arrhythmia Database; the detector was fitted to them. */
export const ds1Records =
  '101 106 108 109 112 114 115 116 118 119 122 124 201 203 205 207 208 209 215 220 223 230'.split(' ');

export const mitdbRecords = (): string[] =>
  readdirSync(join(sharedData, 'mitdb'))
    .filter((file) => file.endsWith('.hea'))
    .map((file) => file.replace('.hea', ''))
    .sort();

export interface ReferenceRecord {
  readonly name: string;
  readonly samplingHz: number;
  readonly lengthSamples: number;
  /** The first lead in mV. */
  readonly signal: Float32Array;
  /** All leads in mV. */
  readonly leads: readonly Float32Array[];
  readonly reference: readonly Annotation[];
}

/** Leads and reference annotations of a record of the shared recordings. */
export async function readReference(name: string, database = 'mitdb'): Promise<ReferenceRecord> {
  const path = join(sharedData, database, name);
  const { header, clock, blocks } = await openWfdbRecord(path);
  const leads = header.leads.map(() => new Float32Array(header.lengthSamples));
  for await (const block of blocks())
    block.leads.forEach((lead, i) => leads[i].set(physicalOf(lead, header.leads[i]), block.fromSample));
  const { annotations } = await readAnnotationFile(`${path}.atr`, clock);
  const { samplingHz, lengthSamples } = header;
  return { name, samplingHz, lengthSamples, signal: leads[0], leads, reference: annotations };
}

export interface DetectionCounts {
  readonly found: number;
  readonly missed: number;
  readonly extra: number;
}

/** Detected beats against the reference by the EC57 comparison. */
export function countDetections(
  record: ReferenceRecord,
  beats: Int32Array,
  { fromS, windowS }: { readonly fromS: number; readonly windowS: number },
): DetectionCounts {
  const { name, samplingHz, lengthSamples, reference } = record;
  const test = Array.from(beats, (atSample) => ({ atSample, symbol: 'N', subtype: 0, channel: 0, num: 0, aux: '' }));
  const { counts } = compareBeats(reference, test, { record: name, samplingHz, lengthSamples, fromS, windowS });
  return {
    found: total(counts, 'NSVFQ', 'nsvfq'),
    missed: total(counts, 'NSVFQ', 'ox'),
    extra: total(counts, 'OX', 'nsvfq'),
  };
}

export const sumOfCounts = (counts: readonly DetectionCounts[]): DetectionCounts => ({
  found: counts.reduce((sum, { found }) => sum + found, 0),
  missed: counts.reduce((sum, { missed }) => sum + missed, 0),
  extra: counts.reduce((sum, { extra }) => sum + extra, 0),
});
export const sePercent = ({ found, missed }: DetectionCounts): number => (100 * found) / (found + missed);
export const ppvPercent = ({ found, extra }: DetectionCounts): number => (100 * found) / (found + extra);
