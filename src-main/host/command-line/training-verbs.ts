import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EvaluationView, RunView } from '../../contract/training.ts';
import { beatClasses, reviewClassMap } from '../../domain/beat-class.ts';
import { recipes, type RecipeName } from '../../engine/train/hyper-parameters.ts';
import { confusionJson } from '../../evaluate/confusion.ts';
import { evaluationOf } from '../../training/compare-models.ts';
import { classedBeats } from '../../training/plan.ts';
import {
  knownRecords,
  startRecordTraining,
  type TrainedRecords,
  trainOnRecords,
} from '../../training/train-records.ts';
import type { TrainedRows } from '../jobs/train-rows.ts';
import { Cancelled } from '../supervision/engine-lane.ts';
import { CommandRefused } from './output.ts';
import { listedNames, recordsNamed } from './records-named.ts';
import { type CommonOptions, deviceOption, type Session, withProgram } from './session.ts';
import { type AddVerb, pathFromHere } from './verb.ts';
import { wholeNumber } from './whole-number.ts';

interface TrainOptions extends CommonOptions {
  readonly rows?: string;
  readonly records?: string;
  readonly out?: string;
  readonly recipe: string;
  readonly epochs?: string;
  readonly seed: string;
  readonly resume?: boolean;
}

interface FineTuneOptions {
  readonly records: string;
  readonly labels: string;
  readonly steps: string;
  readonly seed: string;
  readonly accept?: boolean;
}

/** Verbs that make and measure models. */
export function trainingVerbs(addVerb: AddVerb): void {
  addVerb('train', 'train a model from nothing; Ctrl-C keeps the best weights, --resume goes on')
    .option('--rows <folder>', 'row model: mitbih_train.csv and mitbih_test.csv (188 columns)')
    .option('--records <list>', 'record model: records of the library with known labels')
    .option('--out <folder>', 'rows: where weights, metrics and the checkpoint go', 'row-model')
    .option('--recipe <name>', `rows: ${Object.keys(recipes).join(' or ')}`, 'plain')
    .option('--epochs <number>', "rows: instead of the recipe's")
    .option('--seed <number>', 'the same seed gives the same weights', '1')
    .option('--resume', 'go on from the checkpoint')
    .addOption(deviceOption())
    .action((options: TrainOptions) =>
      withProgram(options, (session) => {
        if (options.rows !== undefined) return trainRows(session, options, options.rows);
        if (options.records !== undefined) return trainRecords(session, options, options.records);
        throw new CommandRefused('bad-usage', 'Say what to train on: --rows FOLDER or --records LIST.');
      }),
    );

  addVerb('fine-tune', 'learn from the labels that people gave; makes a candidate')
    .requiredOption('--records <list>', 'corrected records')
    .option('--steps <number>', 'training steps', '60')
    .option('--seed <number>', 'the same seed gives the same weights', '1')
    .option('--labels <whose>', 'person; or any: the reference where no person labelled the record', 'any')
    .option('--accept', 'take the candidate into use where every rule of acceptance is met')
    .addOption(deviceOption())
    .action((options: CommonOptions & FineTuneOptions) =>
      withProgram(options, (session) => fineTune(session, options)),
    );

  addVerb('evaluate', 'measure a model against known labels')
    .option('--model <hash>', 'a model version; else the one in use')
    .requiredOption('--records <list>', 'records with reference labels, else labels by people')
    .addOption(deviceOption())
    .action((options: CommonOptions & { model?: string; records: string }) =>
      withProgram(options, (session) => evaluate(session, options)),
    );
}

async function trainRows({ program, output, follow }: Session, options: TrainOptions, rows: string): Promise<object> {
  if (!(options.recipe in recipes))
    throw new CommandRefused('bad-usage', `Recipe ${options.recipe} is not known: ${Object.keys(recipes).join(', ')}.`);
  const { board, engine } = program.parts;
  const request = {
    rowsFolder: pathFromHere(rows),
    outFolder: pathFromHere(options.out ?? 'row-model'),
    recipe: options.recipe as RecipeName,
    hyper: {
      seed: wholeNumber(options.seed, '--seed'),
      ...(options.epochs === undefined ? {} : { epochs: wholeNumber(options.epochs, '--epochs') }),
    },
    resume: options.resume ?? false,
  };
  const jobId = board.start({
    kind: 'train',
    subject: `rows, ${request.recipe}`,
    run: (onProgress, signal) =>
      engine.trainRows(request, { onProgress, signal }).catch(stoppedRows(request.outFolder)),
  });
  const { isStopped, hash, files, counts, executor } =
    await follow<Awaited<ReturnType<typeof engine.trainRows>>>(jobId);
  for (const file of files) output.line(file);
  if (isStopped || !counts) {
    output.line('Stopped; the best weights so far are kept. Go on with --resume.');
    process.exitCode = 130;
    return { stopped: true, files };
  }
  const figures = confusionJson({ map: reviewClassMap, counts });
  printFigures(output.line.bind(output), figures);
  return { hash, executor, files, recipe: request.recipe, ...figures };
}

/** A run that did not stop by itself within a second was ended; its last checkpoint and best weights are on disk. */
const stoppedRows =
  (outFolder: string) =>
  (error: unknown): TrainedRows => {
    if (!(error instanceof Cancelled)) throw error;
    const files = ['best.safetensors', 'checkpoint.cbor'].map((name) => join(outFolder, name)).filter(existsSync);
    return { isStopped: true, hash: null, files, counts: null, executor: '' };
  };

