import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beatClasses } from '../../domain/beat-class.ts';
import { hyperParameters, recipes, type RecipeName } from '../../engine/train/hyper-parameters.ts';
import { defaultValidationShare } from '../../engine/train/rows.ts';
import { readRowsDescription } from '../../formats/rows/row-files.ts';
import { type RowTraining, rowTrainingFiles, trainOnRows } from '../../training/train-rows.ts';
import type { ScoredRows } from '../jobs/training/score-rows.ts';
import { addModelFiles } from '../program/bundled-model.ts';
import { figureLines, patientSentence, shown } from '../row-model/row-card.ts';
import type { RowReport } from '../row-model/row-report.ts';
import { printFigures } from './evaluate-verb.ts';
import { changesIn, refusedAsUsage } from './hyper-changes.ts';
import { CommandRefused, type Output } from './output.ts';
import type { CommonOptions, Session } from './session.ts';
import { pathFromHere } from './verb.ts';
import { wholeNumber } from './whole-number.ts';

export interface RowTrainingOptions extends CommonOptions {
  readonly out?: string;
  readonly name?: string;
  readonly recipe: string;
  readonly networks: string;
  readonly validation?: string;
  readonly epochs?: string;
  readonly set?: readonly string[];
  readonly from?: string;
  readonly test: boolean;
  readonly patientSplit: boolean;
  readonly seed: string;
  readonly resume?: boolean;
}

/** `rhythm train --rows`: trains the row model, scores it beside the published figures, and lists it among the models. */
export async function trainRows(
  { program, output, follow }: Session,
  options: RowTrainingOptions,
  rows: string,
): Promise<object> {
  if (!(options.recipe in recipes))
    throw new CommandRefused('bad-usage', `Recipe ${options.recipe} is not known: ${Object.keys(recipes).join(', ')}.`);
  const recipe = options.recipe as RecipeName;
  const hyper = changesIn(options);
  refusedAsUsage(() => hyperParameters({ ...recipes[recipe], ...hyper }));
  const validationShare = options.validation === undefined ? undefined : Number(options.validation);
  if (validationShare !== undefined && !(validationShare >= 0 && validationShare < 1))
    throw new CommandRefused('bad-usage', `--validation is a share from 0 to below 1, not ${options.validation}.`);
  const networks = wholeNumber(options.networks, '--networks');
  if (networks === 0) throw new CommandRefused('bad-usage', '--networks is at least 1.');
  const seed = wholeNumber(options.seed, '--seed');
  const { board, engine, workspace, now } = program.parts;
  const parts = { workspace, jobs: engine.training, now };
  const rowsFolder = pathFromHere(rows);
  const outFolder = pathFromHere(options.out ?? 'row-model');
  const description = await readRowsDescription(rowsFolder);
  const folders = Array.from({ length: networks }, (_, i) =>
    networks === 1 ? outFolder : join(outFolder, `network-${i + 1}`),
  );
  // what `rhythm rows` did not make does not tell whose each row is
  const patientFolder =
    options.patientSplit && options.test && description?.split === 'published' ? join(outFolder, 'by-patient') : null;
  const isBegun = (folder: string) => existsSync(join(folder, rowTrainingFiles.checkpoint));
  if (options.resume && !isBegun(folders[0]))
    throw new CommandRefused(
      'nothing-to-resume',
      `There is no checkpoint in ${folders[0]}. Start one without --resume.`,
    );

  const members = [];
  for (const [i, folder] of [...folders, ...(patientFolder === null ? [] : [patientFolder])].entries()) {
    const byPatient = folder === patientFolder;
    const request = {
      ...{ rowsFolder, outFolder: folder, recipe, hyper, byPatient },
      ...{ seed: byPatient ? seed : seed + i, resume: (options.resume ?? false) && isBegun(folder) },
      ...(validationShare === undefined || byPatient ? {} : { validationShare }),
      parentPath: options.from === undefined ? null : pathFromHere(options.from),
    };
    const which = byPatient ? ', split by patient' : networks > 1 ? `, network ${i + 1} of ${networks}` : '';
    const jobId = board.start({
      kind: 'train',
      subject: `rows, ${recipe}${which}`,
      run: (onProgress, signal) => trainOnRows(parts, request, { onProgress, signal }),
    });
    const trained = await follow<RowTraining>(jobId);
    if (trained.isStopped) {
      for (const file of trained.files) output.line(file);
      output.line('Stopped; the best weights so far are kept. Go on with --resume.');
      process.exitCode = 130;
      return { stopped: true, runId: trained.runId, files: trained.files };
    }
    members.push({ runId: trained.runId, executor: trained.executor });
  }

  const name = options.name ?? `row-${recipe}`;
  const scoring = {
    ...{ rowsFolder, outFolder, name, recipe, patientFolder, readsTest: options.test },
    folders,
    validationShare: validationShare ?? defaultValidationShare,
    command: commandOf(options),
  };
  const jobId = board.start({
    kind: 'evaluate',
    subject: name,
    run: (onProgress, signal) => engine.scoreRows(scoring, { onProgress, signal }),
  });
  const { hash, stem, files, report } = await follow<ScoredRows>(jobId);
  for (const file of files) output.line(file);
  printReport(output, report);
  await addModelFiles(workspace.db, stem, now());
  output.line(`${name} (${hash.slice(0, 8)}) is among the models now; it scores rows, not recordings.`);
  const [{ runId, executor }] = members;
  return { runId, hash, executor, files, recipe, ...(report.test ?? {}), report };
}

function printReport(output: Output, report: RowReport): void {
  const { test, members, byPatient } = report;
  for (const { seed, validation } of members)
    if (validation)
      output.line(
        `seed ${seed}, held-out training rows: accuracy ${shown(validation.accuracy)}, macro-F1 ${shown(validation.macroF1)} (epoch ${validation.epoch})`,
      );
  if (!test) {
    output.line('The test rows were left unread.');
    return;
  }
  output.line('Test rows, looked at once; class map literature; F1 of each class:');
  output.line(`${''.padEnd(36)}accuracy macro-F1 ${beatClasses.map((c) => c.padStart(6)).join('')}`);
  for (const { title, figures } of figureLines(report)) {
    const ofClasses = beatClasses.map((c) => shown(figures.F1[c]).padStart(6)).join('');
    output.line(
      `${title.padEnd(36)}${shown(figures.accuracy).padStart(8)}${shown(figures.macroF1).padStart(9)} ${ofClasses}`,
    );
  }
  printFigures((text) => output.line(text), test);
  if (byPatient) {
    output.line('Rows split by patient:');
    printFigures((text) => output.line(text), byPatient);
  }
  output.line(patientSentence(report));
}

/** The command that trains the same again; folders are the reader's own. */
const commandOf = ({ recipe, networks, validation, epochs, set, seed }: RowTrainingOptions): string =>
  [
    `rhythm train --rows ROWS --recipe ${recipe} --networks ${networks} --seed ${seed}`,
    ...(validation === undefined ? [] : [`--validation ${validation}`]),
    ...(epochs === undefined ? [] : [`--epochs ${epochs}`]),
    ...(set ? [`--set ${set.join(' ')}`] : []),
  ].join(' ');
