import { copyFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAnnotationFile } from '../../src-main/formats/wfdb/annotation-file.ts';
import { type Finished, rhythm, temporaryFolder } from '../support/program.ts';
import { describeOnRecordings, sharedData } from '../support/shared-data.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const last = ({ lines }: Finished) => lines.at(-1)!;
const verb = async (...args: string[]): Promise<Record<string, unknown>> => {
  const finished = await rhythm([...args, '--json', '--workspace', join(folder.path, 'workspace')]);
  expect(finished.exitCode).toBe(0);
  expect(last(finished).done).toBe(true);
  return last(finished);
};
interface Listed {
  readonly name: string;
  readonly isSimulated: boolean;
  readonly beats: number;
  readonly labelled: number;
  readonly beatsByClass: Record<string, number>;
}
const listed = async (): Promise<Listed[]> => (await verb('records')).records as Listed[];

describe('the command line without recordings', () => {
  it('makes a simulated record, named as such and classified', async () => {
    await verb('demo');
    const [record] = await listed();
    expect(record).toMatchObject({ name: 'simulated-demo', isSimulated: true });
    expect(record.labelled).toBe(record.beats);
    expect(record.beats).toBeGreaterThan(1500);
  });

  it('writes a report of it', async () => {
    const { reports } = await verb('report', 'simulated-demo', '--out', join(folder.path, 'reports'));
    const [{ path }] = reports as { path: string }[];
    expect((await readFile(path)).subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('refuses what it does not know with a sentence, a kind and no stack', async () => {
    const refused = await rhythm(['detect', 'nobody', '--json', '--workspace', join(folder.path, 'workspace')]);
    expect(refused.exitCode).not.toBe(0);
    expect(last(refused)).toMatchObject({ error: { kind: 'no-such-record' } });
    expect(refused.stdout + refused.stderr).not.toMatch(/\n\s+at /);
  });

  it('tries what can compute, and says of each why it was taken or set aside', async () => {
    const { predict, train, verdicts } = await verb('devices');
    expect([predict, train]).toEqual([expect.any(String), expect.any(String)]);
    const tried = verdicts as { device: string; predictPerS: number | null; takenFor: string[]; reason: string }[];
    expect(tried.find(({ device }) => device === 'cpu')?.predictPerS).toBeGreaterThan(0);
    expect(tried.flatMap(({ takenFor }) => takenFor).sort()).toEqual(['predict', 'train']);
    for (const { reason } of tried) expect(reason).toMatch(/^[^\n]{8,200}\.$/);
  });

  it('computes on the device that is named, and on the CPU where that fails, saying so', async () => {
    const on = (device: string) =>
      rhythm([
        'predict',
        'simulated-demo',
        '--device',
        device,
        '--json',
        '--workspace',
        join(folder.path, 'workspace'),
      ]);
    expect(last(await on('cpu')).done).toBe(true);
    expect((await on('abacus')).stderr).toContain('Allowed choices are');
    const lacking = process.platform === 'win32' ? 'coreml' : 'dml';
    const { exitCode, lines } = await on(lacking);
    expect([exitCode, lines.at(-1)!.done]).toEqual([0, true]);
    const name = lacking === 'dml' ? 'DirectML' : 'CoreML';
    expect(lines.flatMap(({ notice }) => notice ?? [])).toEqual([
      `${name} failed twice at predicting, so the CPU goes on with the work and nothing is lost. ` +
        'ONNX Runtime has no part for it on this system.',
    ]);
  });
});

describeOnRecordings('the command line on real recordings', () => {
  const mitdb = (record: string) => join(sharedData, 'mitdb', record);

  it('imports with the reference beside it and classifies', async () => {
    const { outcomes } = await verb('import', ...['100', '119', '208', '231'].map(mitdb));
    expect(outcomes).toHaveLength(4);
    const records = (await listed()).filter(({ isSimulated }) => !isSimulated);
    expect(records.map(({ name, beats }) => [name, beats])).toEqual([
      ['100', 2273],
      ['119', 1987],
      ['208', 2955],
      ['231', 1571],
    ]);
    for (const { beats, labelled } of records) expect(labelled).toBe(beats);
  });

  it('imports nothing twice', async () => {
    const { outcomes } = await verb('import', mitdb('100'));
    expect(outcomes).toMatchObject([{ outcome: 'already-here', name: '100' }]);
    expect(await listed()).toHaveLength(5);
  });

  it.each([
    ['truncated', async (stem: string) => truncate(`${stem}.dat`, 1_000_000), 'truncated'],
    [
      'without its samples',
      async (stem: string) => writeFile(`${stem}.hea`, 'broken 1 360 650000\nother.dat 212\n'),
      'missing-file',
    ],
    [
      'of changed samples',
      async (stem: string) => {
        const bytes = await readFile(`${stem}.dat`);
        bytes[5000] ^= 1;
        await writeFile(`${stem}.dat`, bytes);
      },
      'checksum-mismatch',
    ],
    [
      'of an unknown format',
      async (stem: string) => writeFile(`${stem}.hea`, 'broken 1 360 650000\nbroken.dat 999\n'),
      'unsupported-format',
    ],
  ])('refuses a record %s in one sentence and leaves nothing', async (_what, harm, kind) => {
    const stem = join(folder.path, 'broken');
    const header = await readFile(`${mitdb('100')}.hea`, 'latin1');
    await writeFile(`${stem}.hea`, header.replaceAll('100.dat', 'broken.dat').replace(/^100 /, 'broken '));
    await copyFile(`${mitdb('100')}.dat`, `${stem}.dat`);
    await harm(stem);
    const refused = await rhythm(['import', stem, '--json', '--workspace', join(folder.path, 'workspace')]);
    expect(refused.exitCode).not.toBe(0);
    const { error } = last(refused) as { error: { kind: string; file: string; message: string } };
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(/^[^\n]{20,300}$/);
    expect(await listed()).toHaveLength(5);
  });

  it('detects beats and keeps them beside the reference', async () => {
    const { detected } = await verb('detect', '100');
    const [{ found, isSeeded }] = detected as { found: number; isSeeded: boolean }[];
    expect(isSeeded).toBe(false);
    expect(Math.abs(found - 2273)).toBeLessThan(12);
  });

  it('predicts, each beat in one class', async () => {
    const { predicted } = await verb('predict', '208');
    const [{ beats, beatsByClass }] = predicted as Listed[];
    expect(Object.values(beatsByClass).reduce((a, b) => a + b)).toBe(beats);
    expect(beatsByClass.V).toBeGreaterThan(800);
  });

  it('measures the model in use, confusion and figures agreeing', async () => {
    const measured = (await verb('evaluate', '--records', '100,231')) as {
      map: string;
      beats: number;
      accuracy: number;
      confusion: Record<string, number>;
      classes: Record<string, { Se: number | null }>;
    };
    expect(measured.map).toBe('literature');
    const counts = Object.values(measured.confusion);
    expect(counts.reduce((a, b) => a + b)).toBe(measured.beats);
    const right = ['Nn', 'Ss', 'Vv', 'Ff', 'Qq'].reduce((sum, cell) => sum + (measured.confusion[cell] ?? 0), 0);
    expect(measured.accuracy).toBeCloseTo(right / measured.beats, 10);
    expect(measured.classes.F.Se).toBe(null);
  });

  it('measures by protocol at reference and detected beats, with labels, and counts the look', async () => {
    const protocol = ['evaluate', '--protocol', 'ds2-labels', '--records', '231', '--fine-tune', 'none'];
    const first = await verb(...protocol, '--from', join(sharedData, 'mitdb'));
    const { budgets, maps, detected, looks } = first as {
      budgets: { labels: number | 'all'; source: string; queue: boolean; macroF1: number; classes: object }[];
      maps: Record<string, { map: string }>;
      detected: Record<string, { accuracy: number }>;
      looks: { testSet: string; count: number };
    };
    expect(Object.values(maps).map(({ map }) => map)).toEqual(['literature', 'ec57']);
    expect(detected.literature.accuracy).toBeGreaterThan(0.9);
    expect(looks).toMatchObject({ testSet: 'DS2', count: 1 });
    const of = (labels: number) =>
      budgets.find((each) => each.labels === labels && each.source === 'whole-record' && each.queue)!;
    expect(of(50).macroF1).toBeGreaterThanOrEqual(of(0).macroF1);
    expect((await verb(...protocol)).looks).toMatchObject({ count: 2 }); // from the workspace
  });

  it('refuses to measure a training on whom the model learned from, and says who', async () => {
    const refused = await rhythm([
      ...['fine-tune', '--records', '231', '--measure-on', '119', '--json'],
      ...['--workspace', join(folder.path, 'workspace')],
    ]);
    expect(last(refused)).toMatchObject({
      error: { kind: 'guard-failed', message: expect.stringContaining('119 taught the model in use') as string },
    });
  });

  it('fine-tunes, measures on other patients, accepts and goes back', async () => {
    const tuned = (await verb('fine-tune', '--records', '208', '--steps', '20')) as {
      modelHash: string;
      comparison: { before: { beats: number; records: { name: string }[] }; after: { beats: number } };
    };
    expect(tuned.comparison.before.records.map(({ name }) => name)).toEqual(['100', '231']);
    expect(tuned.comparison.after.beats).toBe(tuned.comparison.before.beats);
    const inUse = async () =>
      ((await verb('models', 'list')).models as { hash: string; isInUse: boolean }[]).find((m) => m.isInUse)!.hash;
    const before = await inUse();
    await verb('models', 'accept', tuned.modelHash);
    expect(await inUse()).toBe(tuned.modelHash);
    await verb('models', 'rollback', before);
    expect(await inUse()).toBe(before);
  });

  it('exports annotations that read back equal', async () => {
    const out = join(folder.path, 'exported');
    await verb('export', '208', '--format', 'wfdb', '--out', out);
    const { annotations } = await readAnnotationFile(join(out, '208.rhy'));
    const reference = await readAnnotationFile(`${mitdb('208')}.atr`);
    const beats = reference.annotations.filter(({ symbol }) => 'NLRBAaJSVrFejnE/fQ?'.includes(symbol));
    expect(annotations.map(({ atSample }) => atSample)).toEqual(beats.map(({ atSample }) => atSample));
    const { beatsByClass } = (await listed()).find(({ name }) => name === '208')!;
    for (const [label, count] of Object.entries(beatsByClass))
      expect([label, annotations.filter(({ symbol }) => symbol === label).length]).toEqual([label, count]);
    expect(await readFile(join(out, '208.dat'))).toEqual(await readFile(`${mitdb('208')}.dat`));
  });

  it('never writes over the files it came from', async () => {
    for (const suffix of ['hea', 'dat', 'atr'])
      await copyFile(`${mitdb('119')}.${suffix}`, join(folder.path, `119.${suffix}`));
    const refused = await rhythm([
      ...['export', '119', '--format', 'wfdb', '--out', folder.path, '--json'],
      ...['--workspace', join(folder.path, 'workspace')],
    ]);
    expect(refused.exitCode).not.toBe(0);
    expect(last(refused)).toMatchObject({
      error: { message: expect.stringContaining('choose another folder') as string },
    });
  });
});
