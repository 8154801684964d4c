import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { arch, cpus, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { total } from '../../src-main/evaluate/ec57/beats/beat-counts.ts';
import { formatComparisons } from '../../src-main/evaluate/ec57/comparison-formats.ts';
import { compareRecords } from '../../src-main/host/command-line/compare-verb.ts';
import { hasSharedData, sharedData } from '../support/shared-data.ts';

/*
 * How long the EC57 comparison of all 48 half-hour records takes in one process: headers and annotation files read,
 * beats and runs compared, gross and average figures printed. The test annotations are the perturbed ones of the EC57
 * cases; the four records with paced beats, which have none, are compared with themselves.
 */

interface Durations {
  compareMs: number;
  printMs: number;
}

const folder = join(sharedData, 'mitdb');

/** A folder with a test annotator `tst` for every record. */
async function withTests(records: readonly string[]): Promise<string> {
  const tests = await mkdtemp(join(tmpdir(), 'compare-'));
  const perturbed = join(sharedData, 'ec57', 'aggregate');
  const isPerturbed = new Set(await readdir(perturbed));
  for (const record of records)
    await copyFile(
      isPerturbed.has(`${record}.tst`) ? join(perturbed, `${record}.tst`) : join(folder, `${record}.atr`),
      join(tests, `${record}.tst`),
    );
  return tests;
}

async function measure(records: readonly string[], testDir: string): Promise<Durations & { beats: number }> {
  const startedMs = performance.now();
  const paths = records.map((record) => join(folder, record));
  const comparisons = await compareRecords(paths, { reference: 'atr', test: 'tst', testDir });
  const comparedAtMs = performance.now();
  formatComparisons(comparisons, 'table');
  const beats = comparisons.reduce((sum, comparison) => sum + total(comparison.beats.counts, 'NSVFQ', 'nsvfqox'), 0);
  return { compareMs: comparedAtMs - startedMs, printMs: performance.now() - comparedAtMs, beats };
}

const totalMs = ({ compareMs, printMs }: Durations) => compareMs + printMs;
const rounded = (ms: number) => Math.round(ms * 10) / 10;

if (!hasSharedData) {
  console.error('No recordings in ../shared/data: nothing to measure.');
  process.exit(1);
}
const records = (await readdir(folder)).filter((file) => file.endsWith('.atr')).map((file) => file.slice(0, -4));
const tests = await withTests(records);
const first = await measure(records, tests);
const later: Durations[] = [];
for (let run = 0; run < 9; run++) later.push(await measure(records, tests));
await rm(tests, { recursive: true });
const median = later.sort((a, b) => totalMs(a) - totalMs(b))[4];
const result = {
  machine: `${cpus()[0].model}, ${cpus().length} cores, ${platform()} ${arch()}, Node ${process.versions.node}`,
  records: records.length,
  beats: first.beats,
  firstMs: rounded(totalMs(first)),
  medianMs: rounded(totalMs(median)),
  compareMs: rounded(median.compareMs),
  printMs: rounded(median.printMs),
};
console.log(
  process.argv.includes('--json')
    ? JSON.stringify(result)
    : [
        `EC57 comparison of ${result.records} half-hour records, ${result.beats} reference beats from 5:00, in one process`,
        `first time        ${result.firstMs} ms`,
        `median of 9 more  ${result.medianMs} ms (reading and comparing ${result.compareMs}, printing ${result.printMs})`,
        `machine           ${result.machine}`,
      ].join('\n'),
);
