import { readdirSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { join } from 'node:path';
import type { Annotation } from '../../src-main/domain/annotation.ts';
import { formatComparisons } from '../../src-main/evaluate/ec57/comparison-formats.ts';
import { compareRecord, type RecordComparison } from '../../src-main/evaluate/ec57/record-comparison.ts';
import { readAnnotationFile } from '../../src-main/formats/wfdb/annotation-file.ts';
import { readHeader } from '../../src-main/formats/wfdb/header.ts';
import { hasSharedData, sharedData } from '../support/shared-data.ts';

/*
 * How long the EC57 comparison of all 48 half-hour records takes in one process: headers and annotation files read,
 * beats and runs compared, gross and average figures printed. The test annotations are the perturbed ones of the EC57
 * cases; the four records with paced beats, which have none, are compared with themselves.
 */

interface Durations {
  readMs: number;
  compareMs: number;
  printMs: number;
}

async function measure(): Promise<Durations & { beats: number; records: number }> {
  const folder = join(sharedData, 'mitdb');
  const perturbed = new Set(readdirSync(join(sharedData, 'ec57', 'aggregate')));
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.atr'))
    .map((file) => file.slice(0, -'.atr'.length));
  const comparisons: RecordComparison[] = [];
  let [readMs, compareMs, beats] = [0, 0, 0];
  for (const record of names) {
    const startedMs = performance.now();
    const { framesPerSecond, lengthFrames } = await readHeader(join(folder, `${record}.hea`));
    const [reference, test]: (readonly Annotation[])[] = await Promise.all(
      [
        join(folder, `${record}.atr`),
        perturbed.has(`${record}.tst`)
          ? join(sharedData, 'ec57', 'aggregate', `${record}.tst`)
          : join(folder, `${record}.atr`),
      ].map(async (path) => (await readAnnotationFile(path)).annotations),
    );
    const readAtMs = performance.now();
    const options = { record, samplingHz: framesPerSecond, lengthSamples: lengthFrames ?? 0 };
    comparisons.push(compareRecord(reference, test, options));
    readMs += readAtMs - startedMs;
    compareMs += performance.now() - readAtMs;
    beats += reference.length;
  }
  const comparedAtMs = performance.now();
  formatComparisons(comparisons, 'table');
  return { readMs, compareMs, printMs: performance.now() - comparedAtMs, beats, records: names.length };
}

const totalMs = ({ readMs, compareMs, printMs }: Durations) => readMs + compareMs + printMs;
const rounded = (ms: number) => Math.round(ms * 10) / 10;

if (!hasSharedData) {
  console.error('No recordings in ../shared/data: nothing to measure.');
  process.exit(1);
}
const first = await measure();
const later: Durations[] = [];
for (let run = 0; run < 9; run++) later.push(await measure());
const median = later.sort((a, b) => totalMs(a) - totalMs(b))[4];
const result = {
  machine: `${cpus()[0].model}, ${cpus().length} cores, ${platform()} ${arch()}, Node ${process.versions.node}`,
  records: first.records,
  annotations: first.beats,
  firstMs: rounded(totalMs(first)),
  medianMs: rounded(totalMs(median)),
  readMs: rounded(median.readMs),
  compareMs: rounded(median.compareMs),
  printMs: rounded(median.printMs),
};
console.log(
  process.argv.includes('--json')
    ? JSON.stringify(result)
    : [
        `EC57 comparison of ${result.records} half-hour records, ${result.annotations} reference annotations, in one process`,
        `first time        ${result.firstMs} ms`,
        `median of 9 more  ${result.medianMs} ms (reading ${result.readMs}, comparing ${result.compareMs}, printing ${result.printMs})`,
        `machine           ${result.machine}`,
      ].join('\n'),
);
