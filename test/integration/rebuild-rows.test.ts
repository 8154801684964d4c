import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAllRows } from '../../src-main/formats/rows/read-rows.ts';
import { rebuildRowsOfRecord } from '../../src-main/formats/rows/rebuild-rows.ts';
import { readRowBeats, readRowsDescription } from '../../src-main/formats/rows/row-files.ts';
import { rebuildRows } from '../../src-main/host/jobs/rebuild-rows.ts';
import { rhythm, temporaryFolder } from '../support/program.ts';
import { describeOnRecordings, sharedData } from '../support/shared-data.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let database: string;
let out: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  database = join(folder.path, 'mitdb');
  out = join(folder.path, 'rows');
  mkdirSync(database);
});
afterEach(() => folder.remove());

const link = (...records: string[]) => {
  for (const record of records)
    for (const ending of ['hea', 'dat', 'atr'])
      symlinkSync(join(sharedData, 'mitdb', `${record}.${ending}`), join(database, `${record}.${ending}`));
};
const verb = (...args: string[]) =>
  rhythm(['rows', '--from', database, '--out', out, '--workspace', join(folder.path, 'workspace'), '--json', ...args]);

describeOnRecordings('`rhythm rows`', () => {
  it('writes rows with the record of each, split by patient', async () => {
    link('100', '201', '202', '107');
    const { exitCode, lines } = await verb('--split', 'patient');
    expect([exitCode, lines.at(-1)]).toMatchObject([0, { done: true, split: 'patient' }]);
    const training = await readAllRows(join(out, 'mitbih_train.csv'));
    const records = (await readRowBeats(out, 'train', training))!.records;
    expect([...new Set(records)]).toEqual(['201', '202']);
    const expected = await rebuildRowsOfRecord(join(database, '202'));
    expect(training.values.subarray(records.indexOf('202') * 187)).toEqual(expected.values);
    const beats = readFileSync(join(out, 'mitbih_train_beats.csv'), 'utf8').trimEnd().split('\n');
    expect(beats.at(-1)).toBe(`202,${expected.atSample.at(-1)},${expected.symbols.at(-1)}`);
    const { counts } = (await readRowsDescription(out))!;
    expect(counts.test).toEqual([2238, 33, 60, 0, 2077]);
  });

  it('leaves nothing behind when it is stopped', async () => {
    link('100', '101');
    const controller = new AbortController();
    const stopped = rebuildRows(
      { fromFolder: database, outFolder: out, split: 'published', seed: 1 },
      {
        workspaceFolder: '',
        device: 'cpu',
        post: () => undefined,
        progress: ({ doing }) => doing === 'writing 101' && controller.abort(),
        signal: controller.signal,
      },
    );
    await expect(stopped).rejects.toThrow();
    expect(readdirSync(out)).toEqual([]);
  });
});

describe('`rhythm rows` refuses', () => {
  it.each([
    ['a folder without records', 'mitdb: the folder holds no WFDB record (no .hea file)'],
    ['to write over rows it did not make', 'rows: the folder holds rows that this program did not make'],
  ])('%s', async (what, message) => {
    if (what.startsWith('to')) {
      writeFileSync(join(database, '100.hea'), '100 1 360 1000\n');
      mkdirSync(out);
      writeFileSync(join(out, 'mitbih_train.csv'), '');
    }
    const { exitCode, lines } = await verb();
    expect(exitCode).toBe(1);
    expect(lines.at(-1)?.error).toMatchObject({ message: expect.stringContaining(message) as string });
  });
});
