import type { Annotation } from './annotation.ts';
import type { EpisodeKind, SignalStretch } from './signal-episode.ts';

/*
 * Signal quality in annotation files (WFDB's `ecgcodes.h` and `pschart`): `~` at each change; of its subtype the bits
 * 0 to 3 say which of the first four signals are noisy from there on, the bits 4 to 7 which are unreadable, and -1 that
 * all are. There is no bit for saturation, nor for a fifth signal: saturated leads are unreadable ones, and leads from
 * the fifth on stand in the note, as `n4 u6` with signals counted from 0.
 */
const symbol = '~';
const leadsInBits = 4;
const allUnreadable = -1;

/** `~` marks at each change of quality, by rising sample. */
export function annotationsOfEpisodes(episodes: readonly SignalStretch[], lengthSamples: number): Annotation[] {
  const changes = new Set(episodes.flatMap(({ fromSample, toSample }) => [fromSample, toSample]));
  return [...changes]
    .filter((at) => at < lengthSamples)
    .sort((a, b) => a - b)
    .map((atSample) => {
      const here = episodes.filter(({ fromSample, toSample }) => fromSample <= atSample && atSample < toSample);
      const leadsOf = (isNoise: boolean) =>
        [...new Set(here.filter(({ kind }) => (kind === 'noise') === isNoise).flatMap(({ leads }) => leads))].sort(
          (a, b) => a - b,
        );
      const unreadable = leadsOf(false);
      const noisy = leadsOf(true).filter((lead) => !unreadable.includes(lead));
      const inBits = (leads: readonly number[]) =>
        leads.filter((lead) => lead < leadsInBits).reduce((sum, lead) => sum + 2 ** lead, 0);
      const inNote = (leads: readonly number[], letter: string) =>
        leads.filter((lead) => lead >= leadsInBits).map((lead) => `${letter}${lead}`);
      const byte = inBits(noisy) + 2 ** leadsInBits * inBits(unreadable);
      return {
        ...{ atSample, symbol, channel: 0, num: 0 },
        subtype: byte > 127 ? byte - 256 : byte,
        aux: [...inNote(noisy, 'n'), ...inNote(unreadable, 'u')].join(' '),
      };
    });
}

/** What `~` marks say of a record's leads, by rising sample. @param annotations  by rising sample, others among them. */
export function episodesOfAnnotations(
  annotations: readonly Annotation[],
  leads: number,
  lengthSamples: number,
): SignalStretch[] {
  const found: SignalStretch[] = [];
  const open = new Map<number, { readonly kind: EpisodeKind; readonly fromSample: number }>();
  const close = (lead: number, toSample: number) => {
    const one = open.get(lead);
    open.delete(lead);
    if (!one || one.fromSample >= toSample) return;
    const same = found.findIndex(
      (f) => f.kind === one.kind && f.fromSample === one.fromSample && f.toSample === toSample,
    );
    if (same < 0) found.push({ ...one, toSample, leads: [lead] });
    else found[same] = { ...found[same], leads: [...found[same].leads, lead] };
  };
  for (const annotation of annotations) {
    if (annotation.symbol !== symbol || annotation.atSample < 0) continue;
    const atSample = Math.min(annotation.atSample, lengthSamples);
    for (let lead = 0; lead < leads; lead++) {
      const kind = kindOf(annotation, lead);
      if (open.get(lead)?.kind === kind) continue;
      close(lead, atSample);
      if (kind) open.set(lead, { kind, fromSample: atSample });
    }
  }
  for (const lead of [...open.keys()].sort((a, b) => a - b)) close(lead, lengthSamples);
  return found.sort((a, b) => a.fromSample - b.fromSample);
}

function kindOf({ subtype, aux }: Annotation, lead: number): EpisodeKind | undefined {
  if (subtype === allUnreadable) return 'off';
  const isSet = (bit: number) => (subtype & (1 << bit)) !== 0;
  const notes = aux.split(' ');
  const isInBits = lead < leadsInBits;
  if (isInBits ? isSet(lead + leadsInBits) : notes.includes(`u${lead}`)) return 'off';
  return (isInBits ? isSet(lead) : notes.includes(`n${lead}`)) ? 'noise' : undefined;
}
