import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeAnnotations } from '../../src-main/formats/wfdb/annotation-writing.ts';
import { deIdentified } from '../../src-main/library/de-identify.ts';
import { ishneBytes, madeAecg, madeDicom, madeMuse } from '../fuzz/made-files.ts';
import { scpBytes } from '../fuzz/made-scp.ts';
import { writtenEdf, writtenWfdb } from '../fuzz/seeds.ts';
import { rhythm, temporaryFolder } from '../support/program.ts';
import { readPdf } from '../unit/report/read-pdf.ts';

/** What is planted, in every place where a file of the format may tell it. */
const planted = ['Zebediah', 'QXJ-4711', '1931-05-06', '19310506', 'Wombat'];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => (folder = await temporaryFolder()));
afterEach(() => folder.remove());

async function plant(into: string): Promise<void> {
  const put = (name: string, bytes: Uint8Array | string) => writeFileSync(join(into, name), bytes);
  const wfdb = await writtenWfdb(16);
  for (const { name, bytes } of wfdb.files)
    put(
      name.replace('made', 'Zebediah'),
      name.endsWith('.hea')
        ? `${Buffer.from(bytes).toString().replaceAll('made', 'Zebediah')}# QXJ-4711 born 1931-05-06\n# seen by Wombat\n`
        : bytes,
    );
  const mark = { subtype: 0, channel: 0, num: 0 };
  put(
    'Zebediah.atr',
    writeAnnotations([
      { ...mark, atSample: 5, symbol: '+', aux: '(AFIB' },
      { ...mark, atSample: 100, symbol: 'N', aux: '' },
      { ...mark, atSample: 300, symbol: 'V', aux: '' },
      { ...mark, atSample: 400, symbol: '"', aux: 'Zebediah QXJ-4711 told Wombat' },
    ]),
  );
  const edf = Buffer.from((await writtenEdf(2)).files[0].bytes);
  edf.write('QXJ-4711 M 06-MAY-1931 Zebediah'.padEnd(80), 8, 'latin1');
  put('Wombat.edf', edf);
  put('Zebediah.ecg', ishneBytes({ firstName: 'Zebediah', id: 'QXJ-4711', comment: 'Wombat 19310506' }));
  put('Zebediah.scp', scpBytes('Zebediah'));
  put('QXJ-4711.xml', madeAecg('Zebediah', 'QXJ-4711'));
  put('QXJ-4711.dcm', madeDicom('Zebediah^Wombat', 'QXJ-4711'));
  put('Wombat.xml', madeMuse('Zebediah', 'QXJ-4711'));
}

const filesUnder = (path: string): string[] =>
  readdirSync(path).flatMap((name) =>
    statSync(join(path, name)).isDirectory() ? filesUnder(join(path, name)) : [join(path, name)],
  );

/** The bytes of a file, and of the compressed streams of a PDF. */
function contents(path: string): string[] {
  const bytes = readFileSync(path);
  const found = [bytes.toString('latin1'), bytes.toString('utf16le')];
  if (!path.endsWith('.pdf')) return found;
  for (let at = bytes.indexOf('stream\n'); at >= 0; at = bytes.indexOf('stream\n', at + 1))
    try {
      found.push(inflateSync(bytes.subarray(at + 7), { finishFlush: 2 }).toString('latin1'));
    } catch {
      continue; // not a compressed stream
    }
  return found;
}

const leaks = (paths: readonly string[]): string[] =>
  paths.flatMap((path) =>
    planted
      .filter((word) => [path.slice(folder.path.length), ...contents(path)].some((text) => text.includes(word)))
      .map((word) => `${word} in ${path.slice(folder.path.length)}`),
  );

