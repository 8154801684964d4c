import { refractoryS } from './choice.ts';
import { judgeLead, withoutFlats } from './judged-lead.ts';
import { fuseLeads } from './lead-fusion.ts';
import { markPeak } from './peak-mark.ts';

export interface DetectorInput {
  readonly samplingHz: number;
  /** Signals of equal length in mV, gaps NaN; the first one decides. */
  readonly leads: readonly Float32Array[];
}

/** Signals that are read piece by piece: leads as in `DetectorInput`. */
export interface DetectorSource {
  readonly samplingHz: number;
  readonly lengthSamples: number;
  readonly leads: number;
  /** mV in `[fromSample, toSample)`, gaps NaN. */
  read(lead: number, fromSample: number, toSample: number): Float32Array;
}

export interface DetectorOptions {
  /**
   * What leads after the first are good for: `ignore` them, let each `fill-gaps` of those before it, where an
   * electrode was off, or `fuse` all, each counting by how surely it tells beats thereabouts.
   */
  readonly otherLeads: 'ignore' | 'fill-gaps' | 'fuse';
}

/** Ignoring them is what the published figures of one-lead detectors mean, and what the detector's own are of. */
export const detectorDefaults: DetectorOptions = { otherLeads: 'ignore' };

const leastHz = 100; // below it the high band of 25 to 45 Hz does not exist
const mostHz = 1000;
const blockS = 600; // keeps the memory for a day's record that of ten minutes
const marginS = 20; // as far as any feature looks: 16 s of level, 8 beats of rhythm
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
  const uneven = leads.findIndex((lead) => lead.length !== leads[0].length);
  if (uneven > 0)
    throw new RangeError(`lead ${uneven + 1} has ${leads[uneven].length} samples, the first has ${leads[0].length}`);
  if (otherLeads === 'fuse') return inBlocks(leads, samplingHz);
  const beats = inBlocks(leads.slice(0, 1), samplingHz);
  return otherLeads === 'fill-gaps' ? fillGaps(beats, leads, samplingHz) : beats;
}

function checkedOptions(options: Partial<DetectorOptions>): DetectorOptions {
  const unknown = Object.keys(options).find((name) => !(name in detectorDefaults));
  if (unknown !== undefined) throw new RangeError(`unknown option ${unknown} of the beat detector`);
  return { ...detectorDefaults, ...options };
}

/** Beats of one lead, or of several fused. */
function inBlocks(leads: readonly Float32Array[], samplingHz: number): Int32Array {
  const lengthSamples = leads[0]?.length ?? 0;
  const read = (lead: number, from: number, to: number) => leads[lead].subarray(from, to);
  const blocks = beatsByBlock({ samplingHz, lengthSamples, leads: leads.length, read });
  return Int32Array.from([...blocks].flatMap(({ beats }) => beats));
}

/**
 * R peaks of one lead, or of all fused, ten minutes at a time: what is held of a recording does not grow with it.
 * @throws {RangeError} outside 100 to 1000 Hz.
 */
export function* beatsByBlock({
  samplingHz,
  lengthSamples,
  leads,
  read,
}: DetectorSource): Generator<{ readonly beats: readonly number[]; readonly toSample: number }> {
  if (!(samplingHz >= leastHz && samplingHz <= mostHz))
    throw new RangeError(`sampling rate ${samplingHz} Hz, expected ${leastHz} to ${mostHz}`);
  const refractory = refractoryS * samplingHz;
  const block = Math.round(blockS * samplingHz);
  const margin = Math.round(marginS * samplingHz);
  let last = -Infinity;
  for (let from = 0; leads > 0 && from < lengthSamples; from += block) {
    const readFrom = Math.max(0, from - margin);
    const readTo = Math.min(lengthSamples, from + block + margin);
    const toSample = Math.min(lengthSamples, from + block);
    const pieces = Array.from({ length: leads }, (_, lead) => read(lead, readFrom, readTo));
    const beats: number[] = [];
    for (const beat of detectInBlock(pieces, samplingHz)) {
      const at = readFrom + beat;
      if (at < from || at >= toSample || at - last < refractory) continue;
      beats.push(at);
      last = at;
    }
    yield { beats, toSample };
  }
}

function detectInBlock(leads: readonly Float32Array[], samplingHz: number): number[] {
  const judged = leads.map((lead) => judgeLead(lead, samplingHz));
  const [{ candidates, chosen, signal }] = judged;
  if (judged.length === 1) {
    const peaks: number[] = [];
    for (const beat of chosen) peaks.push(markPeak(candidates, beat, signal, samplingHz));
    return peaks;
  }
  return fuseLeads(judged).map(({ lead, candidate }) =>
    markPeak(judged[lead].candidates, candidate, judged[lead].signal, samplingHz),
  );
}

/** The first lead's beats, and in its gaps those of the next lead that has signal there. */
function fillGaps(firstBeats: Int32Array, leads: readonly Float32Array[], samplingHz: number): Int32Array {
  const refractory = refractoryS * samplingHz;
  let beats = firstBeats;
  let heard = withoutFlats(leads[0], samplingHz);
  for (const lead of leads.slice(1)) {
    let next = 0;
    const filling = inBlocks([lead], samplingHz).filter((at) => {
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
