import { expect, it } from 'vitest';
import type { EpisodeId, SignalEpisode } from '../../../src-main/domain/signal-episode.ts';
import { stepsOf } from '../../../src-main/store/edit-steps.ts';
import { episodesOf } from '../../../src-main/store/episodes.ts';
import { recordsOf } from '../../../src-main/store/records.ts';
import { addRecord, readerOf, temporaryWorkspace } from './simulated.ts';

const noise = { fromSample: 100, toSample: 400, leads: [0], kind: 'noise' } as const;

function measured() {
  const { db } = temporaryWorkspace();
  const recordId = addRecord(db, '100', [10, 20]);
  episodesOf(db).keep(recordId, [Uint8Array.of(0, 1, 0)], [noise]);
  const by = { annotatorId: readerOf(db), madeAtMs: 1 };
  const edit = (episodeId: EpisodeId | null, after: Omit<SignalEpisode, 'episodeId'>) =>
    stepsOf(db).applyEpisodes({
      ...{ ...by, recordId, title: 'noise', view: null },
      expectedRevision: recordsOf(db).byId(recordId)!.revision,
      changes: [{ episodeId, after }],
    });
  const states = () =>
    episodesOf(db)
      .ofRecord(recordId)
      .map(({ state, toSample }) => [state, toSample]);
  return { db, recordId, by, edit, states };
}

it('keeps what was measured once, whatever is found later', () => {
  const { db, recordId, states } = measured();
  expect(episodesOf(db).keep(recordId, [Uint8Array.of(2)], [])).toBe(false);
  expect(
    episodesOf(db)
      .seconds(recordId)
      .map((bytes) => [...bytes]),
  ).toEqual([[0, 1, 0]]);
  expect(states()).toEqual([['found', 400]]);
});

it('confirms, changes and adds as steps that undo and redo take back and forth', () => {
  const { db, recordId, by, edit, states } = measured();
  const [{ episodeId }] = episodesOf(db).ofRecord(recordId);
  expect(edit(episodeId, { ...noise, state: 'confirmed' })).toEqual({ ok: true, value: { revision: 1 } });
  edit(episodeId, { ...noise, toSample: 500, state: 'confirmed' });
  edit(null, { ...noise, fromSample: 600, toSample: 700, state: 'confirmed' });
  const all = [
    ['confirmed', 500],
    ['confirmed', 700],
  ];
  expect(states()).toEqual(all);
  const seen = [states()];
  for (let i = 0; i < 3; i++) {
    expect(stepsOf(db).undo(by).ok).toBe(true);
    seen.push(states());
  }
  expect(seen.slice(1)).toEqual([[['confirmed', 500]], [['confirmed', 400]], [['found', 400]]]);
  for (let i = 0; i < 3; i++) expect(stepsOf(db).redo(by).ok).toBe(true);
  expect(states()).toEqual(all);
});

it('brings several to a state as one step, which one undo takes back', () => {
  const { db, recordId, by, edit, states } = measured();
  edit(null, { ...noise, fromSample: 600, toSample: 700, state: 'found' });
  const changes = episodesOf(db)
    .ofRecord(recordId)
    .map(({ episodeId, ...before }) => ({ episodeId, after: { ...before, state: 'confirmed' as const } }));
  const step = { ...by, recordId, title: 'all', view: null, expectedRevision: 1, changes };
  expect(stepsOf(db).applyEpisodes(step)).toEqual({ ok: true, value: { revision: 2 } });
  const confirmed = states();
  stepsOf(db).undo(by);
  expect([confirmed, states()]).toEqual([
    [
      ['confirmed', 400],
      ['confirmed', 700],
    ],
    [
      ['found', 400],
      ['found', 700],
    ],
  ]);
});

it('refuses an edit made on an older revision, and an episode of another record', () => {
  const { db, recordId, by, edit } = measured();
  const [{ episodeId }] = episodesOf(db).ofRecord(recordId);
  edit(episodeId, { ...noise, state: 'rejected' });
  const change = { episodeId, after: { ...noise, state: 'confirmed' as const } };
  const stale = { ...by, recordId, title: '', view: null, expectedRevision: 0, changes: [change] };
  expect(stepsOf(db).applyEpisodes(stale)).toEqual({ ok: false, refusal: 'stale-revision' });
  expect(() => edit(99 as EpisodeId, { ...noise, state: 'confirmed' })).toThrow('has no episode 99');
});

it('goes with its record', () => {
  const { db, recordId, edit } = measured();
  edit(null, { ...noise, state: 'confirmed' });
  expect(recordsOf(db).remove(recordId)).toBe(true);
  expect(db.prepare('SELECT count(*) FROM episodes').pluck().get()).toBe(0);
  expect(db.prepare('SELECT count(*) FROM episode_events').pluck().get()).toBe(0);
});
