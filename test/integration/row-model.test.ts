import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src-main/domain/random.ts';
import { readRowModel } from '../../src-main/engine/row/model.ts';
import { rowLines, rowValues } from '../../src-main/formats/rows/row.ts';
import type { RowReport } from '../../src-main/host/row-model/row-report.ts';
import { rhythm, temporaryFolder } from '../support/program.ts';
import { projectRoot } from '../support/shared-data.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
/** Two patients train and one tests in the split by patient. */
const records = ['100', '101', '106'];
beforeAll(async () => {
  folder = await temporaryFolder();
  mkdirSync(join(folder.path, 'rows'));
  writePart('train', 300, 1);
  writePart('test', 100, 2);
  const description = { split: 'published', seed: 1, classMap: 'literature', records, counts: {} };
  writeFileSync(join(folder.path, 'rows', 'rows.json'), JSON.stringify(description));
});
afterAll(() => folder.remove());

/** Rows of five classes, each a bump at another place. */
function writePart(part: string, rows: number, seed: number): void {
  const random = seededRandom(seed);
  const classIndex = Uint8Array.from({ length: rows }, (_, row) => row % 5);
  const values = new Float32Array(rows * rowValues);
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < rowValues; i++) {
      const bump = Math.exp(-(((i - 20 - 30 * classIndex[row]) / 8) ** 2));
      values[row * rowValues + i] = Math.min(1, Math.max(0, 0.8 * bump + 0.1 + 0.03 * random.normal()));
    }
  const path = (name: string) => join(folder.path, 'rows', `mitbih_${part}${name}.csv`);
  writeFileSync(path(''), rowLines({ values, classIndex }, classIndex.keys()).join(''));
  const beats = Array.from(classIndex, (_, row) => `${records[row % 3]},${row},N`);
  writeFileSync(path('_beats'), `record,sample,symbol\n${beats.join('\n')}\n`);
}

const train = (out: string, ...args: string[]) =>
  rhythm([
    ...['train', '--rows', join(folder.path, 'rows'), '--out', join(folder.path, out), '--json', '--device', 'cpu'],
    ...['--workspace', join(folder.path, 'workspace'), ...args],
  ]);

describe('`rhythm models import`', () => {
  const fixtures = join(projectRoot, 'test', 'unit', 'engine', 'weights', 'keras');
  const workspace = () => ['--json', '--workspace', join(folder.path, 'imported')];

  it('lists a Keras model for rows, measures and exports it', async () => {
    const { lines } = await rhythm(['models', 'import', join(fixtures, 'row.keras'), ...workspace()]);
    const { hash } = lines.at(-1) as unknown as { hash: string };
    const measured = await rhythm(['evaluate', '--rows', join(folder.path, 'rows'), '--model', hash, ...workspace()]);
    expect(measured.lines.at(-1)).toMatchObject({ done: true, model: hash, beats: 100 });

    const out = join(folder.path, 'exported-keras');
    const exported = await rhythm(['models', 'export', hash, '--out', out, ...workspace()]);
    const { files } = exported.lines.at(-1) as unknown as { files: string[] };
    const graph = await InferenceSession.create(files.find((name) => name.endsWith('.onnx'))!);
    const { rows, probabilities } = JSON.parse(readFileSync(join(fixtures, 'expected.json'), 'utf8')) as {
      rows: number[][];
      probabilities: number[][];
    };
    const answers = await graph.run({ signal: new Tensor('float32', Float32Array.from(rows[0]), [1, rowValues]) });
    const given = answers.probabilities.data as Float32Array;
    expect(Math.max(...probabilities[0].map((p, c) => Math.abs(p - given[c])))).toBeLessThan(1e-5);
  }, 120_000);

  it('refuses what is no Keras model', async () => {
    const { exitCode, lines } = await rhythm(['models', 'import', join(fixtures, 'none.keras'), ...workspace()]);
    expect(exitCode).toBe(1);
    expect((lines.at(-1) as { error?: { message: string } }).error?.message).toContain('there is no such file');
  });
});

describe('`rhythm train --rows`', () => {
  it('averages networks, scores them beside the split by patient, and writes card, curves and weights', async () => {
    const hyper = ['--epochs', '12', '--set', 'batch=20', 'warmUpSteps=10', 'averageDecay=0.9'];
    const settings = ['--validation', '0.2', '--networks', '2', ...hyper];
    const { exitCode, lines } = await train('plain', ...settings);
    expect([exitCode, lines.at(-1)]).toMatchObject([0, { done: true, map: 'literature', beats: 100 }]);
    const { hash, report } = lines.at(-1) as unknown as { hash: string; report: RowReport };
    expect(report.members.map(({ seed }) => seed)).toEqual([1, 2]);
    expect([report.test!.accuracy! > 0.9, report.byPatient!.beats]).toEqual([true, 134]);

    const file = (ending: string) => readFileSync(join(folder.path, 'plain', `row-plain${ending}`), 'utf8');
    const model = readRowModel(readFileSync(join(folder.path, 'plain', 'row-plain.safetensors')), 'row-plain');
    expect(model.architecture).toMatchObject({ kind: 'rhythm-attention', networks: 2 });
    expect(JSON.parse(file('.json'))).toMatchObject({ hash, family: 'row', evaluation: report });
    expect(file('.md')).toContain('with the same rows split by patient');
    expect(file('-curves.svg')).toContain('macro-F1, network 2');

    const again = await train('plain', ...settings, '--resume');
    expect((again.lines.at(-1) as { hash?: string }).hash).toBe(hash);
    const listed = await rhythm(['models', 'list', '--json', '--workspace', join(folder.path, 'workspace')]);
    const { models } = listed.lines.at(-1) as unknown as { models: { hash: string; family: string }[] };
    expect(models.find((one) => one.hash === hash)?.family).toBe('row');

    const common = ['--json', '--workspace', join(folder.path, 'workspace')];
    const measured = await rhythm(['evaluate', '--rows', join(folder.path, 'rows'), '--model', hash, ...common]);
    expect(measured.lines.at(-1)).toMatchObject({ accuracy: report.test!.accuracy, counts: report.test!.counts });
    const exported = await rhythm(['models', 'export', hash, '--out', join(folder.path, 'exported'), ...common]);
    const { files } = exported.lines.at(-1) as unknown as { files: string[] };
    const graph = await InferenceSession.create(files.find((name) => name.endsWith('.onnx'))!);
    expect([graph.inputNames, graph.outputNames]).toEqual([['signal'], ['probabilities']]);
  }, 300_000);

  it('leaves the test rows unread while a configuration is chosen', async () => {
    const { exitCode, lines } = await train('chosen', '--epochs', '1', '--set', 'batch=20', '--no-test');
    const { report } = lines.at(-1) as unknown as { report: RowReport };
    expect([exitCode, report.test, report.byPatient, report.members[0].test]).toEqual([0, null, null, null]);
    expect(report.members[0].validation).not.toBeNull();
    expect(readFileSync(join(folder.path, 'chosen', 'row-plain.md'), 'utf8')).toContain('left unread');
  }, 120_000);

  it.each([
    [['--networks', '0'], '--networks is at least 1.'],
    [['--validation', '1'], '--validation is a share'],
    [['--recipe', 'secret'], 'Recipe secret is not known: published, plain.'],
  ])('refuses %j', async (args, message) => {
    const { exitCode, lines } = await train('refused', ...args);
    const { error } = lines.at(-1) as unknown as { error: { message: string } };
    expect([exitCode, error.message]).toEqual([1, expect.stringContaining(message)]);
  });
});
