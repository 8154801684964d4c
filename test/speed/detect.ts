import { cpus } from 'node:os';
import { detectBeats } from '../../src-main/detect/qrs/detect-beats.ts';
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
} from '../unit/detect/qrs/mitdb-records.ts';
import { hasSharedData } from '../support/shared-data.ts';

/**
 * Beat detection on the MIT-BIH Arrhythmia Database, first lead, from 5:00, all 48 records, by the EC57 comparison.
 * `npm run bench -- detect [--from-start] [--json]`
 */
const fromS = process.argv.includes('--from-start') ? 0 : 300;

const cpuMs = () => process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000;

if (!hasSharedData) {
  console.log('No recordings in ../shared/data/mitdb: nothing measured.');
  process.exit(1);
}
const records: ReferenceRecord[] = [];
for (const name of mitdbRecords()) records.push(await readReference(name));
// The first record is detected once unmeasured, so that the figures are those of compiled code.
detectBeats({ samplingHz: records[0].samplingHz, leads: [records[0].signal] });
const results = records.map((record) => {
  const before = cpuMs();
  const beats = detectBeats({ samplingHz: record.samplingHz, leads: [record.signal] });
  const ms = cpuMs() - before;
  return {
    record,
    ms,
    in150: countDetections(record, beats, { fromS, windowS: 0.15 }),
    in50: countDetections(record, beats, { fromS, windowS: 0.05 }),
  };
});

const line = (name: string, in150: DetectionCounts, in50: DetectionCounts, ms: number) =>
  [
    name.padEnd(14),
    ...[in150, in50].flatMap((counts) => [
      String(counts.found + counts.missed).padStart(7),
      String(counts.missed).padStart(5),
      String(counts.extra).padStart(5),
      sePercent(counts).toFixed(2).padStart(7),
      ppvPercent(counts).toFixed(2).padStart(7),
    ]),
    ms.toFixed(0).padStart(6),
  ].join(' ');

console.log(`Beat detection, first lead, from ${fromS === 0 ? '0:00' : '5:00'}; * fitted to these (DS1)`);
console.log(`${''.padEnd(14)}  ${'150 ms'.padStart(18)} ${'50 ms'.padStart(35)}`);
console.log(`${'record'.padEnd(14)} ${'  beats    FN    FP      Se      +P '.repeat(2)} CPU ms`);
const isFitted = (name: string) => ds1Records.includes(name);
for (const { record, in150, in50, ms } of results)
  console.log(line(`${record.name}${isFitted(record.name) ? ' *' : ''}`, in150, in50, ms));
const group = (title: string, of: typeof results) => {
  const [in150, in50] = [sumOfCounts(of.map((result) => result.in150)), sumOfCounts(of.map((result) => result.in50))];
  console.log(line(title, in150, in50, of.reduce((all, { ms }) => all + ms, 0) / of.length));
  return { in150, in50 };
};
group(
  'DS1, fitted',
  results.filter(({ record }) => isFitted(record.name)),
);
group(
  'other 26',
  results.filter(({ record }) => !isFitted(record.name)),
);
const { in150, in50 } = group('gross', results);
const { model } = cpus()[0];
console.log(
  `CPU ms: mean for a record in the last three lines. Machine: ${cpus().length} x ${model}, Node ${process.version}.`,
);
if (process.argv.includes('--json')) {
  const percent = (value: number) => Number(value.toFixed(3));
  const gross = {
    Se150: percent(sePercent(in150)),
    PPV150: percent(ppvPercent(in150)),
    Se50: percent(sePercent(in50)),
    PPV50: percent(ppvPercent(in50)),
  };
  console.log(JSON.stringify({ gross }));
}
