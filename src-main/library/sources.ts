import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { FormatError } from '../domain/format-error.ts';
import { isRecordingBesideHeaders, isRecordingName } from '../formats/recording.ts';
import { readHeader, type WfdbHeader } from '../formats/wfdb/header.ts';

/**
 * The recordings among the paths. A folder stands for those in it; `100.dat` and `100.atr` stand for the record `100`,
 * as does any signal file for the header that names it; segments of a record are no records by themselves.
 * A file that belongs to no header stands for itself, so that it is told of and not passed over.
 */
export async function recordingsAmong(paths: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const path of paths) {
    const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
    for (const source of isFolder ? await recordingsIn(path) : [await headerOf(path)]) found.add(source);
  }
  return [...found];
}

async function recordingsIn(folder: string): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
  const names = entries
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const headers = names.filter((name) => name.endsWith('.hea'));
  // Signal files and annotators bear other names than their record: a folder with headers explains itself.
  const sources =
    headers.length === 0 ? names : [...(await recordsOf(folder, headers)), ...names.filter(isRecordingBesideHeaders)];
  const below = [];
  for (const { name } of entries.filter((entry) => entry.isDirectory()))
    below.push(...(await recordingsIn(join(folder, name))));
  return [...sources.map((name) => join(folder, name)), ...below];
}

/** The headers that are no segments of others. */
async function recordsOf(folder: string, headers: readonly string[]): Promise<string[]> {
  const read = [...(await headersIn(folder, headers)).values()];
  const segments = new Set(read.flatMap((header) => header.segments.map(({ name }) => `${name}.hea`)));
  return headers.filter((name) => !segments.has(name));
}

/** A header that is malformed names nothing here; importing it tells what is wrong with it. */
async function headersIn(folder: string, names: readonly string[]): Promise<Map<string, WfdbHeader>> {
  const headers = new Map<string, WfdbHeader>();
  for (const name of names)
    try {
      headers.set(name, await readHeader(join(folder, name)));
    } catch (cause) {
      if (!(cause instanceof FormatError)) throw cause;
    }
  return headers;
}

/** `100.hea` for `100`, `100.dat` or `100.atr`, or the header that names this signal file; else the path itself. */
async function headerOf(path: string): Promise<string> {
  const isFile = async (file: string) => (await stat(file).catch(() => undefined))?.isFile() ?? false;
  const ofSameName = `${path.replace(/\.hea$/, '')}.hea`;
  if (await isFile(ofSameName)) return ofSameName;
  if (!(await isFile(path))) return ofSameName;
  if (isRecordingName(path)) return path;
  const beside = path.slice(0, path.length - extname(path).length) + '.hea';
  if (await isFile(beside)) return beside;
  const folder = dirname(path);
  const headers = await headersIn(folder, (await readdir(folder)).filter((name) => name.endsWith('.hea')).sort());
  const naming = [...headers].find(([, { signals }]) => signals.some(({ file }) => file === basename(path)));
  return naming === undefined ? path : join(folder, naming[0]);
}
