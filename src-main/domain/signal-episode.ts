export type EpisodeId = number & { readonly __brand: 'EpisodeId' };

/** What is wrong with the signal: noise over it, an electrode that is off (a flat line), an amplifier at its limit. */
export const episodeKinds = ['noise', 'off', 'saturated'] as const;
export type EpisodeKind = (typeof episodeKinds)[number];

/** `found`: by a program or a reference, read by nobody. A rejected one counts as not there, and can be taken up again. */
export const episodeStates = ['found', 'confirmed', 'rejected'] as const;
export type EpisodeState = (typeof episodeStates)[number];

/** Samples `[fromSample, toSample)` of some leads that are hard or impossible to read. */
export interface SignalStretch {
  readonly fromSample: number;
  readonly toSample: number;
  /** Indices in the header, rising; one at least. */
  readonly leads: readonly number[];
  readonly kind: EpisodeKind;
}

export interface SignalEpisode extends SignalStretch {
  readonly episodeId: EpisodeId;
  readonly state: EpisodeState;
}

/** What a second of a lead is, as kept byte by byte: its place in this list. */
export const secondQualities = ['clean', 'noise', 'off', 'saturated', 'gap'] as const;

interface Span {
  readonly fromSample: number;
  readonly toSample: number;
}

/**
 * Where each of some leads lies in a confirmed episode, by rising sample: nothing can be said of the heart there.
 * @param leads  those that show the heart, by index in the header.
 */
export function unreadableSpans(episodes: readonly SignalEpisode[], leads: readonly number[]): Span[] {
  const confirmed = episodes.filter(({ state }) => state === 'confirmed');
  const ofLead = (lead: number) => joined(confirmed.filter((episode) => episode.leads.includes(lead)));
  const [first, ...others] = leads.map(ofLead);
  return others.reduce(common, first ?? []);
}

/** Spans that overlap or touch as one. */
function joined(spans: readonly Span[]): Span[] {
  const result: { fromSample: number; toSample: number }[] = [];
  for (const { fromSample, toSample } of spans.toSorted((a, b) => a.fromSample - b.fromSample)) {
    const last = result.at(-1);
    if (last && fromSample <= last.toSample) last.toSample = Math.max(last.toSample, toSample);
    else result.push({ fromSample, toSample });
  }
  return result;
}

/** What two rising lists of spans share. */
function common(some: readonly Span[], others: readonly Span[]): Span[] {
  return some.flatMap((a) =>
    others
      .map((b) => ({
        fromSample: Math.max(a.fromSample, b.fromSample),
        toSample: Math.min(a.toSample, b.toSample),
      }))
      .filter(({ fromSample, toSample }) => fromSample < toSample),
  );
}

/** The union of two lists of spans, by rising sample. */
export const unionOfSpans = (some: readonly Span[], others: readonly Span[]): Span[] => joined([...some, ...others]);
