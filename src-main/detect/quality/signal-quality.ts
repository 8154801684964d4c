import { type EpisodeKind, episodeKinds, secondQualities, type SignalStretch } from '../../domain/signal-episode.ts';
import { withoutFlats } from '../qrs/judged-lead.ts';
import { leadQuality, noiseEpisodes, qualityDefaults } from './lead-quality.ts';

const pieceS = 1800; // keeps the memory for a day's lead that of half an hour
const marginS = 20; // as far as any feature looks
/** A flat line so much further from the middle than the lead's own waves reach is the amplifier's limit. */
const limitReach = 2;
/** A flat line is no chance: one second of it is an episode. Noise comes and goes. */
const leastS: Readonly<Record<EpisodeKind, number>> = {
  noise: qualityDefaults.leastEpisodeS,
  off: 1,
  saturated: 1,
};
/** Stretches of several leads that share more than this of what they cover together are one episode. */
const sameShare = 0.5;
/** What the detector of beats, on which quality rests, can read. */
export const canJudge = (samplingHz: number): boolean => samplingHz >= 100 && samplingHz <= 1000;

/**
 * What each second of a lead is, as places in `secondQualities`; read piece by piece.
 * @param read  mV, gaps NaN; asked only within the lead.
 */
export function qualityBySecond(
  read: (fromSample: number, toSample: number) => Float32Array,
  lengthSamples: number,
  samplingHz: number,
): Uint8Array {
  const seconds = new Uint8Array(Math.ceil(lengthSamples / samplingHz));
  const [piece, margin] = [pieceS, marginS].map((s) => Math.round(s * samplingHz));
  for (let from = 0; from < lengthSamples; from += piece) {
    const readFrom = Math.max(0, from - margin);
    const recorded = read(readFrom, Math.min(lengthSamples, from + piece + margin));
    const { isOff, isNoisy } = leadQuality(recorded, samplingHz);
    const isAtLimit = limitOf(recorded, samplingHz);
    const first = Math.round(from / samplingHz);
    const skipped = Math.round((from - readFrom) / samplingHz);
    for (let s = skipped; s < isOff.length && first + s - skipped < seconds.length && s - skipped < pieceS; s++)
      seconds[first + s - skipped] = secondQualities.indexOf(
        isOff[s] ? kindOfOff(recorded, s, samplingHz, isAtLimit) : isNoisy[s] ? 'noise' : 'clean',
      );
  }
  return seconds;
}

function kindOfOff(
  recorded: Float32Array,
  second: number,
  samplingHz: number,
  isAtLimit: (mv: number) => boolean,
): 'gap' | 'off' | 'saturated' {
  const values = recorded.subarray(Math.floor(second * samplingHz), Math.floor((second + 1) * samplingHz));
  const present = values.filter((mv) => !Number.isNaN(mv)).sort();
  if (2 * present.length < values.length) return 'gap';
  return isAtLimit(present[present.length >> 1]) ? 'saturated' : 'off';
}

/** Tells whether a value is at the amplifier's limit, by the waves of the lead where it is not flat. */
function limitOf(recorded: Float32Array, samplingHz: number): (mv: number) => boolean {
  const alive = withoutFlats(recorded, samplingHz)
    .filter((mv) => !Number.isNaN(mv))
    .sort();
  if (alive.length === 0) return () => false;
  const at = (share: number) => alive[Math.min(alive.length - 1, Math.floor(share * alive.length))];
  const [middle, reach] = [at(0.5), limitReach * (at(0.99) - at(0.01))];
  return (mv) => Math.abs(mv - middle) > reach;
}

/** Episodes of a record by rising sample. @param seconds  of each lead, as `qualityBySecond` gives them. */
export function badStretches(
  seconds: readonly Uint8Array[],
  lengthSamples: number,
  samplingHz: number,
): SignalStretch[] {
  const sampleOf = (s: number) => Math.min(lengthSamples, Math.round(s * samplingHz));
  return episodeKinds
    .flatMap((kind) => {
      const found: { fromS: number; toS: number; leads: number[] }[] = [];
      seconds.forEach((ofLead, lead) => {
        const place = secondQualities.indexOf(kind);
        for (const { fromS, toS } of noiseEpisodes(
          ofLead.map((quality) => Number(quality === place)),
          leastS[kind],
        )) {
          const same = found.find((one) => !one.leads.includes(lead) && shareOf(one, { fromS, toS }) > sameShare);
          if (!same) found.push({ fromS, toS, leads: [lead] });
          else {
            same.fromS = Math.min(same.fromS, fromS);
            same.toS = Math.max(same.toS, toS);
            same.leads.push(lead);
          }
        }
      });
      return found.map(({ fromS, toS, leads }) => ({
        fromSample: sampleOf(fromS),
        toSample: sampleOf(toS),
        leads,
        kind,
      }));
    })
    .filter(({ fromSample, toSample }) => fromSample < toSample)
    .sort((a, b) => a.fromSample - b.fromSample);
}

/** What two stretches share of what they cover together. */
function shareOf(a: { fromS: number; toS: number }, b: { fromS: number; toS: number }): number {
  const shared = Math.min(a.toS, b.toS) - Math.max(a.fromS, b.fromS);
  return shared / (Math.max(a.toS, b.toS) - Math.min(a.fromS, b.fromS));
}
