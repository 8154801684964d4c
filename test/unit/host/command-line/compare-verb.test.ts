import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareVerb } from '../../../../src-main/host/command-line/compare-verb.ts';
import { writeAnnotations } from '../../../../src-main/formats/wfdb/annotation-writing.ts';
import { describeOnRecordings, sharedData } from '../../../support/shared-data.ts';
import { marks } from '../../evaluate/ec57/marks.ts';
import {
  aggregateSides,
  expectedMismatches,
  expectedSummary,
  referenceCases,
  type ReferenceCase,
} from '../../evaluate/ec57/reference-cases.ts';

/** What the verb prints, run as on the command line but in this process: two thousand calls are asked. */
async function compare(...args: string[]): Promise<string> {
  let printed = '';
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  compareVerb(
    (usage, description) => program.command(usage).description(description).option('--json').exitOverride(),
    (text) => (printed += text),
  );
  await program.parseAsync(['compare', ...args], { from: 'user' });
  return printed;
}

const folder = join(sharedData, 'ec57');

/** Arguments that name both files of a case. */
function filesOf({ id, record, reference }: ReferenceCase): string[] {
  const own = join(folder, 'cases', id);
  const header = existsSync(join(own, `${record}.hea`)) ? own : join(sharedData, 'mitdb');
  return [
    join(header, record),
    ...['--reference', reference, '--test', 'tst', '--test-dir', own],
    ...['--reference-dir', reference === 'atr' ? join(sharedData, 'mitdb') : own],
  ];
}

/** Times and window as the reference program was given them. */
const timesOf = (command: string): string[] =>
  Object.entries({ f: '--from', t: '--to', w: '--window' }).flatMap(([short, long]) => {
    const match = new RegExp(` -${short} ([\\d:.]+)`).exec(command);
    return match ? [long, match[1]] : [];
  });

const formatOf: Readonly<Record<string, readonly string[]>> = {
  'bxb.S': ['report'],
  'bxb.s': ['report', '--no-sveb'],
  'bxb.C': ['condensed'],
  'bxb.c': ['condensed', '--no-sveb'],
  'bxb.L': ['lines'],
  'bxb.l': ['lines', '--no-sveb'],
  'rxr.S': ['runs'],
  'rxr.C': ['run-condensed'],
  'rxr.L': ['run-lines'],
};
/** The format of an answer such as `bxb.w0.05.S`; undefined for `rxr.v`, which no format of ours prints. */
const argsOf = (key: string): readonly string[] | undefined => formatOf[key.replace(/\..*\./, '.')];

describeOnRecordings('rhythm compare beside the reference programs', () => {
  const cases = () => referenceCases();

  it('prints every text of all 120 cases without a difference', async () => {
    const differing: string[] = [];
    let texts = 0;
    for (const one of cases()) {
      for (const [key, answer] of Object.entries(one.out)) {
        const format = argsOf(key);
        if (!format || !('cmd' in answer)) continue;
        const expected =
          answer.stdout ?? (answer.file1 == null || answer.file2 == null ? '' : `${answer.file1}--\n${answer.file2}`);
        const printed = await compare(...filesOf(one), ...timesOf(answer.cmd), '--format', ...format);
        texts++;
        if (printed !== expected) differing.push(`${one.id} ${key}`);
      }
      const mismatches = await compare(...filesOf(one), '--format', 'mismatches');
      if (mismatches !== expectedMismatches(one.id)) differing.push(`${one.id} mismatches`);
    }
    expect(differing).toEqual([]);
    expect(texts).toBeGreaterThan(1200);
  }, 300_000);

  it('gives the counts of every case as JSON, with the keys that programs rely on', async () => {
    const counted: Record<string, unknown> = {};
    for (const one of cases()) {
      const json = JSON.parse(await compare(...filesOf(one), '--format', 'json')) as Record<string, object>;
      expect(Object.keys(json)).toEqual(
        expect.arrayContaining(['counts', 'qrs', 'veb', 'sveb', 'runs', 'nonstandard']),
      );
      counted[one.id] = json.counts;
    }
    expect(counted).toEqual(Object.fromEntries(cases().map(({ id, counts }) => [id, counts])));
  });

  it('sums up a list of records as sumstats does', async () => {
    const list = join(await mkdtemp(join(tmpdir(), 'compare-')), 'records');
    const records = aggregateSides().map(([record]) => join(sharedData, 'mitdb', record));
    await writeFile(list, `${records.join('\n')}\n`);
    const given = ['--list', list, '--test', 'tst', '--test-dir', join(folder, 'aggregate')];
    const printed = async (...format: string[]) => compare(...given, '--format', ...format);
    const both = (program: string, option: string) =>
      [1, 2].map((file) => expectedSummary(`${program}-${option}${file}` as Parameters<typeof expectedSummary>[0]));
    expect([await printed('lines'), await printed('lines', '--no-sveb'), await printed('run-lines')]).toEqual([
      both('bxb', 'L').join('--\n'),
      both('bxb', 'l').join('--\n'),
      both('rxr', 'L').join('--\n'),
    ]);
    const table = await printed('table');
    expect(table).toMatch(/^Gross .*\nAverage .*\nMedian .*\n95 % from .*\n95 % to /m);
    const { aggregate } = JSON.parse(await printed('json')) as { aggregate: Record<string, Record<string, number>> };
    expect(Object.keys(aggregate)).toEqual(expect.arrayContaining(['gross', 'average', 'median', 'interval95']));
    const [low, high] = aggregate.interval95.vebSe as unknown as [number, number];
    expect([low < aggregate.gross.vebSe, aggregate.gross.vebSe < high]).toEqual([true, true]);
    await rm(join(list, '..'), { recursive: true });
  });
});