it('removes planted identities on import: from workspace, log, exports and reports', async () => {
  const given = join(folder.path, 'given');
  const workspace = join(folder.path, 'workspace');
  const out = join(folder.path, 'out');
  for (const path of [given, workspace, out]) (await import('node:fs')).mkdirSync(path);
  await plant(given);
  const run = (...args: readonly string[]) => rhythm([...args, '--workspace', workspace]);
  const imported = await run('import', given, '--deidentify', '--json');
  expect(imported.exitCode).toBe(0);
  const names = (await run('records')).stdout.match(/record-[0-9a-f]{10}/g)!;
  expect(names).toHaveLength(6); // WFDB and EDF hold the same samples
  for (const format of ['wfdb', 'json'])
    expect((await run('export', ...names, '--format', format, '--out', out, '--deidentify')).exitCode).toBe(0);
  const reported = await run('report', names[0], '--out', out, '--deidentify');
  expect(reported.exitCode).toBe(0);
  const [pdf] = filesUnder(out).filter((path) => path.endsWith('.pdf'));
  const text = JSON.stringify(await readPdf(readFileSync(pdf)));
  expect(planted.filter((word) => text.includes(word))).toEqual([]);
  expect(leaks([...filesUnder(out), ...filesUnder(workspace)])).toEqual([]);
  expect(planted.filter((word) => reported.stdout.includes(word))).toEqual([]);
});

it('removes them on export and report of a recording that keeps them in the library, and logs none', async () => {
  const [given, workspace, out] = ['given', 'workspace', 'out'].map((name) => join(folder.path, name));
  for (const path of [given, workspace, out]) (await import('node:fs')).mkdirSync(path);
  await plant(given);
  const run = (...args: readonly string[]) => rhythm([...args, '--workspace', workspace]);
  expect((await run('import', join(given, 'Zebediah.hea'))).exitCode).toBe(0);
  for (const format of ['wfdb', 'edf', 'csv', 'json', 'samples'])
    expect((await run('export', 'Zebediah', '--format', format, '--out', out, '--deidentify')).exitCode).toBe(0);
  expect((await run('report', 'Zebediah', '--out', out, '--deidentify')).exitCode).toBe(0);
  writeFileSync(join(given, 'Zebediah.dat'), 'damaged');
  expect((await run('import', join(given, 'Zebediah.hea'))).exitCode).not.toBe(0);
  expect(leaks(filesUnder(workspace))).not.toEqual([]); // so that finding none elsewhere means something
  const logs = filesUnder(workspace).filter((path) => path.endsWith('.log'));
  expect(leaks([...filesUnder(out), ...logs])).toEqual([]);
});

it('moves dates by one number of days a patient, and keeps sex, age and coded rhythms', () => {
  const secret = Uint8Array.of(1, 2, 3);
  const of = (id: string, recorded: string) =>
    deIdentified(
      {
        header: {
          ...{ name: 'x', samplingHz: 1, lengthSamples: 1, leads: [] },
          notes: [`id: ${id}`, 'sex: FEMALE', 'age: 093Y', `recorded: ${recorded} 07:05:09`, 'comment: told'],
        },
        ...{ signalHash: 'abcdef0123456789', incomingPath: '' },
        source: {
          files: [{ name: 'Ada.Smith', sizeBytes: 1, sha256: '' }],
          format: 'EDF',
          readerVersion: '1',
          checksumsVerified: false,
        },
        reference: [],
      },
      secret,
    );
  const daysBetween = (a: string, b: string) => (Date.parse(b) - Date.parse(a)) / 86_400_000;
  const dateOf = (notes: readonly string[]) => /\d{4}-\d{2}-\d{2}/.exec(notes.at(-1)!)![0];
  const [first, second] = [of('A', '2019-11-24'), of('A', '2019-12-01')];
  expect(first.header.notes.slice(0, 2)).toEqual(['sex: F', 'age: over 89']);
  expect(first.source.files[0].name).toBe('record-abcdef0123');
  expect(daysBetween(dateOf(first.header.notes), dateOf(second.header.notes))).toBe(7);
  expect(dateOf(first.header.notes)).not.toBe('2019-11-24');
  expect(dateOf(of('B', '2019-11-24').header.notes)).not.toBe(dateOf(first.header.notes));
});
