import { addVotes, humpNear, humpScale, humpsOf, type Hump } from './humps.ts';
import { medianOf, workingHz, type LeadSlopes } from './lead-slopes.ts';
import { edgeBeforeQuiet, largestIn } from './outward.ts';

const ms = (duration: number) => Math.round((duration * workingHz) / 1000);
/** How far before and after the R peak a complex reaches: a wide one is marked at either end. */
const qrsBefore = ms(120);
const qrsAfter = ms(160);
const qrsPeakNear = ms(60);
const qrsShare = 0.08; // of the steepest slope of all leads together
const qrsNoise = 3; // times the middle slope within 0.6 s, where the complex is lower than noise
const edgeShares = [0.02, 0.04, 0.08, 0.16, 0.32];
/** Calm that ends a complex. */
const calm = ms(28);
const tAfterQrs = ms(50);
const tAfterPeak = ms(500);
const tRrShare = 0.62; // of the RR interval: where the next P wave may begin
/** The last slope of a T wave may lie so far behind, up to the next complex. */
const tSlope = ms(40);
const tToQrs = ms(10);
const pBeforeQrs = ms(280);
const pRrShare = 0.3;
const pToQrs = ms(10);
const pSigma = ms(20);
const tSigma = ms(30);
/** Beats to either side whose waves speak for the beat's own; what they count. */
export const neighbourBeats = 4;
const pNeighbours = 0.5;
const tNeighbours = 0.3;

/** Where the waves of one beat lie in all leads together, in samples at `workingHz`. */
export interface PlacedBeat {
  readonly at: number;
  /** First and last slope of the QRS complex. */
  readonly first: number;
  readonly last: number;
  /** Where all leads' slopes fall below shares of their steepest, at the three finest scales. */
  readonly edges: { readonly onset: readonly number[]; readonly offset: readonly number[] };
  readonly p: PlacedWave | undefined;
  readonly t: PlacedWave | undefined;
  /** What tells a P wave from none; see `presenceNames`. */
  readonly presence: readonly number[];
}
export interface PlacedWave {
  readonly at: number;
  /** Each lead's own hump there, undefined where it has none. */
  readonly humps: readonly (Hump | undefined)[];
}

export const presenceNames = [
  'votes',
  'votes of neighbours',
  'votes over mean of stretch',
  'votes of neighbours over mean of stretch',
  'votes of neighbours over their most',
  'likeness to neighbours',
  'likeness of neighbours to theirs',
  'length of stretch',
  'distance to QRS',
  'number of leads',
] as const;

interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Of each lead. */
  readonly humps: readonly (readonly Hump[])[];
}

/**
 * Where P, QRS and T of each beat lie, by all leads together: each lead's pairs of slopes vote, those of the beats
 * around a little too, which finds waves that are flat in some leads or lost in noise in one beat.
 * @param beats  R peaks at `workingHz`, rising.
 */
export function placeWaves(leads: readonly LeadSlopes[], beats: readonly number[]): PlacedBeat[] {
  const qrs = beats.map((at) => qrsExtent(leads, at));
  const tStretches = qrs.map(({ at, last }, i) => {
    const rr = (beats[i + 1] ?? at + (i > 0 ? at - beats[i - 1] : workingHz)) - at;
    const latest = at + Math.min(tAfterPeak, Math.round(tRrShare * rr));
    const end = Math.min(latest + tSlope, (qrs[i + 1]?.first ?? at + rr) - tToQrs);
    return stretchOf(leads, last + tAfterQrs, latest, end);
  });
  const shiftOfR = (to: number, from: number) => qrs[to].at - qrs[from].at;
  const tWaves = qrs.map((_, i): PlacedWave | undefined => {
    const { own, around } = votesAround(leads, tStretches, i, tSigma, shiftOfR);
    return placed(tStretches[i], own, around, tNeighbours, tSigma);
  });
  const pStretches = qrs.map(({ at, first }, i) => {
    const before = tWaves[i - 1]?.humps.filter((hump) => hump !== undefined).map(({ last }) => last) ?? [];
    const previous = beats[i - 1] ?? at - workingHz;
    const from = Math.max(
      before.length > 0 ? Math.round(medianOf(before)) + 4 : (qrs[i - 1]?.last ?? 0),
      Math.round(previous + pRrShare * (at - previous)),
      first - pBeforeQrs,
    );
    return stretchOf(leads, from, first - pToQrs);
  });
  const shiftOfOnset = (to: number, from: number) => qrs[to].first - qrs[from].first;
  const pVotes = qrs.map((_, i) => votesAround(leads, pStretches, i, pSigma, shiftOfOnset));
  const pWaves = pVotes.map(({ own, around }, i) => placed(pStretches[i], own, around, pNeighbours, pSigma));
  const likeness = pWaves.map((p, i) => (p ? likenessToNeighbours(leads, qrs, i, p.at) : 0));
  return qrs.map((extent, i) => {
    const p = pWaves[i];
    const presence = p ? presenceOf(pStretches[i], pVotes[i], extent.first, p.at, likeness, i, leads.length) : [];
    return { ...extent, edges: qrsEdges(leads, extent), p, t: tWaves[i], presence };
  });
}

