import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FormatError } from '../../domain/format-error.ts';
import type { RebuiltRows } from './rebuild-rows.ts';
import { rowLines, type Rows } from './row.ts';
import type { RowSplit } from './split-rows.ts';

/*
 * A folder of rows:
 *   mitbih_train.csv, mitbih_test.csv   the rows (grammar in `row.ts`)
 *   mitbih_train_beats.csv, …           record,sample,symbol with a header: where the row of the same number comes from
 *   rows.json                           how the folder was made; absent from the published set
 */
export const rowParts = ['train', 'test'] as const;
export type RowPart = (typeof rowParts)[number];
export const rowsFile = (part: RowPart): string => `mitbih_${part}.csv`;
const beatsFile = (part: RowPart): string => `mitbih_${part}_beats.csv`;
export const descriptionFile = 'rows.json';
const beatsHeader = 'record,sample,symbol';

/** What `rows.json` says. */
export interface RowsDescription {
  readonly split: RowSplit;
  readonly seed: number;
  readonly classMap: 'literature';
  readonly records: readonly string[];
  /** Rows by class, N S V F Q. */
  readonly counts: Readonly<Record<RowPart, readonly number[]>>;
}

/** Writes a folder of rows record by record; nothing carries its final name before `finish`. */
export class RowFilesWriter {
  readonly #folder: string;
  readonly #files: Record<RowPart, { rows: RowFile; beats: RowFile }>;

  private constructor(folder: string, files: Record<RowPart, { rows: RowFile; beats: RowFile }>) {
    this.#folder = folder;
    this.#files = files;
  }

  static async create(folder: string): Promise<RowFilesWriter> {
    const pair = async (part: RowPart) => ({
      rows: await RowFile.create(folder, rowsFile(part)),
      beats: await RowFile.create(folder, beatsFile(part)),
    });
    const writer = new RowFilesWriter(folder, { train: await pair('train'), test: await pair('test') });
    for (const part of rowParts) await writer.#files[part].beats.append(`${beatsHeader}\n`);
    return writer;
  }

  /** @param trains  1 for a training row, 0 for a test row. */
  async append(rows: RebuiltRows & { readonly record: string }, trains: Uint8Array): Promise<void> {
    for (const part of rowParts) {
      const chosen = [...trains.keys()].filter((row) => trains[row] === Number(part === 'train'));
      await this.#files[part].rows.append(rowLines(rows, chosen).join(''));
      const beats = chosen.map((row) => `${rows.record},${rows.atSample[row]},${rows.symbols[row]}\n`);
      await this.#files[part].beats.append(beats.join(''));
    }
  }

  /** Gives all files their names. @returns their paths. */
  async finish(description: RowsDescription): Promise<string[]> {
    const about = await RowFile.create(this.#folder, descriptionFile);
    await about.append(`${JSON.stringify(description, undefined, 1)}\n`);
    const files = [...this.#all(), about];
    for (const file of files) await file.close();
    return Promise.all(files.map((file) => file.rename()));
  }

  /** Removes what was written so far. */
  async abandon(): Promise<void> {
    for (const file of this.#all()) await file.remove();
  }

  #all = (): RowFile[] => rowParts.flatMap((part) => [this.#files[part].rows, this.#files[part].beats]);
}

/** A file that carries `.part` until it is whole. */
class RowFile {
  readonly #path: string;
  readonly #handle: Awaited<ReturnType<typeof open>>;
  private constructor(path: string, handle: Awaited<ReturnType<typeof open>>) {
    this.#path = path;
    this.#handle = handle;
  }
  static async create(folder: string, name: string): Promise<RowFile> {
    const path = join(folder, name);
    return new RowFile(path, await open(`${path}.part`, 'w'));
  }
  append = (text: string): Promise<void> => this.#handle.writeFile(text);
  close = (): Promise<void> => this.#handle.close();
  async rename(): Promise<string> {
    await rename(`${this.#path}.part`, this.#path);
    return this.#path;
  }
  async remove(): Promise<void> {
    await this.#handle.close();
    await rm(`${this.#path}.part`, { force: true });
  }
}

/** How the folder was made; undefined where this program did not make it. @throws {FormatError} where it is damaged. */
export async function readRowsDescription(folder: string): Promise<RowsDescription | undefined> {
  const text = await readFile(join(folder, descriptionFile), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as RowsDescription;
  } catch (cause) {
    const breach = { file: descriptionFile, where: '', rule: 'the file is not JSON', kind: 'bad-rows' } as const;
    throw new FormatError(breach, { cause });
  }
}

/** Where each row is from. */
export interface RowBeats {
  readonly records: readonly string[];
  /** What its annotator called each beat. */
  readonly symbols: readonly string[];
}

/**
 * Where the rows of a part are from; undefined where the folder does not say, as the published set does not.
 * @throws {FormatError} where there are not as many beats as rows.
 */
export async function readRowBeats(folder: string, part: RowPart, { classIndex }: Rows): Promise<RowBeats | undefined> {
  const file = beatsFile(part);
  const text = await readFile(join(folder, file), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const [header, ...lines] = text.trimEnd().split('\n');
  const breach = (rule: string) => new FormatError({ file, where: '', rule, kind: 'bad-rows' });
  if (header !== beatsHeader) throw breach(`the first line is not \`${beatsHeader}\``);
  if (lines.length !== classIndex.length)
    throw breach(`the file names ${lines.length} beats, ${rowsFile(part)} has ${classIndex.length} rows`);
  const beats = lines.map((line) => line.split(','));
  return { records: beats.map(([record]) => record), symbols: beats.map(([, , symbol]) => symbol) };
}
