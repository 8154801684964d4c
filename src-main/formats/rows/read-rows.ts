import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { beatClasses } from '../../domain/beat-class.ts';
import { FormatError, type FormatBreach } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';
import { rowValues, type Rows } from './row.ts';

/** A longer line is no row: the published ones have 4,700 characters. */
const maxLineBytes = 1 << 16;

/**
 * Reads a CSV of rows (grammar in `row.ts`) in batches of some hundred rows; line ends are LF or CRLF.
 * @throws {FormatError} `missing-file`, or `bad-rows` with line and column.
 */
export async function* readRows(path: string, abort?: AbortSignal): AsyncGenerator<Rows, void, undefined> {
  const file = basename(path);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw breach(file, '', 'there is no such file', 'missing-file');

  let line = 0;
  let rest = '';
  let rows = 0;
  for await (const chunk of createReadStream(path, { encoding: 'latin1', highWaterMark: 1 << 20, signal: abort })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    if (rest.length > maxLineBytes)
      throw breach(file, `line ${line + lines.length + 1}`, 'the line is too long for a row');
    const batch = parseLines(lines, line, file);
    line += lines.length;
    rows += batch.classIndex.length;
    if (batch.classIndex.length > 0) yield batch;
  }
  const last = parseLines([rest], line, file);
  if (last.classIndex.length > 0) yield last;
  else if (rows === 0)
    throw breach(file, '', `the file holds no rows; lines of ${rowValues + 1} numbers were expected`);
}

/** Reads a whole CSV of rows: 66 MB for the published 87 554 training rows. */
export async function readAllRows(path: string, abort?: AbortSignal): Promise<Rows> {
  const batches: Rows[] = [];
  for await (const batch of readRows(path, abort)) batches.push(batch);
  return joinRows(batches);
}

export function joinRows(batches: readonly Rows[]): Rows {
  const count = batches.reduce((sum, { classIndex }) => sum + classIndex.length, 0);
  const values = new Float32Array(count * rowValues);
  const classIndex = new Uint8Array(count);
  let at = 0;
  for (const batch of batches) {
    values.set(batch.values, at * rowValues);
    classIndex.set(batch.classIndex, at);
    at += batch.classIndex.length;
  }
  return { values, classIndex };
}

function parseLines(lines: readonly string[], linesBefore: number, file: string): Rows {
  const values = new Float32Array(lines.length * rowValues);
  const classIndex = new Uint8Array(lines.length);
  let rows = 0;
  for (const [l, line] of lines.entries()) {
    if (line === '' || line === '\r') continue;
    parseLine(line, values.subarray(rows * rowValues, (rows + 1) * rowValues), (column, rule) => {
      const where = `line ${grouped(linesBefore + l + 1)}${column > 0 ? `, column ${column}` : ''}`;
      throw breach(file, where, rule);
    });
    classIndex[rows++] = classIn(line);
  }
  return { values: values.subarray(0, rows * rowValues), classIndex: classIndex.subarray(0, rows) };
}

/** Fills one row and checks every column, the class too. */
function parseLine(line: string, values: Float32Array, refuse: (column: number, rule: string) => never): void {
  const fields = line.split(',');
  if (fields.length !== rowValues + 1)
    refuse(0, `the line has ${fields.length} columns; ${rowValues} values and a class were expected`);
  for (let column = 0; column <= rowValues; column++) {
    const field = fields[column];
    const value = Number(field);
    if (Number.isNaN(value) || field.trim() === '') refuse(column + 1, `\`${field.trim().slice(0, 20)}\` is no number`);
    if (column === rowValues) {
      if (beatClasses[value] === undefined) refuse(column + 1, `the class is ${value}; 0, 1, 2, 3 or 4 was expected`);
    } else if (value < 0 || value > 1) refuse(column + 1, `the value is ${value}; rows are scaled from 0 to 1`);
    else values[column] = value;
  }
}

const classIn = (line: string): number => Number(line.slice(line.lastIndexOf(',') + 1));

const breach = (file: string, where: string, rule: string, kind: FormatBreach['kind'] = 'bad-rows'): FormatError =>
  new FormatError({ file, where, rule, kind });
