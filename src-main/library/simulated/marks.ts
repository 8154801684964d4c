import type { Annotation } from '../../domain/annotation.ts';
import type { Episodes, Stretch } from './episodes.ts';
import { isWithin } from './episodes.ts';
import type { PlannedBeat } from './rhythm.ts';

const beforeBeatS = 0.1;
/** Subtypes of a noise mark, as the MIT-BIH records have them: bits 0 and 1 for noise in a lead, 4 and 5 for a lead that is off. */
const noiseSubtype = { clear: 0, bothNoisy: 0x3, firstOff: 0x10, bothOff: 0x30 } as const;

/** Beats, changes of rhythm (`+`, with the rhythm as aux) and of signal quality (`~`) by rising time. */
export function marksOf(
  beats: readonly PlannedBeat[],
  episodes: Episodes,
  samplingHz: number,
  lengthSamples: number,
): Annotation[] {
  const mark = (atS: number, symbol: string, subtype = 0, aux = ''): Annotation => ({
    atSample: Math.min(lengthSamples - 1, Math.max(0, Math.round(atS * samplingHz))),
    symbol,
    subtype,
    channel: 0,
    num: 0,
    aux,
  });
  const rhythms = rhythmOfBeats(beats, episodes);
  const marks = beats.flatMap(({ atS, symbol }, i) => {
    const isNew = i === 0 || rhythms[i] !== rhythms[i - 1];
    return [...(isNew ? [mark(atS - beforeBeatS, '+', 0, rhythms[i])] : []), mark(atS, symbol)];
  });
  const noise = (stretches: readonly Stretch[], subtype: number) =>
    stretches.flatMap(({ fromS, toS }) => [mark(fromS, '~', subtype), mark(toS, '~', noiseSubtype.clear)]);
  return [
    ...marks,
    ...noise(episodes.muscle, noiseSubtype.bothNoisy),
    ...noise(episodes.firstLeadOff, noiseSubtype.firstOff),
    ...noise(episodes.bothLeadsOff, noiseSubtype.bothOff),
  ].sort((a, b) => a.atSample - b.atSample);
}

/** Paced, ventricular tachycardia (three or more in a row), bigeminy, else normal. */
function rhythmOfBeats(beats: readonly PlannedBeat[], episodes: Episodes): string[] {
  const isVentricular = (i: number) => beats[i]?.symbol === 'V';
  return beats.map(({ atS, symbol }, i) => {
    if (symbol === '/') return '(P';
    const isInRun = [i - 2, i - 1, i].some((first) => [0, 1, 2].every((k) => isVentricular(first + k)));
    if (isInRun) return '(VT';
    return isWithin(episodes.bigeminy, atS) ? '(B' : '(N';
  });
}
