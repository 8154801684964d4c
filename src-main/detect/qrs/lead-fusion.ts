import { workingHz } from './candidates.ts';
import { chooseBeats } from './choice.ts';
import type { JudgedLead } from './judged-lead.ts';

const sameBeatS = 0.12; // one complex peaks this much later in one lead than in another
const mostOdds = 8; // one lead that is very sure does not outvote two others
const oddsWithout = -6; // of a lead that is heard and has no candidate there
const certaintyHalfS = 5; // about ten beats: noise comes in bursts of seconds
/** How much more a lead counts whose candidates are told apart more surely. */
const certaintyPower = 4;
const firstLeadFactor = 1.5; // where leads are alike, the one that readers look at decides

/** A beat, and the lead's candidate that it is marked by. */
export interface FusedBeat {
  readonly lead: number;
  readonly candidate: number;
}

/**
 * Beats of several leads together. Candidates of one instant are one; their log-odds are averaged, each lead counting
 * by how surely it tells beats from other waves thereabouts, and not at all in its gaps.
 * @param leads  of one stretch, the one to mark beats in first.
 * @returns      beats by rising time; each marked in the first lead where that alone would have it, else in the surest.
 */
export function fuseLeads(leads: readonly JudgedLead[]): FusedBeat[] {
  const certainties = leads.map(certaintyBySecond);
  const all = leads
    .flatMap(({ candidates, logOdds }, lead) =>
      Array.from(candidates.atSample, (at, candidate) => ({ at, lead, candidate, odds: logOdds[candidate] })),
    )
    .filter(({ odds }) => odds > -Infinity)
    .sort((a, b) => b.odds - a.odds);
  // The surest candidate gathers those of the other leads around it, then the next of what is left.
  const byTime = leads.map(({ candidates }) => candidates.atSample);
  const isTaken = leads.map(({ candidates }) => new Uint8Array(candidates.atSample.length));
  const reach = Math.round(sameBeatS * workingHz);
  const groups: { at: number; odds: number; beat: FusedBeat }[] = [];
  for (const { at, lead, candidate, odds } of all) {
    if (isTaken[lead][candidate]) continue;
    const members = leads.map((_, other) => {
      if (other === lead) return candidate;
      return nearestFree(byTime[other], isTaken[other], at, reach, leads[other].logOdds);
    });
    const second = Math.floor(at / workingHz);
    let [sum, weights] = [0, 0];
    members.forEach((member, other) => {
      if (member >= 0) isTaken[other][member] = 1;
      const certainty = certainties[other][Math.min(second, certainties[other].length - 1)];
      const weight = (other === 0 ? firstLeadFactor : 1) * certainty ** certaintyPower;
      const memberOdds = member < 0 ? oddsWithout : leads[other].logOdds[member];
      sum += weight * Math.max(-mostOdds, Math.min(mostOdds, memberOdds));
      weights += weight;
    });
    const isMarkedByFirst = members[0] >= 0 && leads[0].logOdds[members[0]] > 0;
    const beat = isMarkedByFirst ? { lead: 0, candidate: members[0] } : { lead, candidate };
    groups.push({ at: byTime[beat.lead][beat.candidate], odds: weights > 0 ? sum / weights : odds, beat });
  }
  groups.sort((a, b) => a.at - b.at);
  const chosen = chooseBeats(
    Int32Array.from(groups, ({ at }) => at),
    Float64Array.from(groups, ({ odds }) => odds),
  );
  return Array.from(chosen, (group) => groups[group].beat);
}

/**
 * How surely a lead's candidates are told to be beats or not, second by second: the mean of |tanh(log-odds / 4)| of
 * those within `certaintyHalfS`; 0 in gaps and where there is nothing to judge.
 */
export function certaintyBySecond({ signal, candidates, logOdds }: JudgedLead): Float32Array {
  const seconds = Math.max(1, Math.ceil(candidates.energyMv.length / workingHz));
  const certainty = new Float32Array(seconds);
  const { atSample } = candidates;
  const samplesPerSecond = signal.length / (candidates.energyMv.length / workingHz);
  let [from, to] = [0, 0];
  for (let second = 0; second < seconds; second++) {
    while (from < atSample.length && atSample[from] < (second - certaintyHalfS) * workingHz) from++;
    while (to < atSample.length && atSample[to] < (second + 1 + certaintyHalfS) * workingHz) to++;
    const middle = Math.min(signal.length - 1, Math.floor((second + 0.5) * samplesPerSecond));
    if (Number.isNaN(signal[middle])) continue;
    let [sum, count] = [0, 0];
    for (let i = from; i < to; i++) {
      if (logOdds[i] === -Infinity) continue;
      sum += Math.abs(Math.tanh(logOdds[i] / 4));
      count++;
    }
    if (count > 0) certainty[second] = sum / count;
  }
  return certainty;
}

/** The likeliest candidate within reach that no other beat has taken; -1 where there is none. */
function nearestFree(
  atSample: Int32Array,
  isTaken: Uint8Array,
  at: number,
  reach: number,
  logOdds: Float64Array,
): number {
  let low = 0;
  let high = atSample.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (atSample[middle] < at - reach) low = middle + 1;
    else high = middle;
  }
  let best = -1;
  for (let i = low; i < atSample.length && atSample[i] <= at + reach; i++)
    if (!isTaken[i] && logOdds[i] > -Infinity && (best < 0 || logOdds[i] > logOdds[best])) best = i;
  return best;
}
