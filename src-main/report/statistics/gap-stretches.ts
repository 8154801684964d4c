import type { ReportInput, Stretch } from '../report-input.ts';

/** A gap shorter than this cannot hide a QRS complex. */
export const shortestGapS = 0.1;
const chunkSamples = 65_536;

/**
 * Stretches of at least `shortestGapS` without a valid sample in any lead.
 * @param readSamples  as in `ReportInput`; each sample of each lead is read once.
 */
export function findGaps(
  readSamples: ReportInput['readSamples'],
  record: { readonly leads: { readonly length: number }; readonly samplingHz: number; readonly lengthSamples: number },
): Stretch[] {
  const shortest = Math.ceil(shortestGapS * record.samplingHz);
  const gaps: Stretch[] = [];
  let gapFrom = -1;
  const close = (at: number) => {
    if (gapFrom >= 0 && at - gapFrom >= shortest) gaps.push({ fromSample: gapFrom, toSample: at });
    gapFrom = -1;
  };
  for (let from = 0; from < record.lengthSamples; from += chunkSamples) {
    const to = Math.min(record.lengthSamples, from + chunkSamples);
    const leads = Array.from({ length: record.leads.length }, (_, lead) => readSamples(lead, from, to));
    for (let i = 0; i < to - from; i++) {
      if (leads.some((samples) => !Number.isNaN(samples[i]))) close(from + i);
      else if (gapFrom < 0) gapFrom = from + i;
    }
  }
  close(record.lengthSamples);
  return gaps;
}
