import { existsSync } from 'node:fs';
import type { EvaluationView, ModelView } from '../../contract/training.ts';
import { beatClasses } from '../../domain/beat-class.ts';
import { modelsOf } from '../../store/models.ts';
import { evaluationOf } from '../../training/compare-models.ts';
import { trainedOnSentences } from '../../training/leaks.ts';
import { classedBeats } from '../../training/planned-record.ts';
import { knownRecords } from '../../training/train-records.ts';
import type { MeasuredProtocol, ProtocolRequest } from '../jobs/run-protocol.ts';
import { countLooks, looksWords } from '../protocols/looks.ts';
import { protocolLines } from '../protocols/protocol-lines.ts';
import { type ProtocolName, protocolNames, protocols } from '../protocols/protocols.ts';
import { recordingsInFolders, recordingsInWorkspace } from '../protocols/recordings.ts';
import { patientOf } from '../record-model/databases.ts';
import type { RowFigures } from '../row-model/row-report.ts';
import { CommandRefused } from './output.ts';
import { listedNames, recordsNamed } from './records-named.ts';
import { type CommonOptions, deviceOption, type Session, withProgram } from './session.ts';
import { type AddVerb, pathFromHere } from './verb.ts';

interface EvaluateOptions extends CommonOptions {
  readonly model?: string;
  readonly records?: string;
  readonly rows?: string;
  readonly protocol?: string;
  readonly from?: readonly string[];
  readonly fineTune: 'none' | 'all' | 'each';
}

/** `rhythm evaluate`: a model against known labels, of any records or as a protocol says. */
export function evaluateVerb(addVerb: AddVerb): void {
  addVerb('evaluate', 'measure a model against known labels')
    .option('--model <hash>', 'a model version; else the one in use')
    .option(
      '--records <list>',
      "records with reference labels, else labels by people; of a protocol's records only these",
    )
    .option('--rows <folder>', 'the test rows of a folder, for a row model named by --model')
    .option('--protocol <name>', protocolNames.map((name) => `${name} (${protocols[name].title})`).join('; '))
    .option('--from <folders...>', 'protocol: folders of WFDB recordings with .atr; else the workspace')
    .option('--fine-tune <which>', 'ds2-labels: none; all patients in one model; each patient in its own', 'all')
    .addOption(deviceOption())
    .action((options: EvaluateOptions) =>
      withProgram(options, (session) => {
        if (options.protocol !== undefined) return evaluateProtocol(session, options, options.protocol);
        if (options.records !== undefined) return evaluateRecords(session, options, options.records);
        if (options.rows !== undefined) return evaluateRows(session, options, options.rows);
        throw new CommandRefused(
          'bad-usage',
          'Say what to measure on: --records LIST, --protocol NAME or --rows FOLDER.',
        );
      }),
    );
}

async function modelNamed({ program }: Session, hash: string | undefined): Promise<ModelView> {
  const models = await program.api.training.models({});
  const model = hash
    ? models.find((one) => one.hash.startsWith(hash))
    : models.find(({ isInUse, family }) => isInUse && family === 'record');
  if (!model) throw new CommandRefused('no-such-model', `There is no model ${hash ?? 'in use'}.`);
  if (model.family !== 'record')
    throw new CommandRefused('no-record-model', `${model.name} ${model.version} reads single rows, not records.`);
  return model;
}

/** A row model on the test rows of a folder; trains nothing, and gives its card's figures again. */
async function evaluateRows({ program, output, follow }: Session, options: EvaluateOptions, rows: string) {
  const models = (await program.api.training.models({})).filter(({ family }) => family === 'row');
  const model = models.find(({ hash }) => options.model !== undefined && hash.startsWith(options.model));
  if (!model)
    throw new CommandRefused('no-such-model', 'Name a row model by --model HASH; `rhythm models list` shows them.');
  const { board, engine } = program.parts;
  const request = { modelHash: model.hash, rowsFolder: pathFromHere(rows) };
  const jobId = board.start({
    kind: 'evaluate',
    subject: `${model.name} ${model.version}`,
    run: (onProgress, signal) => engine.evaluateRows(request, { onProgress, signal }),
  });
  const figures = await follow<RowFigures>(jobId);
  output.line(`${model.name} ${model.version} (${model.hash.slice(0, 8)}), test rows, class map ${figures.map}`);
  printFigures((text) => output.line(text), figures);
  return { model: model.hash, ...figures };
}

