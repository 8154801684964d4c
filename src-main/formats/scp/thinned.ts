import type { SampleSpan } from './sections.ts';

/*
 * Bimodal compression (EN 1064, 5.7, 5.9 and annex C): around each QRS complex lies a protected area, whose samples are
 * all stored. Outside of these areas one value is stored for every group of `factor` samples; what fills no group is
 * stored sample by sample. Back come the samples on straight lines between the values, each of which stands at its
 * group's middle; then each is the mean of itself and its two neighbors, but not across the ends of a stretch that the
 * reference beat was taken out of, where the residual leaps.
 */
export interface Stretch {
  readonly length: number;
  readonly isThinned: boolean;
}

/**
 * A lead from its first to its last sample, in stretches within protected areas and outside of them.
 * @param areas  the protected areas by their first samples, rising; they may overlap.
 */
export function stretchesOf({ firstSample, lastSample }: SampleSpan, areas: readonly SampleSpan[]): Stretch[] {
  const stretches: Stretch[] = [];
  let at = firstSample;
  for (const area of areas) {
    const from = Math.max(at, area.firstSample);
    const until = Math.min(lastSample, area.lastSample) + 1;
    if (until <= from) continue;
    if (from > at) stretches.push({ length: from - at, isThinned: true });
    stretches.push({ length: until - from, isThinned: false });
    at = until;
  }
  if (at <= lastSample) stretches.push({ length: lastSample + 1 - at, isThinned: true });
  return stretches;
}

const groupsIn = ({ length, isThinned }: Stretch, factor: number): number =>
  isThinned ? Math.floor(length / factor) : 0;

/** How many values a lead is stored in. */
export const storedIn = (stretches: readonly Stretch[], factor: number): number =>
  stretches.reduce((sum, stretch) => sum + stretch.length - (factor - 1) * groupsIn(stretch, factor), 0);

/** The samples whose neighbor before is on the other side of an end of these spans. */
export const leapsAt = (spans: readonly SampleSpan[]): ReadonlySet<number> =>
  new Set(spans.flatMap(({ firstSample, lastSample }) => [firstSample, lastSample + 1]));

/**
 * The samples that a lead's stored values stand for.
 * @param leaps  of the stretches that the reference beat was taken out of.
 */
export function thickened(
  stored: Int32Array,
  stretches: readonly Stretch[],
  factor: number,
  { firstSample, lastSample }: SampleSpan,
  leaps: ReadonlySet<number>,
): Int32Array {
  const lines = new Int32Array(lastSample + 1 - firstSample);
  const middle = factor >> 1;
  let [at, value] = [0, 0];
  for (const stretch of stretches) {
    const groups = groupsIn(stretch, factor);
    for (let i = 0; i < groups * factor; i++) {
      const place = Math.max(0, i - middle);
      const group = Math.floor(place / factor);
      const [before, after] = [stored[value + group], stored[value + Math.min(group + 1, groups - 1)]];
      lines[at + i] = before + Math.round(((place % factor) * (after - before)) / factor);
    }
    at += groups * factor;
    value += groups;
    for (let left = stretch.length - groups * factor; left > 0; left--) lines[at++] = stored[value++];
  }
  const samples = lines.slice();
  at = 0;
  for (const stretch of stretches) {
    const until = Math.min(lines.length - 1, at + groupsIn(stretch, factor) * factor);
    for (let i = Math.max(1, at); i < until; i++)
      if (!leaps.has(firstSample + i) && !leaps.has(firstSample + i + 1))
        samples[i] = Math.round((lines[i - 1] + lines[i] + lines[i + 1]) / 3);
    at += stretch.length;
  }
  return samples;
}