describe('rhythm compare on files of its own', () => {
  let own: string;
  const record = () => join(own, 'r');
  const put = (annotator: string, text: string, style = {}) =>
    writeFile(join(own, `r.${annotator}`), writeAnnotations(marks(text), style));
  beforeAll(async () => {
    own = await mkdtemp(join(tmpdir(), 'compare-'));
    await writeFile(join(own, 'r.hea'), 'r 1 360 650000\nr.dat 212\n');
    await put('atr', 'N400 V800 N1200');
    await put('tst', 'N400 V800 N1200');
    await writeFile(join(own, 'none.hea'), 'none 1 360 650000\nnone.dat 212\n');
  });
  afterAll(() => rm(own, { recursive: true }));

  it('adds the aggregate to a list of one record too', async () => {
    await writeFile(join(own, 'list'), `${record()}\n\n`);
    const json = JSON.parse(await compare('--list', join(own, 'list'), '--test', 'tst', '--format', 'json')) as object;
    expect(Object.keys(json)).toEqual(['records', 'aggregate']);
    expect(await compare('--list', join(own, 'list'), '--test', 'tst', '--format', 'lines')).toContain(
      'Summary of results from 1 record\n',
    );
  });

  it('says what is not by EC57 in the table and in JSON', async () => {
    const odd = ['--test', 'tst', '--from', '0', '--to', '10:00', '--window', '.1', '--map', 'literature'];
    const json = JSON.parse(await compare(record(), ...odd, '--format', 'json')) as { nonstandard: string[] };
    expect(json.nonstandard).toHaveLength(4);
    expect(await compare(record(), ...odd)).toContain('Not by EC57: starts at 0 s instead of 300 s; stops at 600 s;');
  });

  it('reads a file whose ticks are no samples of the record', async () => {
    // Ticks of 720 Hz: twice the samples, so marks at 5:00 + n samples lie at twice that number.
    const doubled = marks('N400 V800 N1200').map((mark) => ({ ...mark, atSample: 2 * mark.atSample }));
    await writeFile(join(own, 'r.fast'), writeAnnotations(doubled, { ticksPerSecond: 720 }));
    const json = JSON.parse(await compare(record(), '--test', 'fast', '--format', 'json')) as { counts: object };
    expect(json.counts).toMatchObject({ Nn: 2, Vv: 1 });
  });

  it('counts in frames where a lead has several samples a frame, as the reference programs do', async () => {
    await writeFile(join(own, 'f.hea'), 'f 1 360 650000\nf.dat 212x4\n');
    for (const annotator of ['atr', 'tst'])
      await writeFile(join(own, `f.${annotator}`), writeAnnotations(marks('N400 V800 N1200'), {}));
    const json = JSON.parse(await compare(join(own, 'f'), '--test', 'tst', '--format', 'json')) as { counts: object };
    expect(json.counts).toMatchObject({ Nn: 2, Vv: 1 });
  });

  it.each([
    ['an annotator that is not there', ['--test', 'nobody'], /r\.nobody.*there is no such annotation file/],
    ['a record that is not there', ['--test', 'tst'], /x\.hea/, 'x'],
    ['a time that is none', ['--test', 'tst', '--from', 'soon'], /--from is a time such as 5:00 or 0\.15, not soon\./],
    ['an end that is none', ['--test', 'tst', '--to', '1:2:3:4'], /--to is a time/],
    ['a window of nothing', ['--test', 'tst', '--window', '0'], /--window is a time above 0\./],
    ['an unknown map', ['--test', 'tst', '--map', 'mine'], /Class map mine is not known/],
    ['an unknown format', ['--test', 'tst', '--format', 'pdf'], /Format pdf is not known/],
    ['a missing test annotator', [], /required option '--test <annotator>' not specified/],
    ['both a record and a list', ['--test', 'tst', '--list', 'l'], /not both/],
  ])('refuses %s in one sentence', async (_what, args, sentence, name = 'r') => {
    const message = await compare(join(own, name), ...args).then(
      () => 'accepted',
      (error: Error) => error.message,
    );
    expect(message).toMatch(sentence);
    expect(message.split('\n')).toHaveLength(1);
  });

  it.each([
    ['a list that is not there', 'no-such-list', /The list no-such-list cannot be read: ENOENT\./],
    ['neither record nor list', undefined, /Name a record/],
  ])('refuses %s', async (_what, list, sentence) => {
    await expect(compare(...(list ? ['--list', list] : []), '--test', 'tst')).rejects.toThrow(sentence);
  });

  it('refuses an empty list', async () => {
    await writeFile(join(own, 'empty'), '\n');
    await expect(compare('--list', join(own, 'empty'), '--test', 'tst')).rejects.toThrow(/names no record/);
  });
});
