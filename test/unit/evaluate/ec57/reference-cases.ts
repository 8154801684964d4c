import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Annotation } from '../../../../src-main/domain/annotation.ts';
import { secondsOfClock } from '../../../../src-main/domain/time.ts';
import type { ComparisonOptions } from '../../../../src-main/evaluate/ec57/comparison-options.ts';
import { parseAnnotations } from '../../../../src-main/formats/wfdb/annotation-file.ts';
import { sharedData } from '../../../support/shared-data.ts';

/** Where the answers of the reference programs (bxb, rxr, sumstats of WFDB 10.7.0) lie. */
const folder = join(sharedData, 'ec57');

/** One command's answer; `rxr.v` is a list of lines. */
interface Answer {
  readonly cmd: string;
  readonly stdout?: string;
  readonly file1?: string | null;
  readonly file2?: string | null;
}

type Matrix = number[][];
type RunMatrices = Record<'sensitivity' | 'predictivity', Matrix>;

/** A comparison with the answers of the reference programs. */
export interface ReferenceCase {
  readonly id: string;
  readonly record: string;
  readonly reference: 'atr' | 'ref';
  readonly fs: number;
  /** 0 where the header gives no length. */
  readonly samples: number;
  readonly counts: Record<string, number>;
  readonly counts_f0: Record<string, number>;
  /** Empty where rxr printed nothing. */
  readonly runs: Partial<Record<'VE' | 'SVE', RunMatrices>>;
  readonly out: Readonly<Record<string, Answer>> & { readonly 'rxr.v': readonly string[] };
}

export interface SmallSet {
  readonly set: string;
  readonly table: TableName;
  readonly cases: readonly string[];
  readonly appended: string;
}
export const tableNames = ['bxb-L1', 'bxb-L2', 'bxb-l1', 'bxb-l2', 'rxr-L1', 'rxr-L2'] as const;
export type TableName = (typeof tableNames)[number];

const text = (...path: string[]): string => readFileSync(join(folder, ...path), 'utf8');
const annotationsOf = (path: string): readonly Annotation[] => parseAnnotations(readFileSync(path), path).annotations;

export const referenceCases = (): ReferenceCase[] => JSON.parse(text('cases.json')) as ReferenceCase[];
export const smallSets = (): SmallSet[] => JSON.parse(text('aggregate', 'small-sets.json')) as SmallSet[];
export const expectedMismatches = (id: string): string => text('cases', id, 'mismatches.txt');
export const expectedSummary = (table: TableName): string => text('aggregate', `sum-${table}.txt`);

/** Both sides of a case, and the options of its plain command. */
export function sidesOf(one: ReferenceCase): [readonly Annotation[], readonly Annotation[], ComparisonOptions] {
  const own = (annotator: string) => join(folder, 'cases', one.id, `${one.record}.${annotator}`);
  return [
    annotationsOf(one.reference === 'atr' ? join(sharedData, 'mitdb', `${one.record}.atr`) : own('ref')),
    annotationsOf(own('tst')),
    {
      record: one.record,
      samplingHz: one.fs,
      lengthSamples: one.samples,
      referenceAnnotator: one.reference,
      testAnnotator: 'tst',
    },
  ];
}

/** The times and the window that a command line sets. */
export function optionsOfCommand(command: string): Pick<ComparisonOptions, 'fromS' | 'toS' | 'windowS'> {
  const valueOf = (option: string) => {
    const match = new RegExp(` -${option} ([\\d:.]+)`).exec(command);
    return match ? secondsOfClock(match[1]) : undefined;
  };
  return { fromS: valueOf('f'), toS: valueOf('t'), windowS: valueOf('w') };
}

/** The 44 records without paced beats and their tests. */
export function aggregateSides(): [string, readonly Annotation[], readonly Annotation[]][] {
  const { records } = JSON.parse(text('aggregate', 'aggregate.json')) as { records: string[] };
  return records.map((record) => [
    record,
    annotationsOf(join(sharedData, 'mitdb', `${record}.atr`)),
    annotationsOf(join(folder, 'aggregate', `${record}.tst`)),
  ]);
}
