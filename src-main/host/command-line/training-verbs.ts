import type { RunView } from '../../contract/training.ts';
import { clockOfSample } from '../../domain/time.ts';
import { branchHyperParameters } from '../../engine/record/train.ts';
import { recipes } from '../../engine/train/hyper-parameters.ts';
import { partNames } from '../../training/fine-tune.ts';
import { startRecordTraining, type TrainedRecords, trainOnRecords } from '../../training/train-records.ts';
import { pathOrList, printFigures } from './evaluate-verb.ts';
import { changesIn, refusedAsUsage } from './hyper-changes.ts';
import { CommandRefused } from './output.ts';
import { listedNames, recordsNamed } from './records-named.ts';
import { type RowTrainingOptions, trainRows } from './row-training.ts';
import { type CommonOptions, deviceOption, type Session, withProgram } from './session.ts';
import type { AddVerb } from './verb.ts';
import { wholeNumber } from './whole-number.ts';

interface TrainOptions extends RowTrainingOptions {
  readonly rows?: string;
  readonly records?: string;
  readonly holdOut: string;
}

interface FineTuneOptions {
  readonly records: string;
  readonly labels: string;
  readonly steps: string;
  readonly seed: string;
  readonly learningRate?: string;
  readonly parentShare?: string;
  readonly accept?: boolean;
  readonly measureOn?: string;
}

/** Verbs that make and measure models. */
export function trainingVerbs(addVerb: AddVerb): void {
  addVerb('train', 'train a model from nothing; Ctrl-C keeps the best weights, --resume goes on')
    .option('--rows <folder>', 'row model: mitbih_train.csv and mitbih_test.csv (188 columns)')
    .option('--records <list>', 'record model: records of the library with known labels')
    .option('--out <folder>', 'rows: for weights, card, curves and what is needed to go on', 'row-model')
    .option('--name <name>', 'rows: of the model and its files; else row- and the recipe')
    .option('--recipe <name>', `rows: ${Object.keys(recipes).join(' or ')}`, 'plain')
    .option('--networks <number>', 'rows: how many are trained, each with the next seed, and averaged', '1')
    .option('--validation <share>', 'rows: share of the training rows held out; 0 trains on all of them')
    .option('--no-test', 'rows: leave the test rows unread, while a configuration is being chosen')
    .option('--no-patient-split', 'rows: do not train once more on the rows split by patient')
    .option('--epochs <number>', "instead of the recipe's")
    .option('--set <name=value...>', 'other hyper-parameters, such as patience=5 labelSmoothing=0.1 microBatches=4')
    .option('--from <file>', 'rows: weights of a row model to start from; --set parentShare=0.5 averages with them')
    .option('--hold-out <folds>', 'records: one patient in so many chooses the weights; patience needs it', '0')
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
    .option('--learning-rate <number>', "instead of the program's")
    .option('--parent-share <share>', "how much the parent's weights count in the new ones, from 0 to below 1")
    .option('--labels <whose>', 'person; or any: the reference where no person labelled the record', 'any')
    .option('--measure-on <list>', 'other patients to measure on; else all that have labels and are not learned from')
    .option('--accept', 'take the candidate into use where every rule of acceptance is met')
    .addOption(deviceOption())
    .action((options: CommonOptions & FineTuneOptions) =>
      withProgram(options, (session) => fineTune(session, options)),
    );
}

async function trainRecords(
  { program, output, follow }: Session,
  options: TrainOptions,
  list: string,
): Promise<object> {
  const { board, engine, workspace, now } = program.parts;
  const named = recordsNamed(await program.api.records.list({}), await listedNames(pathOrList(list)));
  const recordIds = named.map(({ recordId }) => recordId);
  const parts = { workspace, jobs: engine.training, now };
  const settings = {
    ...{ seed: wholeNumber(options.seed, '--seed'), hyper: changesIn(options), resume: options.resume ?? false },
    validationFolds: wholeNumber(options.holdOut, '--hold-out'),
  };
  refusedAsUsage(() => branchHyperParameters(settings.hyper, settings.validationFolds > 0));
  const started = startRecordTraining(parts, recordIds, settings);
  if (!started.ok)
    throw new CommandRefused(
      started.refusal,
      `No training of these records with these labels, hyper-parameters and seed ${settings.seed} was stopped. Start one without --resume.`,
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
  const measureOn =
    options.measureOn === undefined
      ? {}
      : {
          measureOn: recordsNamed(await records.list({}), await listedNames(pathOrList(options.measureOn))).map(
            ({ recordId }) => recordId,
          ),
        };
  const { guards, neverLabelled } = await training.plan({ recordIds, teacher, ...measureOn });
  for (const { title, isPassed, isBlocking, remedy, detail } of guards) {
    const state = isPassed ? 'passed' : isBlocking ? 'FAILED' : 'remark';
    output.line(`${state}: ${title}${isPassed ? (detail ? `. ${detail}` : '') : `. ${remedy}`}`);
  }
  if (neverLabelled.length > 0)
    output.line(`remark: no ${neverLabelled.join(' or ')} labelled in what is learned from`);
  const doubtful = await training.doubtful({ recordIds });
  for (const { recordName, atSample, samplingHz, label, expected, probability } of doubtful)
    output.line(
      `doubtful: ${recordName} at ${clockOfSample(atSample, samplingHz, 1)} is labelled ${label}, ${expected} expected (${(probability * 100).toFixed(0)} % for ${label})`,
    );
  const share = (text: string | undefined, key: 'learningRate' | 'parentShare') =>
    text === undefined ? {} : { [key]: Number(text) };
  const started = await training.fineTune({
    recordIds,
    teacher,
    ...measureOn,
    ...share(options.learningRate, 'learningRate'),
    ...share(options.parentShare, 'parentShare'),
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
  for (const { part, before, after, reference, better, worse } of comparison.parts) {
    output.line(`${partNames[part]}, before (${run.parentHash?.slice(0, 8)}); reference: ${reference}:`);
    printFigures((text) => output.line(text), before);
    output.line(`After (${run.modelHash?.slice(0, 8)}): ${better} beats better, ${worse} worse:`);
    printFigures((text) => output.line(text), after);
  }
  for (const { part, why } of comparison.notMeasured) output.line(`${partNames[part]}: not measured, ${why}`);
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
  const { snapshotHash } = run;
  return {
    runId: run.runId,
    modelHash: run.modelHash,
    snapshotHash,
    isAdvised,
    isAccepted,
    doubtful,
    neverLabelled,
    comparison,
  };
}