function qrsExtent(leads: readonly LeadSlopes[], at: number): { at: number; first: number; last: number } {
  const wide = 150;
  const from = Math.max(0, at - wide);
  const energy = energyOf(leads, 1, from, Math.min(leads[0].slopes[1].length, at + wide));
  const middle = energy.slice().sort()[energy.length >> 1] ?? 0;
  const peak = largestIn(energy, at - from - qrsPeakNear, at - from + qrsPeakNear + 1);
  const least = Math.max(qrsShare * energy[peak], qrsNoise * middle);
  const [start, end] = [Math.max(0, at - from - qrsBefore), Math.min(energy.length - 1, at - from + qrsAfter)];
  const first = Math.round(edgeBeforeQuiet(energy, peak, -1, least, calm, start));
  const last = Math.round(edgeBeforeQuiet(energy, peak, 1, least, calm, end));
  return { at, first: from + first, last: from + last };
}

function qrsEdges(leads: readonly LeadSlopes[], { first, last }: { first: number; last: number }): PlacedBeat['edges'] {
  const from = Math.max(0, first - ms(160));
  const to = Math.min(leads[0].slopes[0].length, last + ms(180));
  const [start, end] = [Math.max(0, first - ms(80) - from), Math.min(to - from - 2, last + ms(96) - from)];
  const [onset, offset]: [number[], number[]] = [[], []];
  for (const scale of [0, 1, 2]) {
    const energy = energyOf(leads, scale, from, to);
    const top = largestIn(energy, first - from, last - from + 1);
    for (const share of edgeShares) {
      onset.push(edgeBeforeQuiet(energy, top, -1, share * energy[top], calm, start) + from);
      offset.push(edgeBeforeQuiet(energy, top, 1, share * energy[top], calm, end) + from);
    }
  }
  return { onset, offset };
}

/** Root mean square of all leads' slopes at one scale, in [from, to). */
function energyOf(leads: readonly LeadSlopes[], scale: number, from: number, to: number): Float32Array {
  const energy = new Float32Array(to - from);
  for (const { slopes } of leads) {
    const slope = slopes[scale];
    for (let i = 0; i < energy.length; i++) energy[i] += slope[from + i] ** 2;
  }
  return energy.map((sum) => Math.sqrt(sum / leads.length));
}

/** @param slopesTo  where the last slope of a wave may lie whose peak lies before `to`. */
function stretchOf(leads: readonly LeadSlopes[], from: number, to: number, slopesTo = to): Stretch {
  const [start, end] = [Math.max(0, from), Math.min(leads[0].slopes[0].length, to)];
  const humps = leads.map((lead) => humpsOf(lead, start, slopesTo).filter(({ peak }) => peak < end));
  return { from: start, to: end, humps };
}

interface Votes {
  readonly own: Float32Array;
  readonly around: Float32Array;
}

/** Votes of the beat's own humps, and the mean of those of the beats around at the same distance. */
function votesAround(
  leads: readonly LeadSlopes[],
  stretches: readonly Stretch[],
  beat: number,
  sigma: number,
  shiftOf: (to: number, from: number) => number,
): Votes {
  const { from, to, humps } = stretches[beat];
  const own = new Float32Array(Math.max(0, to - from));
  const around = new Float32Array(own.length);
  addVotes(own, from, humps, leads, sigma, 0, 1);
  const others = neighboursOf(beat, stretches.length);
  for (const other of others)
    addVotes(around, from, stretches[other].humps, leads, sigma, shiftOf(other, beat), 1 / others.length);
  return { own, around };
}

function neighboursOf(beat: number, count: number): number[] {
  const others: number[] = [];
  for (let other = Math.max(0, beat - neighbourBeats); other <= Math.min(count - 1, beat + neighbourBeats); other++)
    if (other !== beat) others.push(other);
  return others;
}

function placed(
  { from, humps }: Stretch,
  own: Float32Array,
  around: Float32Array,
  neighbours: number,
  sigma: number,
): PlacedWave | undefined {
  const both = own.map((votes, i) => (votes > 0 ? votes + neighbours * around[i] : 0));
  const at = from + largestIn(both, 0, both.length);
  if (both.length === 0 || own[at - from] === 0) return undefined;
  return { at, humps: humps.map((ofLead) => humpNear(ofLead, at, 1.5 * sigma, 3.5 * sigma)) };
}

function presenceOf(
  { from, to }: Stretch,
  { own, around }: Votes,
  firstOfQrs: number,
  at: number,
  likeness: readonly number[],
  beat: number,
  leads: number,
): number[] {
  const log = (value: number) => Math.log(Math.max(1e-3, value));
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length + 1e-3;
  const [here, there] = [own[at - from], around[at - from]];
  const others = neighboursOf(beat, likeness.length).map((other) => likeness[other]);
  return [
    log(here),
    log(there),
    log(here / mean(own)),
    log(there / mean(around)),
    log(there / (Math.max(...around) + 1e-3)),
    likeness[beat],
    medianOf(others),
    (to - from) / workingHz,
    (firstOfQrs - at) / workingHz,
    Math.log(leads),
  ];
}

/** Correlation of the slopes around a wave with the sum of those at the same distance of the beats around. */
function likenessToNeighbours(
  leads: readonly LeadSlopes[],
  qrs: readonly { readonly first: number }[],
  beat: number,
  at: number,
): number {
  const half = ms(80);
  let [product, ownSquares, sumSquares] = [0, 0, 0];
  const others = neighboursOf(beat, qrs.length);
  for (const { slopes, usual } of leads) {
    const slope = slopes[humpScale];
    for (let k = at - half; k <= Math.min(at + half, qrs[beat].first - 2); k++) {
      let sum = 0;
      for (const other of others) sum += slope[k + qrs[other].first - qrs[beat].first] ?? 0;
      const own = slope[k] ?? 0;
      product += (own * sum) / usual ** 2;
      ownSquares += (own / usual) ** 2;
      sumSquares += (sum / usual) ** 2;
    }
  }
  return product / Math.sqrt(ownSquares * sumSquares + 1e-12);
}
