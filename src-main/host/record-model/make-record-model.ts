import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { onnxExecutor } from '../../engine/executors/onnx/executor.ts';
import { modelToWeights } from '../../engine/record/model.ts';
import { secondLookDefaults } from '../../engine/record/second-look.ts';
import { trainRecordModel } from '../../engine/record/train.ts';
import { modelHash, writeSafetensors } from '../../engine/weights/safetensors.ts';
import { recordMetadata } from '../jobs/training/train-records.ts';
import {
  cardMarkdown,
  measureCard,
  provenanceOf,
  sectionNames,
  type Provenance,
  type RecordCard,
} from './card/record-card.ts';
import { crossValidate, foldBytes, foldFile, readFolds, trainFolds, type Fold } from './cross-validation.ts';
import { beatClasses } from '../../domain/beat-class.ts';
import { trainingSetsOf } from './databases.ts';
import { familiarityBytes, familiarityFile, makeFamiliarity } from './left-out.ts';
import { measureLearned, measureModel, readModel, threads } from './kept-model.ts';

/**
 * Makes a record model that comes with the program: reads its databases, cross-validates by patient, trains on all of
 * them, scores DS2 once, writes weights, folds and cards. With `--resume` the folds of an interrupted run are kept.
 *   node src-main/host/record-model/make-record-model.ts --name record --databases mitdb --databases svdb --out resources/models
 * With `--cards-only` weights and folds stay as they lie in the folder and only the cards are made anew;
 * with `--section NAME` (again for more) only those parts of the cards. With `--refit` the networks stay too, and what
 * is set beside them is set anew, the temperature by what the folds say now: for when what is measured of a beat, or
 * how the networks are joined, has changed.
 */
const { values } = parseArgs({
  options: {
    name: { type: 'string', default: 'record' },
    databases: { type: 'string', multiple: true },
    out: { type: 'string' },
    folds: { type: 'string', default: '5' },
    resume: { type: 'boolean', default: false },
    'cards-only': { type: 'boolean', default: false },
    section: { type: 'string', multiple: true },
    refit: { type: 'boolean', default: false },
  },
});
if (!values.databases || !values.out)
  throw new Error('give --databases FOLDER, more than once for more, and --out FOLDER');
const { name, databases, out, section } = values;
const sets = trainingSetsOf(name);
/** Of weights and of what is measured for them. */
const version = '1.4.0';
const today = () => new Date().toISOString().slice(0, 10);
/** By which the models that come with the program are made. */
const command =
  `node src-main/host/record-model/make-record-model.ts --name ${name} ` +
  `${sets.map(({ folder }) => `--databases ${folder} `).join('')}--out resources/models`;
const executor = onnxExecutor({ threads });
const say = (sentence: string) => process.stdout.write(`${sentence}\n`);

const measuring = { modelsFolder: out, databases, executor, say };
const learned = measureLearned(name, measuring);
const only = section ? sectionNames.filter((one) => section.includes(one)) : sectionNames;
if (only.length === 0) throw new Error(`sections are ${sectionNames.join(', ')}`);
await mkdir(join(out, 'folds'), { recursive: true });
const isCardOnly = values['cards-only'] || section !== undefined;
const keptCard = async () => JSON.parse(await readFile(join(out, `${name}.json`), 'utf8')) as RecordCard;
const provenance = values.refit ? await refit(await keptCard()) : isCardOnly ? undefined : await makeModel();
const kept = isCardOnly ? await keptCard() : undefined;
const found = await readModel(out, name);
const measured = measureModel(found, measuring, learned);
if (only.includes('certainty')) {
  // What the model knows its training beats by is no weight: it is made of them, and anew with the certainty.
  const familiarity = await makeFamiliarity(found.model, await measured.training(), await measured.leftOut(), executor);
  await writeFile(join(out, familiarityFile(name)), familiarityBytes(familiarity, found.hash));
}
const card = await measureCard(provenance ?? provenanceOf(kept!, found.hash), measured, kept ? { only, kept } : {});
await writeFile(join(out, `${name}.json`), `${JSON.stringify(card, undefined, 2)}\n`);
await writeFile(join(out, `${name}.md`), cardMarkdown(card));
say(cardMarkdown(card));

/** Takes what belongs to no network as it is now, in the folds too. @returns what is noted of them for good. */
async function refit(card: RecordCard): Promise<Provenance> {
  const { model, hash } = await readModel(out!, name);
  for (const [index, fold] of (await readFolds(out!, name)).entries())
    await writeFile(
      join(out!, foldFile(name, index + 1)),
      foldBytes({ ...fold, model: { ...fold.model, secondLook: secondLookDefaults } }),
    );
  const { temperature } = await learned.crossValidation();
  const weights = modelToWeights({ ...model, temperature, secondLook: secondLookDefaults });
  const bytes = writeSafetensors(weights, recordMetadata);
  await writeFile(join(out!, `${name}.safetensors`), bytes);
  const before = provenanceOf(card, hash);
  const refit = { on: today(), command: `${command} --refit` };
  return {
    ...before,
    ...{ version, temperature, hash: modelHash(weights, recordMetadata) },
    made: { ...before.made, refit },
  };
}

/** Trains folds and model and writes their weights. @returns what is noted of them for good. */
async function makeModel(): Promise<Provenance> {
  const training = await learned.training();
  const folds: Fold[] = [];
  let last = '';
  const onProgress = (sentence: string) => {
    const tenth = sentence.replace(/\d %$/, '0 %');
    if (tenth !== last) say(tenth);
    last = tenth;
  };
  const kept = values.resume ? await readFolds(out!, name) : [];
  for await (const fold of trainFolds(training, {
    training: {},
    folds: Number(values.folds),
    kept,
    executor,
    onProgress,
  })) {
    folds.push(fold);
    await writeFile(join(out!, foldFile(name, folds.length)), foldBytes(fold));
  }
  const { temperature } = await crossValidate(folds, training, executor);
  const startedMs = performance.now();
  const model = await trainRecordModel(training, { temperature }, { executor });
  const trainingSeconds = Math.round((performance.now() - startedMs) / 1000);
  const weights = modelToWeights(model);
  const bytes = writeSafetensors(weights, recordMetadata);
  await writeFile(join(out!, `${name}.safetensors`), bytes);
  return {
    ...{ name, version, hash: modelHash(weights, recordMetadata), temperature },
    made: {
      ...{ on: today(), command },
      executor: `${executor.name}, ${executor.device}, ${threads} thread`,
      trainingSeconds,
      bytes: bytes.length,
    },
    trainedOn: training.map(({ name: record, patient, signalHash }) => ({ record, patient, signalHash })),
    trainingBeats: Object.fromEntries(
      beatClasses.map((beatClass, index) => [
        beatClass,
        training.reduce((sum, { labels }) => sum + labels.filter((label) => label === index).length, 0),
      ]),
    ),
  };
}
