import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beatClasses } from '../../domain/beat-class.ts';
import { FormatError } from '../../domain/format-error.ts';
import { rebuildRowsOfRecord } from '../../formats/rows/rebuild-rows.ts';
import {
  descriptionFile,
  rowParts,
  RowFilesWriter,
  rowsFile,
  type RowsDescription,
} from '../../formats/rows/row-files.ts';
import { type RowSplit, splitRows } from '../../formats/rows/split-rows.ts';
import type { EngineJob } from '../supervision/messages.ts';

export interface RebuildRowsRequest {
  /** Holds WFDB records with their `.atr`. */
  readonly fromFolder: string;
  readonly outFolder: string;
  readonly split: RowSplit;
  readonly seed: number;
}

export interface RebuiltRowFiles extends RowsDescription {
  readonly files: readonly string[];
}

/**
 * Rebuilds the published rows from the database's records. Each record is read twice, first for what the split needs to
 * know of all rows, then to be written, so that one record at a time is in memory.
 */
export const rebuildRows: EngineJob<RebuildRowsRequest, never, RebuiltRowFiles> = async (request, context) => {
  const { fromFolder, outFolder, split, seed } = request;
  const { signal } = context;
  const records = await recordsIn(fromFolder);
  await mkdir(outFolder, { recursive: true });
  if (existsSync(join(outFolder, rowsFile('train'))) && !existsSync(join(outFolder, descriptionFile)))
    throw refusal(outFolder, 'the folder holds rows that this program did not make; choose another one for --out');
  const read = async (record: string, step: number) => {
    signal.throwIfAborted();
    const doing = step < records.length ? `reading ${record}` : `writing ${record}`;
    context.progress({ fraction: step / (2 * records.length), doing, rate: null, secondsLeft: null });
    return rebuildRowsOfRecord(join(fromFolder, record), signal);
  };

  const origins = { records: [] as string[], classIndex: [] as number[] };
  for (const [r, record] of records.entries())
    for (const rowClass of (await read(record, r)).classIndex) {
      origins.records.push(record);
      origins.classIndex.push(rowClass);
    }
  const classIndex = Uint8Array.from(origins.classIndex);
  const trains = splitRows({ records: origins.records, classIndex }, split, seed);
  const countOf = (side: number) =>
    beatClasses.map((_, c) => classIndex.reduce((sum, own, row) => sum + Number(own === c && trains[row] === side), 0));
  const counts = { train: countOf(1), test: countOf(0) };
  for (const part of rowParts)
    if (counts[part].every((count) => count === 0))
      throw refusal(fromFolder, `these records leave no row for ${part === 'train' ? 'training' : 'the test'}`);

  const writer = await RowFilesWriter.create(outFolder);
  try {
    let from = 0;
    for (const [r, record] of records.entries()) {
      const rows = await read(record, records.length + r);
      await writer.append(rows, trains.subarray(from, (from += rows.classIndex.length)));
    }
    const description: RowsDescription = { split, seed, classMap: 'literature', records, counts };
    return { ...description, files: await writer.finish(description) };
  } catch (error) {
    await writer.abandon();
    throw error;
  }
};

async function recordsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined) throw refusal(folder, 'there is no such folder', 'missing-file');
  const records = names.flatMap((name) => (name.endsWith('.hea') ? [name.slice(0, -4)] : [])).sort();
  if (records.length === 0) throw refusal(folder, 'the folder holds no WFDB record (no .hea file)', 'missing-file');
  return records;
}

const refusal = (folder: string, rule: string, kind: 'bad-rows' | 'missing-file' = 'bad-rows'): FormatError =>
  new FormatError({ file: basename(folder), where: '', rule, kind });
