import type { EpisodeRefusal } from '../contract/review.ts';
import { type Result, refused } from '../domain/result.ts';
import type { EpisodeId, SignalEpisode } from '../domain/signal-episode.ts';
import { clockOfSample } from '../domain/time.ts';
import type { Workspace } from '../store/database.ts';
import { stepsOf } from '../store/edit-steps.ts';
import { episodesOf } from '../store/episodes.ts';
import { recordsOf } from '../store/records.ts';
import type { EditFrame } from './edit-beats.ts';

const words = { noise: 'Noise', off: 'Lead off', saturated: 'Saturation' } as const;

/** Brings an episode of bad signal to a state, or adds one: one call, one step, one undo. */
export function editEpisode(
  { db }: Workspace,
  frame: EditFrame,
  episodeId: EpisodeId | null,
  after: Omit<SignalEpisode, 'episodeId'>,
): Result<{ revision: number }, EpisodeRefusal> {
  const record = recordsOf(db).byId(frame.recordId);
  const before = episodeId === null ? undefined : episodesOf(db).byId(frame.recordId, episodeId);
  if (!record || (episodeId !== null && !before)) return refused('no-such-episode');
  const { lengthSamples, leads, samplingHz } = record.header;
  const isInside = after.fromSample < after.toSample && after.toSample <= lengthSamples;
  if (!isInside || after.leads.length === 0 || after.leads.some((lead) => lead >= leads.length))
    return refused('beyond-record');
  const verb = before ? (before.state === after.state ? 'changed' : after.state) : 'added';
  const at = clockOfSample(after.fromSample, samplingHz, 0);
  const ordered = { ...after, leads: [...new Set(after.leads)].sort((a, b) => a - b) };
  return stepsOf(db).applyEpisodes({
    ...frame,
    title: `${words[after.kind]} ${verb} at ${at}`,
    changes: [{ episodeId, after: ordered }],
  });
}

/** Agrees with every episode that nobody has looked at yet: one call, one step, one undo. */
export function confirmEpisodes({ db }: Workspace, frame: EditFrame): Result<{ revision: number }, EpisodeRefusal> {
  const found = episodesOf(db)
    .ofRecord(frame.recordId)
    .filter(({ state }) => state === 'found');
  if (found.length === 0) return refused('no-such-episode');
  return stepsOf(db).applyEpisodes({
    ...frame,
    title: `${found.length} ${found.length === 1 ? 'episode' : 'episodes'} of bad signal confirmed`,
    changes: found.map(({ episodeId, ...before }) => ({ episodeId, after: { ...before, state: 'confirmed' } })),
  });
}
