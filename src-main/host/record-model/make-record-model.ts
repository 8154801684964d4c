import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { beatClasses } from '../../domain/beat-class.ts';
import { onnxExecutor } from '../../engine/executors/onnx/executor.ts';
import { modelToWeights } from '../../engine/record/model.ts';
import { trainRecordModel } from '../../engine/record/train.ts';
import { modelHash, writeSafetensors } from '../../engine/weights/safetensors.ts';
import { recordMetadata } from '../jobs/train-records.ts';
import { readAnnotatedRecord } from './annotated-record.ts';
import { ds1, ds2 } from './databases.ts';
import { countOnDetectedBeats } from './detector-positions.ts';
import { cardJson, cardMarkdown } from './record-card.ts';
import { measureRecord, scoreAll, type MeasuredRecord } from './measured-record.ts';
import { crossValidate } from './train-record-model.ts';

/**
 * Makes the record model that comes with the program: reads the MIT-BIH Arrhythmia Database, cross-validates on DS1,
 * trains on all of it, scores DS2 once, writes weights and cards.
 *   node src-main/host/record-model/make-record-model.ts --database FOLDER --out resources/models
 */

/** One thread, so that the weights come out the same on any number of cores. */
const threads = 1;
/** Looks at DS2: nothing was chosen by them, so every run scored the same configuration. This run is the last. */
const looksAtDs2 = { configurations: 1, runs: 2 };

const { values } = parseArgs({
  options: { database: { type: 'string' }, out: { type: 'string' }, folds: { type: 'string', default: '5' } },
});
if (!values.database || !values.out) throw new Error('give --database FOLDER and --out FOLDER');
const { database, out } = values;

const executor = onnxExecutor({ threads });
const say = (sentence: string) => process.stdout.write(`${sentence}\n`);

const training: (MeasuredRecord & { readonly signalHash: string })[] = [];
for (const name of ds1) {
  const { record, signalHash } = await readAnnotatedRecord(join(database, name));
  training.push({ ...measureRecord(record), signalHash });
  say(`measured ${name}`);
}
let last = '';
const crossValidation = await crossValidate(training, {
  training: {},
  folds: Number(values.folds),
  executor,
  onProgress: (sentence) => {
    const tenth = sentence.replace(/\d %$/, '0 %');
    if (tenth !== last) say(tenth);
    last = tenth;
  },
});
const { temperature } = crossValidation;
const startedMs = performance.now();
const model = await trainRecordModel(training, { temperature }, { executor });
const trainingSeconds = (performance.now() - startedMs) / 1000;
const weights = modelToWeights(model);
const bytes = writeSafetensors(weights, recordMetadata);

const evaluation: MeasuredRecord[] = [];
for (const name of ds2) evaluation.push(measureRecord((await readAnnotatedRecord(join(database, name))).record));
const facts = {
  name: 'record-ds1',
  version: '1.0.0',
  hash: modelHash(weights, recordMetadata),
  madeAt: new Date(),
  command: 'node src-main/host/record-model/make-record-model.ts --database mitdb --out resources/models',
  executor: `${executor.name}, ${executor.device}, ${threads} thread`,
  trainingSeconds,
  bytes: bytes.length,
  trainedOn: training.map(({ name, patient, signalHash }) => ({ record: name, patient, signalHash })),
  trainingBeats: Object.fromEntries(
    beatClasses.map((name, index) => [
      name,
      training.reduce((sum, { labels }) => sum + labels.filter((label) => label === index).length, 0),
    ]),
  ),
  crossValidation,
  evaluated: await scoreAll(model, evaluation, executor),
  evaluatedOnDetectedBeats: await countOnDetectedBeats(model, evaluation, executor),
  looks: looksAtDs2,
};
await mkdir(out, { recursive: true });
const stem = join(out, facts.name);
await writeFile(`${stem}.safetensors`, bytes);
await writeFile(`${stem}.json`, `${JSON.stringify(cardJson(facts), undefined, 2)}\n`);
await writeFile(`${stem}.md`, cardMarkdown(facts));
say(cardMarkdown(facts));
