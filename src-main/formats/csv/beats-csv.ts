import { beatClasses } from '../../domain/beat-class.ts';
import type { ExportedBeat } from '../../domain/exported-beat.ts';
import type { RecordHeader } from '../../domain/record.ts';

/*
 * Beats as CSV (RFC 4180, UTF-8, LF): a header line, then one line a beat in order of time. Times are seconds from the
 * first sample; the decimal sign is a point; a field without a value is empty.
 */
const columns = [
  ...['record', 'time_s', 'sample', 'symbol', 'class', 'origin'],
  ...beatClasses.map((beatClass) => `p_${beatClass.toLowerCase()}`),
  ...['artifact', 'for_later'],
];

export function beatsCsv(header: Pick<RecordHeader, 'name' | 'samplingHz'>, beats: Iterable<ExportedBeat>): string {
  const lines = [columns.join(',')];
  for (const beat of beats) {
    const fields = [
      header.name,
      (beat.atSample / header.samplingHz).toFixed(3),
      beat.atSample,
      beat.symbol,
      beat.beatClass ?? '',
      beat.origin,
      ...beatClasses.map((_, c) => beat.probabilities?.[c].toFixed(4) ?? ''),
      Number(beat.isArtifact),
      Number(beat.isForLater),
    ];
    lines.push(fields.map(quoted).join(','));
  }
  return `${lines.join('\n')}\n`;
}

const quoted = (field: string | number): string =>
  /[",\r\n]/.test(String(field)) ? `"${String(field).replaceAll('"', '""')}"` : String(field);
