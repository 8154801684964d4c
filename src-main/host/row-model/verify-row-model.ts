import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Executor } from '../../engine/executors/executor.ts';
import { readRowModel, writeRowModel } from '../../engine/row/model.ts';
import type { RowSplit } from '../../formats/rows/split-rows.ts';
import { rebuildRows } from '../jobs/rebuild-rows.ts';
import { findRecordings } from '../record-model/annotated-record.ts';
import { compareCards } from '../record-model/card/compare-cards.ts';
import type { Verification } from '../record-model/verify-model.ts';
import { byPatientEnding, measureByPatient, measureRows } from './measure-rows.ts';
import { readPart } from './read-parts.ts';
import { rowCardJson, rowCardMarkdown } from './row-card.ts';
import type { RowReport } from './row-report.ts';

/**
 * Measures the figures of a row model's card again, on rows rebuilt from the recordings; trains nothing.
 * @throws {RangeError} where the recordings are not there, or the rows are not those that a command of this program made.
 */
export async function verifyRowModel(
  name: string,
  options: {
    readonly modelsFolder: string;
    readonly databases: readonly string[];
    readonly executor: Executor;
    readonly say: (sentence: string) => void;
  },
): Promise<Verification> {
  const { modelsFolder, databases, executor, say } = options;
  const textOf = (ending: string) => readFile(join(modelsFolder, `${name}${ending}`), 'utf8');
  const modelOf = async (ending: string) =>
    readRowModel(new Uint8Array(await readFile(join(modelsFolder, `${name}${ending}`))), `${name}${ending}`);
  const kept = JSON.parse(await textOf('.json')) as { hash: string; evaluation: RowReport };
  const report = kept.evaluation;
  const { split, seed } = report.rows;
  const anyRecord = (await findRecordings(databases))('100');
  if (split === null || seed === null)
    throw new RangeError(`${name}: its card does not tell how its rows were divided; they cannot be made again`);
  if (!anyRecord) throw new RangeError(`${databases.join(', ')}: the recordings of mitdb are not there`);

  const rowsFolder = await mkdtemp(join(tmpdir(), 'rhythm-rows-'));
  const context = {
    ...{ signal: new AbortController().signal, workspaceFolder: '', device: 'cpu' as const, post: () => undefined },
    progress: ({ doing }: { readonly doing: string }) => say(doing),
  };
  try {
    const request = { fromFolder: dirname(anyRecord), outFolder: rowsFolder, split: split as RowSplit, seed };
    await rebuildRows(request, context);
    const model = await modelOf('.safetensors');
    const { members, test } = await measureRows(model, await readPart(rowsFolder, 'test', context), executor);
    const byPatient = existsSync(join(modelsFolder, `${name}${byPatientEnding}`))
      ? await measureByPatient(await modelOf(byPatientEnding), rowsFolder, executor, context)
      : null;
    const { hash } = writeRowModel(model);
    const now: RowReport = {
      ...{ ...report, test, byPatient },
      members: report.members.map((member, m) => ({ ...member, test: members[m] ?? null })),
    };
    const figures = [
      ...compareCards(kept, JSON.parse(JSON.stringify(rowCardJson({ name, hash, report: now })))),
      ...compareCards(await textOf('.md'), rowCardMarkdown({ name, hash: kept.hash, report }), `${name}.md`),
    ];
    return { name, hash, figures, isEqual: figures.every(({ isEqual }) => isEqual) };
  } finally {
    await rm(rowsFolder, { recursive: true, force: true });
  }
}