async function trainRecords(
  { program, output, follow }: Session,
  options: TrainOptions,
  list: string,
): Promise<object> {
  const { board, engine, workspace, now } = program.parts;
  const named = recordsNamed(await program.api.records.list({}), await listedNames(pathOrList(list)));
  const recordIds = named.map(({ recordId }) => recordId);
  const parts = { workspace, jobs: engine.training, now };
  const settings = { seed: wholeNumber(options.seed, '--seed'), resume: options.resume ?? false };
  const started = startRecordTraining(parts, recordIds, settings);
  if (!started.ok)
    throw new CommandRefused(
      started.refusal,
      `No training of these records with these labels and seed ${settings.seed} was stopped. Start one without --resume.`,
    );
  const jobId = board.start({
    kind: 'train',
    subject: `${named.length} records`,
    run: (onProgress, signal) => trainOnRecords(parts, started.value, { onProgress, signal }),
  });
  const trained = await follow<TrainedRecords>(jobId);
  if (trained.isStopped) {
    output.line('Stopped; what was reached is kept. Go on with --resume.');
    process.exitCode = 130;
    return { stopped: true, runId: trained.runId };
  }
  const { runId, modelHash, version } = trained;
  output.line(`Record model ${version} (${modelHash.slice(0, 8)}) is a candidate now.`);
  output.line('Measure it with `rhythm evaluate`, take it into use with `rhythm models accept`.');
  return { runId, modelHash, version };
}

async function fineTune({ program, output, follow, settle }: Session, options: FineTuneOptions): Promise<object> {
  const { training, records } = program.api;
  const named = recordsNamed(await records.list({}), await listedNames(pathOrList(options.records)));
  const recordIds = named.map(({ recordId }) => recordId);
  const teacher = options.labels === 'person' ? 'person' : 'person-else-reference';
  const { guards } = await training.plan({ recordIds, teacher });
  for (const { title, isPassed, remedy } of guards)
    output.line(`${isPassed ? 'passed' : 'FAILED'}: ${title}${isPassed ? '' : `. ${remedy}`}`);
  const started = await training.fineTune({
    recordIds,
    teacher,
    steps: wholeNumber(options.steps, '--steps'),
    seed: wholeNumber(options.seed, '--seed'),
  });
  if (!started.ok) {
    const failed = guards.filter(({ isPassed, isBlocking }) => isBlocking && !isPassed);
    const why = failed.map(({ title, remedy }) => `${title}: no. ${remedy}`).join(' ');
    throw new CommandRefused(started.refusal, why || 'Training was refused.');
  }
  await follow(started.value.jobId);
  const run: RunView = await training.run({ runId: started.value.runId });
  const comparison = run.comparison!;
  output.line(`Before (${run.parentHash?.slice(0, 8)}):`);
  printFigures(output.line.bind(output), comparison.before);
  output.line(`After (${run.modelHash?.slice(0, 8)}), reference: ${comparison.reference}:`);
  printFigures(output.line.bind(output), comparison.after);
  for (const { title, value, isMet } of comparison.rules)
    output.line(`${isMet ? 'met' : 'MISSED'}: ${title} (${value})`);
  const isAdvised = comparison.rules.every(({ isMet }) => isMet);
  let isAccepted = false;
  if (options.accept && isAdvised) {
    isAccepted = (await training.accept({ hash: run.modelHash!, reason: '' })).ok;
    await settle();
  }
  output.line(
    isAccepted ? 'Accepted; predictions were made anew.' : 'The candidate waits: `rhythm models accept|reject HASH`.',
  );
  return { runId: run.runId, modelHash: run.modelHash, isAdvised, isAccepted, comparison };
}

async function evaluate(
  { program, output, follow }: Session,
  options: { model?: string; records: string },
): Promise<object> {
  const { board, engine, workspace } = program.parts;
  const models = await program.api.training.models({});
  const model = options.model
    ? models.find(({ hash }) => hash.startsWith(options.model!))
    : models.find(({ isInUse, family }) => isInUse && family === 'record');
  if (!model) throw new CommandRefused('no-such-model', `There is no model ${options.model ?? 'in use'}.`);
  const named = recordsNamed(await program.api.records.list({}), await listedNames(pathOrList(options.records)));
  const records = knownRecords(
    workspace.db,
    named.map(({ recordId }) => recordId),
  ).map(classedBeats);
  const jobId = board.start({
    kind: 'evaluate',
    subject: `${model.name} ${model.version}`,
    run: (onProgress, signal) => engine.training.evaluate({ modelHash: model.hash, records }, { onProgress, signal }),
  });
  const confusions = await follow<Awaited<ReturnType<typeof engine.training.evaluate>>>(jobId);
  const evaluation = evaluationOf(confusions);
  output.line(`${model.name} ${model.version} (${model.hash.slice(0, 8)}), class map ${evaluation.map}`);
  printFigures(output.line.bind(output), evaluation);
  return { model: model.hash, ...evaluation };
}

function printFigures(
  line: (text: string) => void,
  { beats, accuracy, macroF1, classes, confusion }: Omit<EvaluationView, 'records'>,
): void {
  const percent = (share: number | null) => (share === null ? '-' : (share * 100).toFixed(2)).padStart(7);
  line(`${beats} beats, accuracy ${percent(accuracy).trim()} %, macro-F1 ${percent(macroF1).trim()} %`);
  line(`class     Se      +P      F1   called ${beatClasses.map((c) => c.toLowerCase().padStart(6)).join(' ')}`);
  for (const c of beatClasses) {
    const { Se, PPV, F1 } = classes[c];
    const row = beatClasses.map((called) => String(confusion[`${c}${called.toLowerCase()}`] ?? 0).padStart(6));
    line(`${c}    ${percent(Se)} ${percent(PPV)} ${percent(F1)}          ${row.join(' ')}`);
  }
}

/** A list is a file where there is one, else names with commas. */
const pathOrList = (list: string): string => (/[/\\.]/.test(list) ? pathFromHere(list) : list);
