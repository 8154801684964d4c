/**
 * How far the shipped record model calls the same beats alike at other sampling rates, with its leads in another order,
 * and without their names: `npm run bench -- rates [RECORD...] [--json]`. The copies are resampled from the recordings
 * of DS1 and svdb by the program's own interpolation; beats stay at the nearest sample of their time.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { recordInputs } from '../../src-main/detect/features/record-inputs.ts';
import type { RecordSignals } from '../../src-main/detect/templates/prepared-record.ts';
import { beatClasses, mostProbable } from '../../src-main/domain/beat-class.ts';
import { onnxExecutor } from '../../src-main/engine/executors/onnx/executor.ts';
import { compileRecordScorer } from '../../src-main/engine/record/score.ts';
import { findRecordings, readAnnotatedRecord } from '../../src-main/host/record-model/annotated-record.ts';
import { ds1, svdb } from '../../src-main/host/record-model/databases.ts';
import { readModel } from '../../src-main/host/record-model/kept-model.ts';
import { atRate } from '../support/at-rate.ts';
import { machineWords, thisMachine } from '../support/machine.ts';
import { hasSharedData, projectRoot, sharedData } from '../support/shared-data.ts';

const { values: flags, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
if (!hasSharedData) {
  console.log('No recordings in ../shared/data: nothing measured.');
  process.exit(1);
}
const rates = [100, 128, 200, 250, 500, 1000];
const records = positionals.length > 0 ? positionals : [...ds1, ...svdb];

const { model } = await readModel(join(projectRoot, 'resources', 'models'), 'record');
const scorer = await compileRecordScorer(model, onnxExecutor({ threads: 1 }));
const classesOf = async (signals: RecordSignals, beatSamples: Int32Array) => {
  const { probabilities } = await scorer.score(recordInputs(signals, beatSamples));
  return Int32Array.from(beatSamples, (_, beat) => mostProbable(probabilities, beat * beatClasses.length));
};
const same = new Map<string, { beats: number; alike: number; worst: { name: string; share: number } }>();
const count = (what: string, name: string, one: Int32Array, other: Int32Array) => {
  const alike = one.reduce((sum, label, beat) => sum + (label === other[beat] ? 1 : 0), 0);
  const so = same.get(what) ?? { beats: 0, alike: 0, worst: { name, share: 1 } };
  const share = alike / one.length;
  same.set(what, {
    beats: so.beats + one.length,
    alike: so.alike + alike,
    worst: share < so.worst.share ? { name, share } : so.worst,
  });
};
const stemOf = await findRecordings([join(sharedData, 'mitdb'), join(sharedData, 'svdb')]);
for (const name of records) {
  const { record } = await readAnnotatedRecord(stemOf(name)!);
  const { signals, beatSamples } = record;
  const asGiven = await classesOf(signals, beatSamples);
  for (const rate of rates) {
    const copy = atRate(signals, beatSamples, rate);
    count(`${rate} Hz`, name, asGiven, await classesOf(copy.signals, copy.beatSamples));
  }
  const swapped = { ...signals, leads: signals.leads.toReversed() };
  count('leads in the other order', name, asGiven, await classesOf(swapped, beatSamples));
  const nameless = swapped.leads.map(({ physical }, lead) => ({ name: `lead ${lead + 1}`, physical }));
  count('other order, without names', name, asGiven, await classesOf({ ...signals, leads: nameless }, beatSamples));
}
await scorer.dispose();
const percent = (share: number) => Math.round(10_000 * share) / 100;
const table = [...same].map(([copy, { beats, alike, worst }]) => ({
  ...{ copy, beats, 'alike %': percent(alike / beats), 'worst record': worst.name, 'its %': percent(worst.share) },
}));
console.log(`${machineWords(thisMachine)}; ${records.length} recordings, model record`);
console.table(table);
if (flags.json) console.log(JSON.stringify({ machine: thisMachine, records, table }));
