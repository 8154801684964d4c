import { extremesOf } from './spline-wavelet.ts';
import type { LeadSlopes } from './lead-slopes.ts';

/** Least slope of the other side, as a share of the steeper one. */
const leastPartner = 0.2;
/** P and T waves lie here: 4 to 14 Hz. */
export const humpScale = 3;

/** What may be a P or T wave: two neighbouring slopes of opposite sign, its peak the zero crossing between them. */
export interface Hump {
  readonly first: number;
  readonly peak: number;
  readonly last: number;
  readonly weak: number;
  readonly strong: number;
}

export const weightOf = ({ weak, strong }: Hump): number => weak + strong / 2;

export function humpsOf({ slopes }: LeadSlopes, from: number, to: number): Hump[] {
  const slope = slopes[humpScale];
  const extremes = extremesOf(slope, from, to, 0);
  const humps: Hump[] = [];
  for (let i = 0; i + 1 < extremes.length; i++) {
    const [first, last] = [extremes[i], extremes[i + 1]];
    if (Math.sign(slope[first]) === Math.sign(slope[last])) continue;
    const weak = Math.min(Math.abs(slope[first]), Math.abs(slope[last]));
    const strong = Math.max(Math.abs(slope[first]), Math.abs(slope[last]));
    if (weak < leastPartner * strong) continue;
    let peak = first;
    while (peak < last && Math.sign(slope[peak]) === Math.sign(slope[first])) peak++;
    humps.push({ first, peak, last, weak, strong });
  }
  return humps;
}

/**
 * Adds up how much the humps of all leads speak for a wave at each sample of a stretch, by a bell of width `sigma`
 * around each hump's peak.
 * @param humps    of each lead.
 * @param shift    samples by which the humps' beat lies later than the stretch's.
 */
export function addVotes(
  votes: Float32Array,
  fromSample: number,
  humps: readonly (readonly Hump[])[],
  leads: readonly LeadSlopes[],
  sigma: number,
  shift: number,
  factor: number,
): void {
  const reach = Math.ceil(2.5 * sigma);
  const bell = Float64Array.from({ length: reach + 1 }, (_, away) => Math.exp(-(away ** 2) / (2 * sigma * sigma)));
  humps.forEach((ofLead, lead) => {
    for (const hump of ofLead) {
      const centre = hump.peak - shift - fromSample;
      const weight = (factor * weightOf(hump)) / leads[lead].usual / leads.length;
      for (let i = Math.max(0, centre - reach); i <= Math.min(votes.length - 1, centre + reach); i++)
        votes[i] += weight * bell[Math.abs(i - centre)];
    }
  });
}

/** A lead's own hump for a wave that all leads together place `at`; none farther off than `most`. */
export function humpNear(humps: readonly Hump[], at: number, sigma: number, most: number): Hump | undefined {
  let [best, bestWeight]: [Hump | undefined, number] = [undefined, 0];
  for (const hump of humps) {
    const away = hump.peak - at;
    const weight = weightOf(hump) * Math.exp(-(away ** 2) / (2 * sigma * sigma));
    if (Math.abs(away) < most && weight > bestWeight) [best, bestWeight] = [hump, weight];
  }
  return best;
}
