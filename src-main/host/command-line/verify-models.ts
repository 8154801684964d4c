import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onnxExecutor } from '../../engine/executors/onnx/executor.ts';
import { resourcesFolder } from '../program/app-root.ts';
import { sectionNames } from '../record-model/card/record-card.ts';
import { threads } from '../record-model/kept-model.ts';
import { verifyModel } from '../record-model/verify-model.ts';
import type { BundledModel } from '../program/bundled-model.ts';
import { verifyRowModel } from '../row-model/verify-row-model.ts';
import { CommandRefused, Output } from './output.ts';
import { pathFromHere } from './verb.ts';

export interface VerifyOptions {
  readonly databases?: readonly string[];
  readonly models?: string;
  readonly section?: readonly string[];
  readonly json?: boolean;
}

/** `rhythm models verify`: every figure of the cards that come with the program, measured again; needs no workspace. */
export async function verifyModels(name: string | undefined, options: VerifyOptions): Promise<void> {
  const { databases, models, section, json } = options;
  const output = new Output(json ?? false);
  if (databases === undefined)
    throw new CommandRefused('bad-usage', 'Name the folders of the recordings (mitdb, svdb) with --databases.');
  const only = section ? sectionNames.filter((one) => section.includes(one)) : sectionNames;
  if (only.length === 0) throw new CommandRefused('bad-usage', `There is no such section: ${sectionNames.join(', ')}.`);
  const modelsFolder = models ? pathFromHere(models) : join(resourcesFolder, 'models');
  const names = (await readdir(modelsFolder)).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5));
  const chosen = names.filter((one) => name === undefined || one === name);
  if (chosen.length === 0) throw new CommandRefused('no-such-model', `There are the models ${names.join(', ')}.`);
  const verified = [];
  for (const one of chosen) {
    const { family } = JSON.parse(await readFile(join(modelsFolder, `${one}.json`), 'utf8')) as BundledModel;
    const settings = {
      ...{ modelsFolder, databases: databases.map(pathFromHere), only },
      executor: onnxExecutor({ threads }),
      say: (sentence: string) =>
        output.progress(one, { fraction: null, doing: sentence, rate: null, secondsLeft: null }),
    };
    const verification = await (family === 'row' ? verifyRowModel : verifyModel)(one, settings);
    for (const { name: figure, inCard, now, isEqual } of verification.figures)
      output.line(
        isEqual ? `equal    ${figure}: ${said(inCard)}` : `DIFFERS  ${figure}: card ${said(inCard)}, now ${said(now)}`,
      );
    const differing = verification.figures.filter(({ isEqual }) => !isEqual);
    output.line(
      `${one}: ${verification.figures.length - differing.length} of ${verification.figures.length} values equal` +
        `; measured: ${family === 'row' ? 'all' : only.join(', ')}; nothing was trained.`,
    );
    const { hash, isEqual } = verification;
    verified.push({ name: one, hash, isEqual, figures: verification.figures.length, sections: only, differing });
  }
  if (verified.some(({ isEqual }) => !isEqual)) {
    if (output.isJson) process.stdout.write(`${JSON.stringify({ verified })}\n`);
    throw new CommandRefused('differs', 'Not every figure of the cards came out again; those that differ are above.');
  }
  output.done({ verified });
}

const said = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};
