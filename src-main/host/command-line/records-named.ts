import { readFile, stat } from 'node:fs/promises';
import type { RecordSummary } from '../../contract/records.ts';
import { CommandRefused } from './output.ts';

/**
 * Records of the library by the names people use.
 * @param names  record names, or `#3` for the record with that number.
 * @throws {CommandRefused} for a name that is not in the library or stands for several records.
 */
export function recordsNamed(library: readonly RecordSummary[], names: readonly string[]): RecordSummary[] {
  return names.map((name) => {
    const found = library.filter((record) => record.name === name || `#${record.recordId}` === name);
    if (found.length === 1) return found[0];
    const known = library.map((record) => record.name).join(', ') || 'none yet';
    throw new CommandRefused(
      'no-such-record',
      found.length === 0
        ? `There is no record ${name} in the library; there are: ${known}.`
        : `${found.length} records are named ${name}; say which: ${found.map((r) => `#${r.recordId}`).join(', ')}.`,
    );
  });
}

/** Names in a file, one a line (`#` at the start of a line begins a remark), or given with commas. */
export async function listedNames(list: string): Promise<string[]> {
  const isFile = (await stat(list).catch(() => undefined))?.isFile() ?? false;
  const names = isFile
    ? (await readFile(list, 'utf8'))
        .split(/\r?\n/)
        .filter((line) => !line.startsWith('# '))
        .flatMap((line) => line.trim().split(/[\s,]+/))
    : list.split(',').map((name) => name.trim());
  const given = names.filter((name) => name !== '');
  if (given.length === 0) throw new CommandRefused('no-records', `${list} names no record.`, list);
  return given;
}
