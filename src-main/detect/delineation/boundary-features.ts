import { humpScale, type Hump } from './humps.ts';
import { workingHz, type LeadSlopes } from './lead-slopes.ts';
import { edgeBeforeQuiet, edgeOfSlope, largestIn } from './outward.ts';
import type { PlacedBeat } from './place-waves.ts';

export const boundaryKinds = ['P onset', 'P offset', 'QRS onset', 'QRS offset', 'T onset', 'T offset'] as const;
export type BoundaryKind = (typeof boundaryKinds)[number];

/** What tells where a boundary lies: thresholds crossed at several scales, in samples from `anchor`. */
export interface BoundaryFeatures {
  readonly anchor: number;
  readonly values: readonly number[];
}

const ms = (duration: number) => Math.round((duration * workingHz) / 1000);
const calmQrs = ms(28);
const qrsShares = [0.03, 0.06, 0.12, 0.25, 0.5];
const slopeShares = [0.8, 0.6, 0.4, 0.25, 0.15, 0.08];
const pSpan = { scales: [2, 3], reach: ms(136), near: ms(64), calm: ms(32), shares: [0.15, 0.3, 0.5, 0.75] };
const tSpan = { scales: [3, 4], reach: ms(240), near: ms(120), calm: ms(48), shares: [0.08, 0.15, 0.3, 0.5, 0.75] };

/** Features of a boundary of one beat in one lead; undefined where the lead shows no such wave. */
export function boundaryFeatures(
  kind: BoundaryKind,
  leads: readonly LeadSlopes[],
  lead: number,
  beat: PlacedBeat,
): BoundaryFeatures | undefined {
  const direction = kind.endsWith('onset') ? -1 : 1;
  if (kind === 'QRS onset' || kind === 'QRS offset') return qrsFeatures(leads[lead], beat, direction);
  const isP = kind === 'P onset' || kind === 'P offset';
  const wave = isP ? beat.p : beat.t;
  const hump = wave?.humps[lead];
  if (!wave || !hump) return undefined;
  const { slopes, usual } = leads[lead];
  const length = slopes[0].length;
  const values: number[] = [];
  const limit = slopeLimit(isP, hump, beat, direction, length);
  for (const scale of isP ? [3, 2] : [3, 4]) values.push(...slopeEdges(slopes, scale, hump, direction, limit));
  const { first, peak, last, weak, strong } = hump;
  values.push(first - peak, last - peak, weak / strong, Math.log(strong / usual));
  values.push(wave.at - peak, (isP ? beat.first : beat.last) - peak);
  const { scales, reach, near, calm, shares } = isP ? pSpan : tSpan;
  const from = Math.max(1, wave.at - reach, isP ? 1 : beat.last);
  const to = Math.min(length - 2, wave.at + reach, isP ? beat.first - 2 : length);
  const end = direction < 0 ? from : to;
  for (const scale of scales) {
    const slope = slopes[scale];
    const top = largestIn(slope, Math.max(from, wave.at - near), Math.min(to, wave.at + near + 1));
    for (const share of shares)
      values.push(edgeBeforeQuiet(slope, top, direction, share * Math.abs(slope[top]), calm, end) - peak);
  }
  return { anchor: peak, values };
}

function slopeLimit(isP: boolean, hump: Hump, beat: PlacedBeat, direction: 1 | -1, length: number): number {
  if (isP) return direction < 0 ? Math.max(1, hump.first - ms(120)) : Math.min(length - 2, beat.first);
  return direction < 0 ? beat.last : Math.min(length - 2, hump.last + ms(240));
}

/** Where a hump's outer slope falls below shares of its steepest place at one scale, and that place. */
function slopeEdges(
  slopes: readonly Float32Array[],
  scale: number,
  hump: Hump,
  direction: 1 | -1,
  limit: number,
): number[] {
  const extreme = direction < 0 ? hump.first : hump.last;
  const sign = Math.sign(slopes[humpScale][extreme]);
  const slope = slopes[scale];
  let top = extreme;
  for (let i = extreme - 6; i <= extreme + 6; i++) if (sign * (slope[i] ?? 0) > sign * slope[top]) top = i;
  const most = Math.max(1e-9, sign * slope[top]);
  const edges = slopeShares.map((share) => edgeOfSlope(slope, top, direction, sign, share * most, limit) - hump.peak);
  return [top - hump.peak, ...edges];
}

function qrsFeatures(
  { slopes, usual }: LeadSlopes,
  { first, last, edges }: PlacedBeat,
  direction: 1 | -1,
): BoundaryFeatures {
  const length = slopes[0].length;
  const anchor = direction < 0 ? first : last;
  const values: number[] = [];
  const limit = direction < 0 ? Math.max(0, first - ms(48)) : Math.min(length - 2, last + ms(64));
  for (const scale of [0, 1, 2]) {
    const slope = slopes[scale];
    const top = largestIn(slope, first - 2, last + 3);
    const most = Math.abs(slope[top]);
    for (const share of qrsShares)
      values.push(edgeBeforeQuiet(slope, top, direction, share * most, calmQrs, limit) - anchor);
    if (scale === 1) values.push(top - anchor, Math.max(-1, Math.log(most / usual + 1e-4)));
  }
  values.push(last - first);
  for (const edge of direction < 0 ? edges.onset : edges.offset) values.push(edge - anchor);
  return { anchor, values };
}
