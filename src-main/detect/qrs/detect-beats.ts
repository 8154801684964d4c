import { chooseBeats, refractoryS } from './choice.ts';
import { findCandidates, workingHz } from './candidates.ts';
import { featuresAlone, featuresInCompany, type Company } from './features.ts';
import { markPeak } from './peak-mark.ts';
import { logOdds } from './score-card.ts';
import { aloneCard, companyCard } from './fitted-cards.ts';

export interface DetectorInput {
  readonly samplingHz: number;
  /** Signals of equal length in mV, gaps NaN; the first one decides. */
  readonly leads: readonly Float32Array[];
}

export interface DetectorOptions {
  /**
   * What leads after the first are good for: `ignore` them, or let each `fill-gaps` of those before it, where an
   * electrode was off.
   */
  readonly otherLeads: 'ignore' | 'fill-gaps';
}

/** Ignoring them is what the published figures of one-lead detectors mean, and what the detector's own are of. */
export const detectorDefaults: DetectorOptions = { otherLeads: 'ignore' };

const leastHz = 100; // below it the high band of 25 to 45 Hz does not exist
const mostHz = 1000;
const blockS = 600; // keeps the memory for a day's record that of ten minutes
const marginS = 20; // as far as any feature looks: 16 s of level, 8 beats of rhythm
const edgeS = 0.1; // a complex at the edge of a record or a gap is not seen whole, and a P wave there looks like one
const flatS = 0.5; // no living heart gives half a second of one digital value: the amplifier is off or at its limit
const secondLooks = 2; // a third changes nothing more
const leastCompany = 4; // with fewer beats there is no rhythm and no usual shape to compare with

/**
 * R peaks of one recording. Maxima of QRS energy are candidates; each is judged twice by a logistic regression, first
 * alone, then among the beats chosen so far, which takes the place of learning thresholds and search-back; a best set
 * without violations of the refractory period is chosen (`choice.ts`). No more than 20 s on either side decide about a
 * beat, so that a stream can be handed over in overlapping pieces.
 * @returns samples of the R peaks, strictly rising; none in gaps (NaN) and in flat or saturated stretches.
 * @throws {RangeError} outside 100 to 1000 Hz, for leads of unequal lengths, and for unknown options.
 */
export function detectBeats(input: DetectorInput, options: Partial<DetectorOptions> = {}): Int32Array {
  const { samplingHz, leads } = input;
  const { otherLeads } = checkedOptions(options);
  if (!(samplingHz >= leastHz && samplingHz <= mostHz))
    throw new RangeError(`sampling rate ${samplingHz} Hz, expected ${leastHz} to ${mostHz}`);
  const uneven = leads.findIndex((lead) => lead.length !== leads[0].length);
  if (uneven > 0)
    throw new RangeError(`lead ${uneven + 1} has ${leads[uneven].length} samples, the first has ${leads[0].length}`);
  if (leads.length === 0) return new Int32Array(0);
  const beats = detectInLead(leads[0], samplingHz);
  return otherLeads === 'ignore' ? beats : fillGaps(beats, leads, samplingHz);
}

function checkedOptions(options: Partial<DetectorOptions>): DetectorOptions {
  const unknown = Object.keys(options).find((name) => !(name in detectorDefaults));
  if (unknown !== undefined) throw new RangeError(`unknown option ${unknown} of the beat detector`);
  return { ...detectorDefaults, ...options };
}

/** Beats of one lead, block by block. */
function detectInLead(signal: Float32Array, samplingHz: number): Int32Array {
  const beats: number[] = [];
  const refractory = refractoryS * samplingHz;
  const block = Math.round(blockS * samplingHz);
  const margin = Math.round(marginS * samplingHz);
  for (let from = 0; from < signal.length; from += block) {
    const readFrom = Math.max(0, from - margin);
    for (const beat of detectInBlock(signal.subarray(readFrom, from + block + margin), samplingHz)) {
      const at = readFrom + beat;
      const isFree = beats.length === 0 || at - beats[beats.length - 1] >= refractory;
      if (at >= from && at < from + block && isFree) beats.push(at);
    }
  }
  return Int32Array.from(beats);
}

function detectInBlock(recorded: Float32Array, samplingHz: number): number[] {
  const signal = withoutFlats(recorded, samplingHz);
  const candidates = findCandidates(signal, samplingHz);
  const { atSample } = candidates;
  const isWhole = Array.from(atSample, (at) => isSeenWhole(recorded, at / workingHz, samplingHz));
  const alone = featuresAlone(candidates);
  const choose = (odds: Float64Array) =>
    chooseBeats(
      atSample,
      odds.map((odd, i) => (isWhole[i] ? odd : -Infinity)),
    );
  let chosen = choose(logOdds(aloneCard, [alone], atSample.length));
  let company: Company | undefined;
  for (let look = 0; look < secondLooks && chosen.length >= leastCompany; look++) {
    company = featuresInCompany(candidates, chosen, company);
    chosen = choose(logOdds(companyCard, [alone, company.features], atSample.length));
  }
  return Array.from(chosen, (beat) => markPeak(candidates, beat, signal, samplingHz));
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
function withoutFlats(signal: Float32Array, samplingHz: number): Float32Array {
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

/** The first lead's beats, and in its gaps those of the next lead that has signal there. */
function fillGaps(firstBeats: Int32Array, leads: readonly Float32Array[], samplingHz: number): Int32Array {
  const refractory = refractoryS * samplingHz;
  let beats = firstBeats;
  let heard = withoutFlats(leads[0], samplingHz);
  for (const lead of leads.slice(1)) {
    let next = 0;
    const filling = detectInLead(lead, samplingHz).filter((at) => {
      while (next < beats.length && beats[next] < at) next++;
      const isApart =
        (next === 0 || at - beats[next - 1] >= refractory) && (next === beats.length || beats[next] - at >= refractory);
      return isApart && Number.isNaN(heard[at]);
    });
    beats = Int32Array.from([...beats, ...filling]).sort();
    const other = withoutFlats(lead, samplingHz);
    heard = heard.map((value, i) => (Number.isNaN(value) ? other[i] : value));
  }
  return beats;
}
