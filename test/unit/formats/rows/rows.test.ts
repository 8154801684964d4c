import fc from 'fast-check';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { gapSample } from '../../../../src-main/domain/record.ts';
import { readAllRows, readRows } from '../../../../src-main/formats/rows/read-rows.ts';
import { rebuildRows, rebuildRowsOfRecord } from '../../../../src-main/formats/rows/rebuild-rows.ts';
import { rowLines, rowValues, type Rows } from '../../../../src-main/formats/rows/row.ts';
import { describeOnRecordings, sharedData } from '../../../support/shared-data.ts';

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rows-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'rows.csv');
}

const writeRows = (path: string, rows: Rows) => writeFileSync(path, rowLines(rows, rows.classIndex.keys()).join(''));

const rowLine = (value = '0.5', rowClass = '2') => [...new Array<string>(rowValues).fill(value), rowClass].join(',');

describe('a CSV of rows', () => {
  it('is read as it was written', async () => {
    const path = newPath();
    const value = fc.float({ min: 0, max: 1, noNaN: true }).map((x) => x + 0); // CSV knows no -0
    const row = fc.tuple(
      fc.array(value, { minLength: rowValues, maxLength: rowValues }),
      fc.integer({ min: 0, max: 4 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 4 }), async (table) => {
        const rows = {
          values: Float32Array.from(table.flatMap(([values]) => values)),
          classIndex: Uint8Array.from(table.map(([, rowClass]) => rowClass)),
        };
        writeRows(path, rows);
        expect(await readAllRows(path)).toEqual(rows);
      }),
      { numRuns: 30 },
    );
  });

  it('is read in batches that make up the whole', async () => {
    const path = newPath();
    writeFileSync(path, `${rowLine('1.000000000000000000e+00')}\n`.repeat(1500));
    const sizes: number[] = [];
    for await (const { classIndex } of readRows(path)) sizes.push(classIndex.length);
    expect([sizes.length > 1, sizes.reduce((sum, size) => sum + size)]).toEqual([true, 1500]);
  });

  it.each([
    [
      'with a line cut off',
      `${rowLine()}\n0.5,0.5`,
      'rows.csv, line 2: the line has 2 columns; 187 values and a class were expected',
    ],
    [
      'with a word',
      `${rowLine()}\r\n${rowLine().replace('0.5', 'R-peak')}\r\n`,
      'rows.csv, line 2, column 1: `R-peak` is no number',
    ],
    ['with an empty field', rowLine().replace('0.5,0.5', '0.5,'), 'rows.csv, line 1, column 2: `` is no number'],
    [
      'with values in mV',
      rowLine('1.25'),
      'rows.csv, line 1, column 1: the value is 1.25; rows are scaled from 0 to 1',
    ],
    [
      'with a class that does not exist',
      rowLine('0', '5'),
      'rows.csv, line 1, column 188: the class is 5; 0, 1, 2, 3 or 4 was expected',
    ],
    ['that is empty', '\n', 'rows.csv: the file holds no rows; lines of 188 numbers were expected'],
    ['that has no lines', 'x'.repeat(3 << 20), 'rows.csv, line 1: the line is too long for a row'],
  ])('%s is refused', async (_, text, message) => {
    const path = newPath();
    writeFileSync(path, text);
    await expect(readAllRows(path)).rejects.toThrow(message);
  });

  it('that is missing is refused', async () => {
    await expect(readAllRows(newPath())).rejects.toMatchObject({ breach: { file: 'rows.csv', kind: 'missing-file' } });
  });
});

describe('rows rebuilt from a record', () => {
  const mark = (atSample: number, symbol = 'N') => ({ atSample, symbol, subtype: 0, channel: 0, num: 0, aux: '' });
  const ramp = Int32Array.from({ length: 1200 }, (_, i) => i);

  it('run past the next annotation by a fifth of the interval after it', () => {
    const { values, classIndex, atSample } = rebuildRows(ramp, [mark(0), mark(30, '+'), mark(90), mark(300, 'V')]);
    const first = [...values.subarray(0, rowValues)];
    const inStretch = Math.ceil((30 + 12) / 3);
    expect([[...atSample], [...classIndex]]).toEqual([
      [0, 90],
      [0, 0],
    ]);
    expect(first).toEqual(
      [...Array(rowValues).keys()].map((i) => (i < inStretch ? Math.fround(i / (inStretch - 1)) : 0)),
    );
  });

  it('leave out beats over a gap or a flat line', () => {
    const broken = ramp.slice();
    broken[3] = gapSample;
    broken.fill(7, 100, 400);
    const { atSample } = rebuildRows(broken, [mark(0), mark(100), mark(250), mark(400), mark(600), mark(601)]);
    expect([...atSample]).toEqual([250, 400]);
  });
});

describeOnRecordings('published rows', () => {
  it('are found among those rebuilt, all 187 values of each, and are as many in each class', async () => {
    const folder = join(sharedData, 'mitdb');
    const records = readdirSync(folder).flatMap((name) => (name.endsWith('.hea') ? [name.slice(0, -4)] : []));
    const rebuilt = new Set<string>();
    const classCounts = [0, 0, 0, 0, 0];
    const keyOf = (values: Float32Array, row: number, rowClass: number) =>
      `${rowClass}:${Buffer.from(values.slice(row * rowValues, (row + 1) * rowValues).buffer).toString('latin1')}`;
    for (const record of records) {
      const { values, classIndex } = await rebuildRowsOfRecord(join(folder, record));
      classIndex.forEach((rowClass, row) => {
        classCounts[rowClass]++;
        rebuilt.add(keyOf(values, row, rowClass));
      });
    }
    expect(classCounts).toEqual([90589, 2779, 7236, 803, 8039]);

    let found = 0;
    for (const part of ['train', 'test']) {
      const { values, classIndex } = await readAllRows(join(sharedData, 'kaggle', `tami64_mitbih_${part}_10rows.csv`));
      classIndex.forEach((rowClass, row) => (found += Number(rebuilt.has(keyOf(values, row, rowClass)))));
    }
    expect(found).toBe(20);
  });

  it('are written back with the same values', async () => {
    const path = newPath();
    const published = join(sharedData, 'kaggle', 'tami64_mitbih_train_10rows.csv');
    writeRows(path, await readAllRows(published));
    expect(await readAllRows(path)).toEqual(await readAllRows(published));
  });
});
