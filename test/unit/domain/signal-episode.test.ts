import { expect, it } from 'vitest';
import { type EpisodeId, type SignalEpisode, unreadableSpans } from '../../../src-main/domain/signal-episode.ts';

const episode = (
  fromSample: number,
  toSample: number,
  leads: number[],
  state: SignalEpisode['state'] = 'confirmed',
) => ({
  ...{ episodeId: 1 as EpisodeId, kind: 'noise' as const },
  ...{ fromSample, toSample, leads, state },
});

it('a record is unreadable where each of its leads lies in a confirmed episode', () => {
  const episodes = [
    episode(0, 10, [0]),
    episode(8, 30, [0]),
    episode(5, 20, [1]),
    episode(25, 28, [1], 'found'),
    episode(25, 28, [1], 'rejected'),
  ];
  expect(unreadableSpans(episodes, [0, 1])).toEqual([{ fromSample: 5, toSample: 20 }]);
  expect(unreadableSpans(episodes, [0])).toEqual([{ fromSample: 0, toSample: 30 }]);
  expect(unreadableSpans(episodes, [0, 1, 2])).toEqual([]);
  expect(unreadableSpans(episodes, [])).toEqual([]);
});
