import { plainComparison } from './beats/beat-comparison.ts';
import { plainLines, plainShutdownLines, svebLines, svebShutdownLines } from './beats/beat-lines.ts';
import { beatMismatches, beatReport, condensedBeatReport } from './beats/beat-report.ts';
import { aggregateJson, comparisonJson } from './comparison-json.ts';
import { comparisonTable } from './comparison-table.ts';
import { lineTableText, summaryText, type LineTable } from './line-table.ts';
import { aggregate, type RecordComparison } from './record-comparison.ts';
import { condensedRunReport, runLines, runReport } from './runs/run-report.ts';

export const comparisonFormats = [
  ...(['table', 'report', 'condensed', 'lines', 'runs', 'run-condensed', 'run-lines', 'mismatches', 'json'] as const),
];
export type ComparisonFormat = (typeof comparisonFormats)[number];

export interface FormatOptions {
  /** False counts class S as N, as the programs' plain formats (`-s`, `-c`, `-l`) do. */
  readonly withSveb?: boolean;
  /** What the aggregate of `table` and `json` does with records of paced beats; EC57 leaves them out. */
  readonly paced?: 'leave-out' | 'include';
  /** Whether the aggregate is added, as sumstats does to line formats; by default for several records. */
  readonly withSummary?: boolean;
}

/**
 * Comparisons as text. `table`: to read. `report`, `condensed`, `lines`: what `bxb -S`, `-C`, `-L` print;
 * `runs`, `run-condensed`, `run-lines`: what `rxr -S`, `-C`, `-L` print, nothing of a record that rxr refuses;
 * `mismatches`: what `bxb -v` lists; `json`: for programs, an object of one record, `{ records, aggregate }` with the aggregate.
 * The two files of a line format are parted by a line `--`, and hold all records given, paced ones too.
 * @param comparisons  in the order of the text, at least one.
 * @throws {RangeError} without records.
 */
export function formatComparisons(
  comparisons: readonly RecordComparison[],
  format: ComparisonFormat,
  { withSveb = true, paced = 'leave-out', withSummary = comparisons.length > 1 }: FormatOptions = {},
): string {
  if (comparisons.length === 0) throw new RangeError('0 records to print, expected at least 1');
  const beats = comparisons.map((comparison) => comparison.beats);
  const runs = comparisons.map((comparison) => comparison.runs);
  const shown = withSveb ? comparisons : comparisons.map(plainRecord);
  const summary = () => (withSummary ? aggregate(shown, paced) : undefined);
  const tableText = <Item>(table: LineTable<Item>, items: readonly Item[]) =>
    lineTableText(table, items) + (withSummary ? summaryText(table, items) : '');
  switch (format) {
    case 'table':
      return comparisonTable(shown, summary(), withSveb);
    case 'report':
      return beats.map((comparison) => beatReport(comparison, withSveb)).join('');
    case 'condensed':
      return beats.map((comparison) => condensedBeatReport(comparison, withSveb)).join('');
    case 'lines':
      return (withSveb ? [svebLines, svebShutdownLines] : [plainLines, plainShutdownLines])
        .map((table) => tableText(table, beats))
        .join('--\n');
    case 'runs':
      return runs.map((comparison) => runReport(comparison, withSveb)).join('');
    case 'run-condensed':
      return runs.map((comparison) => condensedRunReport(comparison, withSveb)).join('');
    case 'run-lines':
      return (withSveb ? (['VE', 'SVE'] as const) : (['VE'] as const))
        .map((kind) => ({
          kind,
          items: runs.flatMap(({ record, [kind]: found }) => (found ? { record, runs: found } : [])),
        }))
        .filter(({ items }) => items.length > 0)
        .map(({ kind, items }) => tableText(runLines[kind], items))
        .join('--\n');
    case 'mismatches':
      return beats.map((comparison) => beatMismatches(comparison, withSveb)).join('');
    case 'json': {
      const records = shown.map((comparison) => comparisonJson(comparison, withSveb));
      const figures = summary();
      const json = figures ? { records, aggregate: aggregateJson(figures, withSveb) } : records[0];
      return `${JSON.stringify(json, null, 2)}\n`;
    }
  }
}

const plainRecord = ({ beats, runs }: RecordComparison): RecordComparison => ({ beats: plainComparison(beats), runs });
