import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beatClasses } from '../../../domain/beat-class.ts';
import { joinWeights } from '../../../engine/network/averaged.ts';
import { predictRows, type RowModel, writeRowModel } from '../../../engine/row/model.ts';
import type { RecipeName } from '../../../engine/train/hyper-parameters.ts';
import { rowSizes } from '../../../engine/train/rows.ts';
import { readSafetensors } from '../../../engine/weights/safetensors.ts';
import { readRowsDescription } from '../../../formats/rows/row-files.ts';
import type { Rows } from '../../../formats/rows/row.ts';
import { writeAside } from '../../../formats/write-aside.ts';
import { rowTrainingFiles } from '../../../training/train-rows.ts';
import { learningCurvesSvg } from '../../row-model/learning-curves.ts';
import { byPatientEnding, measureByPatient, measureRows } from '../../row-model/measure-rows.ts';
import { readPart } from '../../row-model/read-parts.ts';
import { rowCardJson, rowCardMarkdown } from '../../row-model/row-card.ts';
import { type MemberReport, type RowFigures, rowFigures, type RowReport } from '../../row-model/row-report.ts';
import type { EngineJob } from '../../supervision/messages.ts';
import { executorOf, rowModelOf } from '../engine-models.ts';
import { metricsOf } from './train-rows.ts';

export interface ScoreRowsRequest {
  readonly rowsFolder: string;
  /** Of the trainings whose networks are averaged. */
  readonly folders: readonly string[];
  /** Of the training on the rows split by patient. */
  readonly patientFolder: string | null;
  readonly outFolder: string;
  readonly name: string;
  readonly recipe: RecipeName;
  readonly validationShare: number;
  /** Whether the test rows are looked at; not while a configuration is being chosen. */
  readonly readsTest: boolean;
  /** As it was typed, for the card. */
  readonly command: string;
}

export interface EvaluateRowsRequest {
  readonly modelHash: string;
  readonly rowsFolder: string;
}

/** Scores a row model of the workspace on a folder's test rows. */
export const evaluateRows: EngineJob<EvaluateRowsRequest, never, RowFigures> = async (request, context) => {
  const model = rowModelOf(context.workspaceFolder, request.modelHash);
  if (!model) throw new RangeError('This model reads recordings, not rows: `rhythm evaluate --records` measures it.');
  const test = await readPart(request.rowsFolder, 'test', context);
  context.progress({ fraction: null, doing: 'scoring', rate: null, secondsLeft: null });
  return rowFigures(test.classIndex, await predictRows(model, test.values, executorOf(context.device), context.signal));
};

export interface ScoredRows {
  readonly hash: string;
  /** Path of the model's files without `.safetensors`, `.json`, `.md`. */
  readonly stem: string;
  readonly files: readonly string[];
  readonly report: RowReport;
}

/** Joins trained networks to one model, looks at the test rows once, and writes the model with its card and curves. */
export const scoreRows: EngineJob<ScoreRowsRequest, never, ScoredRows> = async (request, context) => {
  const { rowsFolder, recipe, readsTest, patientFolder } = request;
  const executor = executorOf(context.device);
  const made = [];
  for (const folder of request.folders) made.push(await readTrained(folder, recipe));
  const weights = joinWeights(made.map((member) => member.weights));
  const training = await readPart(rowsFolder, 'train', context);
  const test = readsTest ? await readPart(rowsFolder, 'test', context) : undefined;
  context.progress({ fraction: null, doing: 'scoring', rate: null, secondsLeft: null });

  const architecture = { ...made[0].architecture, networks: made.length };
  const model: RowModel = { architecture, weights };
  const measured = test && (await measureRows(model, test, executor, context.signal));
  const members = made.map(({ metrics: { hyper, trainingSeconds, curves, validation } }, m): MemberReport => ({
    ...{ seed: hyper.seed, trainingSeconds, curves },
    validation: validation && {
      epoch: validation.epoch,
      accuracy: validation.score.accuracy,
      macroF1: validation.score.macroF1,
    },
    test: measured?.members[m] ?? null,
  }));
  const patientModel = patientFolder === null ? null : await readTrained(patientFolder, recipe);
  const description = await readRowsDescription(rowsFolder);
  const report: RowReport = {
    ...{ recipe, command: request.command, validationShare: request.validationShare, hyper: made[0].metrics.hyper },
    executor: [...new Set(made.map(({ metrics }) => metrics.executor))].join(', '),
    madeOn: new Date().toISOString().slice(0, 10),
    kinds: architecture.classOf?.length ?? null,
    weights: Object.values(weights).reduce((sum, { data }) => sum + data.length, 0),
    rows: {
      ...{ split: description?.split ?? null, seed: description?.seed ?? null },
      train: classCounts(training),
      test: test ? classCounts(test) : [],
    },
    members,
    test: measured?.test ?? null,
    byPatient: patientModel && (await measureByPatient(patientModel, rowsFolder, executor, context)),
  };
  return { report, ...(await writeModel(request, model, patientModel, report)) };
};

/** The network that a training's folder holds, as a model of its own. */
async function readTrained(folder: string, recipe: RecipeName) {
  const { best } = rowTrainingFiles;
  const { weights, metadata } = readSafetensors(await readFile(join(folder, best)), best);
  const classOf = metadata.classOf ? (JSON.parse(metadata.classOf) as number[]) : undefined;
  const sizes = classOf ? { ...rowSizes[recipe], classes: classOf.length } : rowSizes[recipe];
  const architecture = { kind: 'rhythm-attention' as const, sizes, networks: 1, ...(classOf ? { classOf } : {}) };
  return { metrics: (await metricsOf(folder))!, architecture, weights };
}

const classCounts = ({ classIndex }: Rows): number[] =>
  beatClasses.map((_, c) => classIndex.reduce((sum, own) => sum + Number(own === c), 0));

async function writeModel(
  { outFolder, name }: ScoreRowsRequest,
  model: RowModel,
  patientModel: RowModel | null,
  report: RowReport,
) {
  const { bytes, hash } = writeRowModel(model);
  const facts = { name, hash, report };
  const stem = join(outFolder, name);
  const curves = report.members.map((member) => member.curves);
  const files = {
    [`${stem}.safetensors`]: bytes,
    [`${stem}.json`]: `${JSON.stringify(rowCardJson(facts), undefined, 2)}\n`,
    [`${stem}.md`]: rowCardMarkdown(facts),
    [`${stem}-curves.svg`]: learningCurvesSvg(`Learning curves of ${name}`, curves),
    ...(patientModel ? { [`${stem}${byPatientEnding}`]: writeRowModel(patientModel).bytes } : {}),
  };
  for (const [path, content] of Object.entries(files)) await writeAside(path, (file) => file.writeFile(content));
  return { hash, stem, files: Object.keys(files) };
}
