import type {
  AgreementAnswer,
  EvaluationAnswer,
  Figures,
  RecordFigures,
} from '../../../src-main/contract/evaluation.ts';
import type { ClassMapName } from '../../../src-main/domain/beat-class.ts';
import type { SortDirection } from '../../ui/sort-direction.ts';

/** Rows and columns of the matrix as bxb has them; a beat that neither side has cannot be counted. */
export const matrixRows: readonly string[] = [...'NSVFQOX'];
export const matrixColumns: readonly string[] = [...'nsvfqox'];
export const mapNames: readonly ClassMapName[] = ['ec57', 'literature'];

/** Beats in (row, column); NaN for a cell that cannot be. */
export const matrixOf = (counts: Readonly<Record<string, number>>): number[][] =>
  matrixRows.map((row) => matrixColumns.map((column) => counts[`${row}${column}`] ?? NaN));

export type RecordColumn = 'name' | 'beats' | 'rr' | 'shutdown' | string;

/** What a record is sorted by; undefined figures come last, whichever way. */
export function valueOf(record: RecordFigures, column: RecordColumn): string | number | null {
  if (column === 'name') return record.name;
  if (column === 'beats') return record.beats;
  if (column === 'rr') return record.rmsRrErrorMs;
  if (column === 'shutdown') return record.shutdownS;
  return record.figures[column] ?? null;
}

export function sortedRecords(
  records: readonly RecordFigures[],
  column: RecordColumn,
  direction: SortDirection,
): RecordFigures[] {
  const sign = direction === 'ascending' ? 1 : -1;
  return [...records].sort((a, b) => {
    const [x, y] = [valueOf(a, column), valueOf(b, column)];
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    const order = typeof x === 'string' ? x.localeCompare(String(y), 'en', { numeric: true }) : x - Number(y);
    return sign * order;
  });
}

type Cell = string | number | null | undefined;
/** One text of comma-separated values (RFC 4180); what is undefined stays empty. */
export const csvOf = (rows: readonly (readonly Cell[])[]): string =>
  rows
    .map((row) =>
      row
        .map((cell) => String(cell ?? ''))
        .map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
        .join(','),
    )
    .map((line) => `${line}\r\n`)
    .join('');

/** Every number of the comparison, one a line: which table, class map, record and figure it belongs to. */
export function comparisonCsv(answer: EvaluationAnswer, reference: string, test: string): string {
  const head = ['table', 'reference', 'test', 'map', 'record', 'figure', 'value', 'part', 'whole'];
  const more = ['average', 'median', 'low95', 'high95'];
  const rows: Cell[][] = [];
  for (const map of mapNames) {
    const { counts, figures, runs, records, averageRmsRrErrorMs } = answer.maps[map];
    const row = (table: string, record: string, figure: string, ...cells: Cell[]) =>
      rows.push([table, reference, test, map, record, figure, ...cells]);
    for (const [cell, count] of Object.entries(counts)) row('counts', '', cell, count);
    for (const [table, ofTable] of Object.entries({ beats: figures, VE: runs.VE, SVE: runs.SVE }))
      for (const [name, one] of Object.entries(ofTable))
        row(table, '', name, one.gross, one.part, one.whole, one.average, one.median, ...(one.interval ?? []));
    row('beats', '', 'averageRmsRrErrorMs', averageRmsRrErrorMs);
    for (const record of records) {
      const ofRecord = (table: string, ofTable: Figures | null) => {
        for (const [name, value] of Object.entries(ofTable ?? {})) row(table, record.name, name, value);
      };
      row('beats', record.name, 'beats', record.beats);
      row('beats', record.name, 'rmsRrErrorMs', record.rmsRrErrorMs);
      row('beats', record.name, 'shutdownS', record.shutdownS);
      ofRecord('beats', record.figures);
      ofRecord('VE', record.ventricularRuns);
      ofRecord('SVE', record.supraventricularRuns);
    }
  }
  return csvOf([[...head, ...more], ...rows]);
}

export const agreementCsv = ({ pairs, all }: AgreementAnswer): string =>
  csvOf([
    ['annotators', 'statistic', 'beats', 'records', 'observed', 'kappa', 'low95', 'high95'],
    ...[...pairs, ...(all ? [all] : [])].map(({ annotators, beats, records, observed, kappa, interval }) => [
      annotators.join(' '),
      annotators.length === 2 ? 'Cohen' : 'Fleiss',
      ...[beats, records, observed, kappa, ...(interval ?? [null, null])],
    ]),
  ]);
