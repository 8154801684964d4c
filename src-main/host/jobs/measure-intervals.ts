import { delineateLeads } from '../../detect/delineation/delineate.ts';
import { beatFlags, type BeatTable } from '../../domain/beat.ts';
import { ecgLeadsOf, physicalOf } from '../../domain/record.ts';
import type { SignalEpisode } from '../../domain/signal-episode.ts';
import { intervalsOf } from '../../domain/waves.ts';
import type { MeasuredBeats, Stretch } from '../../report/report-input.ts';
import type { SignalReader } from '../../store/signal-reader.ts';

/** Beats measured at most: enough for a median, and a third of a second of work with two leads. */
const mostBeats = 100;
/** Beats to either side by which the size of waves is judged, and what the filters see beyond them. */
const neighbours = 4;
const marginS = 1;

/**
 * Intervals of some N beats that follow an N beat, evenly over the record, in its first electrocardiogram, measured with
 * the other leads as in Review; null where there is no such lead or beat. Beats beside artifacts and gaps and in
 * confirmed episodes of that lead are left out, as are other leads in confirmed episodes of theirs.
 */
export function measureIntervals(
  signal: Pick<SignalReader, 'header' | 'samples'>,
  beats: BeatTable,
  gaps: readonly Stretch[],
  episodes: readonly SignalEpisode[],
): MeasuredBeats | null {
  const { samplingHz, lengthSamples, leads } = signal.header;
  const ecgLeads = ecgLeadsOf(leads);
  const leadIndex = ecgLeads[0];
  if (leadIndex === undefined) return null;
  const { atSample, label, flags } = beats;
  const confirmed = episodes.filter(({ state }) => state === 'confirmed');
  const left = [...gaps, ...confirmed.filter((episode) => episode.leads.includes(leadIndex))];
  const isPlain = (i: number) => label[i] === 0 && (flags[i] & beatFlags.artifact) === 0;
  const fit: number[] = [];
  for (let i = 1; i + 1 < atSample.length; i++) if (isPlain(i - 1) && isPlain(i)) fit.push(i);
  const every = Math.max(1, fit.length / mostBeats);
  const chosen = Array.from(
    { length: Math.min(mostBeats, fit.length) },
    (_, k) => fit[Math.floor((k + 0.5) * every)],
  ).filter((i) => !left.some(({ fromSample, toSample }) => fromSample < atSample[i + 1] && toSample > atSample[i - 1]));
  const margin = Math.round(marginS * samplingHz);
  const measured = chosen.map((i) => {
    const first = Math.max(0, i - neighbours);
    const near = atSample.subarray(first, i + neighbours + 1);
    const from = Math.max(0, near[0] - margin);
    const to = Math.min(lengthSamples, near[near.length - 1] + margin);
    const isHeard = (lead: number) =>
      !confirmed.some((one) => one.leads.includes(lead) && one.fromSample < to && one.toSample > from);
    // A noisy stretch of the first lead beside the beat is no reason to measure by the others alone.
    const heard = ecgLeads.filter((lead) => lead === leadIndex || isHeard(lead));
    const signals = heard.map((lead) => physicalOf(signal.samples(lead, from, to), leads[lead]));
    const marks = near.map((at) => at - from);
    const waves = delineateLeads(signals, marks, samplingHz)[0][i - first];
    const rrMs = ((atSample[i] - atSample[i - 1]) / samplingHz) * 1000;
    return { rrMs, ...intervalsOf(waves, rrMs, samplingHz) };
  });
  return measured.length > 0 ? { leadName: leads[leadIndex].name, candidates: fit.length, beats: measured } : null;
}
