import type { BeatWaves, Wave } from '../../domain/waves.ts';
import { boundaryFeatures, boundaryKinds, type BoundaryKind } from './boundary-features.ts';
import { fittedBoundaries, fittedPresence } from './fitted-boundaries.ts';
import { medianOf, slopesOfLeads, workingHz, type LeadSlopes } from './lead-slopes.ts';
import { placeWaves, type PlacedBeat } from './place-waves.ts';
import { readRegression, regress } from './regression.ts';

const boundaryAt = Object.fromEntries(
  boundaryKinds.map((kind) => [kind, readRegression(fittedBoundaries[kind])]),
) as Record<BoundaryKind, ReturnType<typeof readRegression>>;
const presence = readRegression(fittedPresence);
/** A P wave is given where annotators would mark one as likely as not. */
const leastPresence = 0.5;

/** Onset, peak and offset of P, QRS and T of every beat in one lead by itself; see `delineateLeads`. */
export const delineate = (signal: Float32Array, beatSamples: ArrayLike<number>, samplingHz: number): BeatWaves[] =>
  delineateLeads([signal], beatSamples, samplingHz)[0];

/**
 * Onset, peak and offset of P, QRS and T of every beat in every lead, by a wavelet transform (Martinez, Almeida, Olmos,
 * Rocha and Laguna, IEEE Trans. Biomed. Eng. 51 (2004) 570). All leads together say where a wave lies and whether
 * there is a P wave; each lead's boundaries are its own: where its slopes, and for QRS those of all leads, cross
 * several thresholds at several scales, weighed as fits the marks of annotators (`fitted-boundaries.ts`).
 * @param leads        of equal length, mV, gaps NaN.
 * @param beatSamples  R peaks, strictly rising.
 * @returns            for each lead one entry a beat, in samples; waves that reach into a gap are left out.
 */
export function delineateLeads(
  leads: readonly Float32Array[],
  beatSamples: ArrayLike<number>,
  samplingHz: number,
): BeatWaves[][] {
  if (leads.length === 0) return [];
  const toWorking = workingHz / samplingHz;
  const beats = Array.from(beatSamples, (at) => Math.round(at * toWorking));
  const slopes = slopesOfLeads(leads, samplingHz, beats);
  const waves = placeWaves(slopes, beats).map((beat) => wavesOf(slopes, beat));
  return leads.map((signal, lead) => {
    const recorded = (wave: Wave | undefined) => wave && inSamples(wave, signal, toWorking);
    return waves.map((ofLeads, i) => {
      const { p, qrs, t } = ofLeads[lead];
      const marked = recorded(qrs);
      const peak = marked && Math.min(marked.offset, Math.max(marked.onset, beatSamples[i]));
      return { p: recorded(p), qrs: marked && { ...marked, peak: peak ?? marked.peak }, t: recorded(t) };
    });
  });
}

/** Waves of one beat in every lead, at `workingHz`; values of the transform stand half a sample early. */
function wavesOf(leads: readonly LeadSlopes[], beat: PlacedBeat): BeatWaves[] {
  const hasP = beat.p !== undefined && regress(presence, beat.presence) >= leastPresence;
  const boundary = (kind: BoundaryKind) => boundaryOf(leads, beat, kind);
  const [onset, offset] = [boundary('QRS onset'), boundary('QRS offset')];
  const qrs = leads.map((_, lead) => ({ onset: onset[lead], peak: beat.at, offset: offset[lead] }));
  const humpsBetween = (
    wave: PlacedBeat['p'],
    kinds: readonly [BoundaryKind, BoundaryKind],
    least: (lead: number) => number,
    most: (lead: number) => number,
  ): (Wave | undefined)[] => {
    if (!wave) return leads.map(() => undefined);
    const [onsets, offsets] = kinds.map(boundary);
    return leads.map((_, lead) => {
      const peak = wave.humps[lead]?.peak ?? wave.at;
      const from = Math.min(peak, Math.max(least(lead), onsets[lead]));
      const to = Math.max(peak, Math.min(most(lead), offsets[lead]));
      return Number.isNaN(from + to) ? undefined : { onset: from, peak, offset: to };
    });
  };
  const p = humpsBetween(hasP ? beat.p : undefined, ['P onset', 'P offset'], () => 0, (lead) => onset[lead]); // prettier-ignore
  const t = humpsBetween(beat.t, ['T onset', 'T offset'], (lead) => offset[lead], () => Infinity); // prettier-ignore
  return leads.map((_, lead) => ({ p: p[lead], qrs: qrs[lead], t: t[lead] }));
}

/** In leads that show no such wave it is where the middle one of the others has it; NaN where none has. */
function boundaryOf(leads: readonly LeadSlopes[], beat: PlacedBeat, kind: BoundaryKind): number[] {
  const own = leads.map((_, lead) => {
    const features = boundaryFeatures(kind, leads, lead, beat);
    return features && features.anchor + regress(boundaryAt[kind], features.values);
  });
  const shown = own.filter((at) => at !== undefined);
  const middle = shown.length > 0 ? medianOf(shown) : NaN;
  return own.map((at) => at ?? middle);
}

function inSamples(wave: Wave, signal: Float32Array, toWorking: number): Wave | undefined {
  const [onset, peak, offset] = [wave.onset, wave.peak, wave.offset].map((at) => Math.round((at + 0.5) / toWorking));
  if (onset < 0 || offset >= signal.length) return undefined;
  for (let i = onset; i <= offset; i++) if (Number.isNaN(signal[i])) return undefined;
  return { onset, peak, offset };
}
