import { cpus } from 'node:os';
import { join } from 'node:path';
import { isBeatSymbol } from '../../src-main/domain/annotation.ts';
import { detectBeats, type DetectorOptions } from '../../src-main/detect/qrs/detect-beats.ts';
import { type LudbLead, ludbRecords, readLudb } from '../unit/detect/ludb-records.ts';
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
import { hasSharedData, sharedData } from '../support/shared-data.ts';
import { peerBeats } from './detect-peers/peers.ts';

/**
 * Beat detection by the EC57 comparison: MIT-BIH Arrhythmia Database from 5:00, all 48 records, first lead and both;
 * the noise stress records of record 118; the Lobachevsky University database.
 * `npm run bench -- detect [--from-start] [--peers] [--json]`; with `--peers` beside detectors of the wfdb package.
 */
const fromS = process.argv.includes('--from-start') ? 0 : 300;
const withPeers = process.argv.includes('--peers');

const cpuMs = () => process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000;

if (!hasSharedData) {
  console.log('No recordings in ../shared/data/mitdb: nothing measured.');
  process.exit(1);
}

interface Measured {
  readonly name: string;
  readonly in150: DetectionCounts;
  readonly in50: DetectionCounts;
  readonly ms: number;
  readonly errorsMs: readonly number[];
}

function measured(record: ReferenceRecord, beats: ArrayLike<number>, ms: number, from = fromS): Measured {
  const marks = Int32Array.from(beats);
  return {
    name: record.name,
    in150: countDetections(record, marks, { fromS: from, windowS: 0.15 }),
    in50: countDetections(record, marks, { fromS: from, windowS: 0.05 }),
    ms,
    errorsMs: errorsMs(record, marks),
  };
}

function detected(record: ReferenceRecord, otherLeads: DetectorOptions['otherLeads'] | 'first'): Measured {
  const leads = otherLeads === 'first' ? [record.signal] : record.leads;
  const before = cpuMs();
  const beats = detectBeats(
    { samplingHz: record.samplingHz, leads },
    { otherLeads: otherLeads === 'first' ? 'ignore' : otherLeads },
  );
  return measured(record, beats, cpuMs() - before);
}

/** Detection less reference for every reference beat that has a detection within 150 ms, ms. */
function errorsMs({ reference, samplingHz }: ReferenceRecord, beats: Int32Array): number[] {
  const errors: number[] = [];
  let next = 0;
  for (const { atSample, symbol } of reference) {
    if (!isBeatSymbol(symbol)) continue;
    while (next + 1 < beats.length && Math.abs(beats[next + 1] - atSample) <= Math.abs(beats[next] - atSample)) next++;
    const ms = (1000 * ((beats[next] ?? Infinity) - atSample)) / samplingHz;
    if (Math.abs(ms) <= 150) errors.push(ms);
  }
  return errors;
}
const medianOf = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;

function line({ name, in150, in50, ms, errorsMs }: Measured) {
  const counts = [in150, in50].flatMap((one) => [
    String(one.found + one.missed).padStart(7),
    String(one.missed).padStart(5),
    String(one.extra).padStart(5),
    sePercent(one).toFixed(2).padStart(7),
    ppvPercent(one).toFixed(2).padStart(7),
  ]);
  const absolute = medianOf(errorsMs.map(Math.abs)).toFixed(1).padStart(6);
  return [name.padEnd(16), ...counts, absolute, medianOf([...errorsMs]).toFixed(1).padStart(6), ms.toFixed(0).padStart(6)].join(' '); // prettier-ignore
}
const head = (title: string) => {
  console.log(`\n${title}`);
  console.log(`${''.padEnd(16)}  ${'150 ms'.padStart(18)} ${'50 ms'.padStart(35)} ${'error ms'.padStart(33)}`);
  console.log(`${''.padEnd(16)} ${'  beats    FN    FP      Se      +P '.repeat(2)} |med|    med CPU ms`);
};
function group(title: string, of: readonly Measured[]): Measured {
  const all = {
    name: title,
    in150: sumOfCounts(of.map((one) => one.in150)),
    in50: sumOfCounts(of.map((one) => one.in50)),
    ms: of.reduce((sum, { ms }) => sum + ms, 0) / of.length,
    errorsMs: of.flatMap((one) => one.errorsMs),
  };
  console.log(line(all));
  return all;
}

