import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gapSample, type RecordHeader } from '../../src-main/domain/record.ts';
import { writeAnnotations } from '../../src-main/formats/wfdb/annotation-writing.ts';
import { writeWfdbRecord } from '../../src-main/formats/wfdb/record-writing.ts';
import { simulateRecord } from '../../src-main/library/simulated/simulate-record.ts';

/** A simulated day, three leads at 360 Hz with about 100,000 beats, as WFDB files. */
export interface DayRecord {
  readonly name: string;
  readonly stem: string;
  /** Header and samples. */
  readonly files: readonly string[];
  readonly samples: number;
  readonly origin: string;
}

const name = 'simulated-day';
const minutes = 1440;
const samplingHz = 360;
/** What the third lead sees of the first two. */
const thirdLead = { name: 'V5', ofFirst: 0.8, ofSecond: -0.35 };
const blockSamples = 65536;

/**
 * Writes the day into a folder, or finds it there. It has no annotations beside it, as a recorder's day has none: beats
 * are the detector's. What the simulator knows of them goes to `reference/`.
 */
export async function dayRecord(folder: string): Promise<DayRecord> {
  const stem = join(folder, name);
  const facts: DayRecord = {
    ...{ name, stem, files: [`${stem}.hea`, `${stem}.dat`] },
    samples: 3 * minutes * 60 * samplingHz,
    origin: 'simulated record, seed 1, 24 hours, 3 leads at 360 Hz (the third computed from the two simulated)',
  };
  if (existsSync(`${stem}.hea`)) return facts;
  await mkdir(join(folder, 'reference'), { recursive: true });
  const { header: simulated, leads, annotations } = simulateRecord({ seed: 1, minutes, samplingHz });
  const [first, second] = leads;
  const { baseline } = simulated.leads[0];
  const header: RecordHeader = {
    ...simulated,
    name,
    leads: [...simulated.leads, { ...simulated.leads[0], name: thirdLead.name }],
  };
  const third = (at: number) =>
    first[at] === gapSample || second[at] === gapSample
      ? gapSample
      : Math.round(
          baseline + thirdLead.ofFirst * (first[at] - baseline) + thirdLead.ofSecond * (second[at] - baseline),
        );
  const blocks = function* () {
    for (let from = 0; from < header.lengthSamples; from += blockSamples) {
      const length = Math.min(blockSamples, header.lengthSamples - from);
      yield {
        fromSample: from,
        leads: [
          ...[first, second].map((lead) => lead.subarray(from, from + length)),
          Int32Array.from({ length }, (_, i) => third(from + i)),
        ],
      };
    }
  };
  await writeFile(join(folder, 'reference', `${name}.atr`), writeAnnotations(annotations));
  await writeWfdbRecord(folder, header, blocks(), 212);
  return facts;
}
