import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectRoot } from '../support/shared-data.ts';
import layers from './layers.mjs';

/** A breach for each rule: file, what it imports. */
const breaches: readonly (readonly [rule: string, file: string, imports: string])[] = [
  ...layers.forbidden
    .map(({ name }) => name)
    .filter((name) => / imports only /.test(name))
    .map((name) => {
      const folder = name.split(' ')[0];
      return [name, `src-main/${folder}/planted.ts`, '../host/program/program.ts'] as const;
    }),
  ['every folder is listed', 'src-main/helpers/planted.ts', '../domain/time.ts'],
  ['domain is pure', 'src-main/domain/planted-clock.ts', 'node:fs'],
  ['renderer sees contract and domain', 'src-renderer/state/planted.ts', '../../src-main/store/database.ts'],
  ['screens are apart', 'src-renderer/screens/review/planted.ts', '../library/other.ts'],
  ['one door to uPlot', 'src-renderer/screens/review/plot.ts', 'uplot'],
  ['one door to SQLite', 'src-main/review/planted-sql.ts', 'better-sqlite3'],
  ['one door to Electron', 'src-main/host/program/planted.ts', 'electron'],
  ['no cycles', 'src-main/domain/time.ts', './planted-cycle.ts'],
];
const others: readonly (readonly [file: string, text: string])[] = [
  ['src-main/host/program/program.ts', 'export const program = 1;'],
  ['src-main/store/database.ts', 'export const database = 1;'],
  ['src-renderer/screens/library/other.ts', 'export const other = 1;'],
  ['src-main/domain/planted-cycle.ts', "import './time.ts'; export const cycle = 1;"],
];

let planted: string;
let found: Set<string>;

beforeAll(async () => {
  planted = mkdtempSync(join(tmpdir(), 'rhythm-layers-'));
  symlinkSync(join(projectRoot, 'node_modules'), join(planted, 'node_modules'));
  const write = (file: string, text: string) => {
    mkdirSync(join(planted, dirname(file)), { recursive: true });
    writeFileSync(join(planted, file), `${text}\n`);
  };
  for (const [, file, imports] of breaches) write(file, `import '${imports}';\nexport const planted = 1;`);
  for (const [file, text] of others) write(file, text);
  const { options, forbidden } = layers;
  const cruised = await cruise(['src-main', 'src-renderer'], {
    ...options,
    tsConfig: undefined,
    baseDir: planted,
    validate: true,
    // The shape of our own rules is wider than the library's type says.
    ruleSet: { forbidden } as never,
  });
  const { summary } = cruised.output as unknown as { summary: { violations: { rule: { name: string } }[] } };
  found = new Set(summary.violations.map(({ rule }) => rule.name));
}, 60_000);

afterAll(() => rmSync(planted, { recursive: true, force: true }));

it.each(breaches.map(([rule]) => rule))('a planted breach of "%s" is found', (rule) => {
  expect([...found]).toContain(rule);
});