async function evaluateRecords(session: Session, options: EvaluateOptions, list: string): Promise<object> {
  const { program, output, follow } = session;
  const { board, engine, workspace } = program.parts;
  const model = await modelNamed(session, options.model);
  const named = recordsNamed(await program.api.records.list({}), await listedNames(pathOrList(list)));
  const planned = knownRecords(
    workspace.db,
    named.map(({ recordId }) => recordId),
  );
  const leaks = trainedOnSentences(
    modelsOf(workspace.db).byHash(model.hash)!,
    planned.map(({ record }) => ({ name: record.header.name, patient: record.patient, signalHash: record.signalHash })),
  );
  const records = planned.map(classedBeats);
  const jobId = board.start({
    kind: 'evaluate',
    subject: `${model.name} ${model.version}`,
    run: (onProgress, signal) => engine.training.evaluate({ modelHash: model.hash, records }, { onProgress, signal }),
  });
  const calls = await follow<Awaited<ReturnType<typeof engine.training.evaluate>>>(jobId);
  const evaluation = evaluationOf(records, calls);
  output.line(`${model.name} ${model.version} (${model.hash.slice(0, 8)}), class map ${evaluation.map}`);
  printFigures((text) => output.line(text), evaluation);
  for (const sentence of leaks) output.line(`LEAK: ${sentence}`);
  return { model: model.hash, ...evaluation, leaks };
}

async function evaluateProtocol(session: Session, options: EvaluateOptions, name: string): Promise<object> {
  const { program, output, follow } = session;
  const { board, engine, workspace, now } = program.parts;
  if (!protocolNames.includes(name as ProtocolName))
    throw new CommandRefused('bad-usage', `Protocol ${name} is not known: ${protocolNames.join(', ')}.`);
  if (!['none', 'all', 'each'].includes(options.fineTune))
    throw new CommandRefused('bad-usage', `--fine-tune is none, all or each, not ${options.fineTune}.`);
  const protocol = protocols[name as ProtocolName];
  const folders = options.from ? foldersOf(options.from) : null;
  const recordings = folders ? await recordingsInFolders(folders) : recordingsInWorkspace(workspace);
  const names = options.records ? await listedNames(pathOrList(options.records)) : protocol.records;
  const strangers = names.filter((one) => !protocol.records.includes(one));
  if (strangers.length > 0)
    throw new CommandRefused('no-such-record', `${strangers.join(', ')}: not among the records of ${name}.`);
  const missing = await recordings.missing(names);
  if (missing.length > 0)
    throw new CommandRefused(
      'no-such-record',
      `${options.from ? 'The folders have' : 'The workspace has'} no recording with reference beats named ${missing.join(', ')}. ` +
        'Say where they are with --from FOLDER, import them, or name fewer with --records.',
    );
  if (protocol.foldsOf && options.model)
    throw new CommandRefused('bad-usage', `${name} measures with the folds of ${protocol.foldsOf}; leave --model out.`);
  const model = protocol.foldsOf ? undefined : await modelNamed(session, options.model);
  const stored = model && modelsOf(workspace.db).byHash(model.hash);
  const request: ProtocolRequest = {
    ...{ protocol: name as ProtocolName, names, modelHash: model?.hash ?? null, fineTune: options.fineTune },
    folders,
  };
  const jobId = board.start({
    kind: 'evaluate',
    subject: name,
    run: (onProgress, signal) => engine.runProtocol(request, { onProgress, signal }),
  });
  const { figures, fineTuned, executor, folds } = await follow<MeasuredProtocol>(jobId);
  const leaks = stored
    ? trainedOnSentences(
        stored,
        names.map((one) => ({ name: one, patient: patientOf(one) })),
      )
    : [];
  const isWhole = names.length === protocol.records.length;
  const looks = countLooks(workspace.db, {
    ...{ testSet: protocol.testSet, protocol: name, isWhole, atMs: now() },
    model: model?.hash ?? null,
    macroF1: figures.macroF1,
  });
  const head = { protocol: name, model: model?.hash ?? null, executor, folds };
  const result = { ...head, looks, leaks, ...figures, fineTuned };
  if (model) output.line(`${model.name} ${model.version} (${model.hash.slice(0, 8)}): ${protocol.title}`);
  else output.line(protocol.title);
  printFigures((text) => output.line(text), figures);
  for (const text of protocolLines(figures, fineTuned, protocol)) output.line(text);
  for (const sentence of leaks) output.line(`Known leak: ${sentence}`);
  output.line(looksWords(looks));
  return result;
}

export function printFigures(
  line: (text: string) => void,
  { beats, accuracy, macroF1, classes, confusion }: Omit<EvaluationView, 'records' | 'map'>,
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
export const pathOrList = (list: string): string => (/[/\\.]/.test(list) ? pathFromHere(list) : list);

function foldersOf(given: readonly string[]): string[] {
  const folders = given.map(pathFromHere);
  const absent = folders.filter((folder) => !existsSync(folder));
  if (absent.length > 0)
    throw new CommandRefused('missing-file', `There is no folder ${absent.join(', ')}.`, absent[0]);
  return folders;
}
