import { beatFlags } from '../../domain/beat.ts';
import { unionOfSpans, unreadableSpans } from '../../domain/signal-episode.ts';
import { ecgIndices, type ReportInput } from '../report-input.ts';

/**
 * What is left to tell of where a reader confirmed noise, lead off or saturation in every lead: its beats are artifacts,
 * and it is a gap. Episodes of some leads alone change nothing: the beats are seen in the others.
 */
export function withoutUnreadable(input: ReportInput): ReportInput {
  const { record, beats } = input;
  const unreadable = unreadableSpans(record.episodes ?? [], ecgIndices(record));
  if (unreadable.length === 0) return input;
  const flags = beats.flags.slice();
  let span = 0;
  beats.atSample.forEach((at, i) => {
    while (span < unreadable.length && unreadable[span].toSample <= at) span++;
    if (span < unreadable.length && unreadable[span].fromSample <= at) flags[i] |= beatFlags.artifact;
  });
  return {
    ...input,
    record: { ...record, gaps: unionOfSpans(record.gaps, unreadable) },
    beats: { ...beats, flags },
  };
}