// Record 100 is detected beforehand, so that the figures are those of compiled code; the very first time is told apart.
const first = await readReference('100');
const firstMs = detected(first, 'first').ms;
for (const otherLeads of ['first', 'fill-gaps', 'fuse', 'first'] as const) detected(first, otherLeads);
const [one, filled, both]: Measured[][] = [[], [], []];
for (const name of mitdbRecords()) {
  const record = await readReference(name);
  one.push(detected(record, 'first'));
  filled.push(detected(record, 'fill-gaps'));
  both.push(detected(record, 'fuse'));
}
const isFitted = ({ name }: Measured) => ds1Records.includes(name);
const tableOf = (title: string, results: readonly Measured[]) => {
  head(`${title}, from ${fromS === 0 ? '0:00' : '5:00'}; * fitted to these (DS1, first lead)`);
  for (const result of results) console.log(line({ ...result, name: `${result.name}${isFitted(result) ? ' *' : ''}` }));
  group('DS1, fitted', results.filter(isFitted));
  group(
    'other 26',
    results.filter((result) => !isFitted(result)),
  );
  return group('gross', results);
};
const gross = tableOf('MIT-BIH, first lead', one);
const grossBoth = tableOf('MIT-BIH, both leads fused', both);
head('MIT-BIH, second lead in gaps of the first alone');
group('gross', filled);
const lowest = [...one].sort(
  (a, b) => Math.min(sePercent(a.in150), ppvPercent(a.in150)) - Math.min(sePercent(b.in150), ppvPercent(b.in150)),
)[0];
console.log(
  `Lowest record, first lead: ${lowest.name}, ${sePercent(lowest.in150).toFixed(2)} / ${ppvPercent(lowest.in150).toFixed(2)}`,
);

const noisy = ['118e24', '118e12', '118e00'];
const noiseRecords: ReferenceRecord[] = [];
for (const name of noisy) noiseRecords.push(await readReference(name, 'nstdb'));
const strips: LudbLead[] = [];
for (const name of ludbRecords()) strips.push(await readLudb(name, 'ii'));
const peers = withPeers
  ? await peerBeats([
      ...noiseRecords.map(({ name }) => ({ path: join(sharedData, 'nstdb', name), channel: 0 })),
      ...strips.map(({ path, channel }) => ({ path, channel })),
    ])
  : [];

head('Noise stress test (record 118, of DS1), from 5:00');
for (const record of noiseRecords) {
  console.log(line({ ...detected(record, 'first'), name: `${record.name} first` }));
  console.log(line({ ...detected(record, 'fuse'), name: `${record.name} both` }));
  for (const { detector, beats, ms } of peers.filter(({ path }) => path.endsWith(record.name)))
    console.log(line({ ...measured(record, beats, ms), name: `${record.name} ${detector}` }));
}

head('Lobachevsky University database, lead II, 200 strips of 10 s, from the first marked beat to the last');
const within = (beats: ArrayLike<number>, marks: readonly { atSample: number }[], samplingHz: number) => {
  const reach = 0.15 * samplingHz;
  return Array.from(beats).filter(
    (at) => at >= marks[0].atSample - reach && at <= marks[marks.length - 1].atSample + reach,
  );
};
const stripOf = ({ name, samplingHz, signal, qrs }: LudbLead): ReferenceRecord => ({
  ...{ name, samplingHz, signal, leads: [signal], lengthSamples: signal.length },
  reference: qrs.map((atSample) => ({ atSample, symbol: 'N', subtype: 0, channel: 0, num: 0, aux: '' })),
});
const scoredStrips = (beatsOf: (strip: LudbLead) => { beats: ArrayLike<number>; ms: number }) =>
  strips.map((strip) => {
    const record = stripOf(strip);
    const { beats, ms } = beatsOf(strip);
    return measured(record, within(beats, record.reference, record.samplingHz), ms, 0);
  });
group(
  'ours',
  scoredStrips(({ samplingHz, signal }) => {
    const before = cpuMs();
    return { beats: detectBeats({ samplingHz, leads: [signal] }), ms: cpuMs() - before };
  }),
);
for (const detector of ['xqrs', 'gqrs'] as const)
  if (peers.length > 0)
    group(
      detector,
      scoredStrips(
        ({ path }) => peers.find((peer) => peer.path === path && peer.detector === detector) ?? { beats: [], ms: 0 },
      ),
    );

const { model } = cpus()[0];
console.log(
  `\nCPU ms: for one record, mean in group lines; the first record of a process takes ${firstMs.toFixed(0)}. Machine: ${cpus().length} x ${model}, Node ${process.version}.`,
);
if (process.argv.includes('--json')) {
  const figures = ({ in150, in50 }: Measured) => {
    const percent = (value: number) => Number(value.toFixed(3));
    return {
      Se150: percent(sePercent(in150)),
      PPV150: percent(ppvPercent(in150)),
      Se50: percent(sePercent(in50)),
      PPV50: percent(ppvPercent(in50)),
    };
  };
  console.log(JSON.stringify({ gross: figures(gross), bothLeads: figures(grossBoth) }));
}
