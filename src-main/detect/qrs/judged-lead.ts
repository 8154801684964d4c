import { findCandidates, workingHz, type Candidates } from './candidates.ts';
import { chooseBeats } from './choice.ts';
import { featuresAlone, featuresInCompany, type Company } from './features.ts';
import { aloneCard, companyCard } from './fitted-cards.ts';
import { logOdds } from './score-card.ts';

const edgeS = 0.1; // a complex at the edge of a record or a gap is not seen whole, and a P wave there looks like one
const flatS = 0.5; // no living heart gives half a second of one digital value: the amplifier is off or at its limit
const secondLooks = 2; // a third changes nothing more
const leastCompany = 4; // with fewer beats there is no rhythm and no usual shape to compare with

/** One lead with its candidates and how likely each is a beat. */
export interface JudgedLead {
  /** mV; gaps, flat and saturated stretches are NaN. */
  readonly signal: Float32Array;
  readonly candidates: Candidates;
  /** Log-odds of being a beat; -Infinity where a complex is not seen whole. */
  readonly logOdds: Float64Array;
  /** Indices of the candidates that are this lead's beats, rising. */
  readonly chosen: Int32Array;
}

/**
 * Judges the candidates of one lead twice: each alone, then among the beats chosen so far. Loops instead of functions
 * for each candidate, here and below: those are compiled anew for every block, which costs more than they do.
 */
export function judgeLead(recorded: Float32Array, samplingHz: number): JudgedLead {
  const signal = withoutFlats(recorded, samplingHz);
  const candidates = findCandidates(signal, samplingHz);
  const { atSample } = candidates;
  const isWhole = new Uint8Array(atSample.length);
  for (let i = 0; i < isWhole.length; i++)
    isWhole[i] = isSeenWhole(recorded, atSample[i] / workingHz, samplingHz) ? 1 : 0;
  const alone = featuresAlone(candidates);
  const whole = (odds: Float64Array) => {
    for (let i = 0; i < odds.length; i++) if (isWhole[i] === 0) odds[i] = -Infinity;
    return odds;
  };
  let odds = whole(logOdds(aloneCard, [alone], atSample.length));
  let chosen = chooseBeats(atSample, odds);
  let company: Company | undefined;
  for (let look = 0; look < secondLooks && chosen.length >= leastCompany; look++) {
    company = featuresInCompany(candidates, chosen, company);
    odds = whole(logOdds(companyCard, [alone, company.features], atSample.length));
    chosen = chooseBeats(atSample, odds);
  }
  return { signal, candidates, logOdds: odds, chosen };
}

/** Whether the record goes on without a gap for `edgeS` on both sides of a time. Flats count as seen: a pause may be one. */
function isSeenWhole(recorded: Float32Array, atS: number, samplingHz: number): boolean {
  const from = Math.round((atS - edgeS) * samplingHz);
  const to = Math.round((atS + edgeS) * samplingHz);
  if (from < 0 || to >= recorded.length) return false;
  for (let i = from; i <= to; i++) if (Number.isNaN(recorded[i])) return false;
  return true;
}

/** The signal with stretches of one unchanging value as gaps; the same array where there are none. */
export function withoutFlats(signal: Float32Array, samplingHz: number): Float32Array {
  const longest = Math.round(flatS * samplingHz);
  // Every stretch of that length holds two neighbours of this grid: most of the signal is passed over by looking there.
  const grid = longest >> 1;
  let result = signal;
  for (let at = 0; at + grid < signal.length; at += grid) {
    if (signal[at] !== signal[at + grid]) continue;
    let from = at;
    while (from > 0 && signal[from - 1] === signal[at]) from--;
    let to = at + 1;
    while (to < signal.length && signal[to] === signal[at]) to++;
    if (to - from < longest) continue;
    if (result === signal) result = signal.slice();
    result.fill(NaN, from, to);
    at += Math.floor((to - 1 - at) / grid) * grid;
  }
  return result;
}
