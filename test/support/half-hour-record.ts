import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAnnotations } from '../../src-main/formats/wfdb/annotation-writing.ts';
import { writeWfdbRecord } from '../../src-main/formats/wfdb/record-writing.ts';
import { simulateRecord } from '../../src-main/library/simulated/simulate-record.ts';
import { hasSharedData, sharedData } from './shared-data.ts';

/** A record of 30 minutes, two leads at 360 Hz, as WFDB files with one annotator. */
export interface HalfHourRecord {
  readonly name: string;
  readonly stem: string;
  /** Header, samples, annotations. */
  readonly files: readonly string[];
  readonly origin: string;
}

/** Record 208 of the MIT-BIH Arrhythmia Database where it is at hand, else the simulated one, written to the folder. */
export async function halfHourRecord(folder: string): Promise<HalfHourRecord> {
  const filesOf = (stem: string) => ['hea', 'dat', 'atr'].map((suffix) => `${stem}.${suffix}`);
  if (hasSharedData) {
    const stem = join(sharedData, 'mitdb', '208');
    return { name: '208', stem, files: filesOf(stem), origin: 'MIT-BIH Arrhythmia Database 1.0.0, record 208' };
  }
  const { header, leads, annotations } = simulateRecord({ seed: 1, minutes: 30 });
  await writeWfdbRecord(folder, header, [{ fromSample: 0, leads }], 212);
  const stem = join(folder, header.name);
  await writeFile(`${stem}.atr`, writeAnnotations(annotations));
  return { name: header.name, stem, files: filesOf(stem), origin: 'simulated record, seed 1, 30 minutes' };
}
