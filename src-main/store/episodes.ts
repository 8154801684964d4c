import type { RecordId } from '../domain/record.ts';
import type { EpisodeId, EpisodeKind, EpisodeState, SignalEpisode, SignalStretch } from '../domain/signal-episode.ts';
import { type WriteDb, atomically, tableGroup } from './table-group.ts';

/** An episode brought to a new state, or one that was not there. */
export interface EpisodeChange {
  /** Null for a new one. */
  readonly episodeId: EpisodeId | null;
  readonly after: Omit<SignalEpisode, 'episodeId'>;
}

interface EpisodeRow {
  readonly episodeId: EpisodeId;
  readonly fromSample: number;
  readonly toSample: number;
  readonly leads: string;
  readonly kind: EpisodeKind;
  readonly state: EpisodeState;
}
const episodeOf = ({ leads, ...row }: EpisodeRow): SignalEpisode => ({ ...row, leads: JSON.parse(leads) as number[] });

/** How good a record's signal is, and the episodes in which it is not. */
export const episodesOf = tableGroup(
  'episodes',
  (db) => {
    const columns = 'episode_id AS episodeId, from_sample AS fromSample, to_sample AS toSample, leads, kind, state';
    const ofRecord = db.prepare<{ recordId: RecordId }, EpisodeRow>(
      `SELECT ${columns} FROM episodes WHERE record_id = @recordId AND state <> 'absent' ORDER BY from_sample, episode_id`,
    );
    const byId = db.prepare<{ recordId: RecordId; episodeId: EpisodeId }, EpisodeRow>(
      `SELECT ${columns} FROM episodes WHERE record_id = @recordId AND episode_id = @episodeId AND state <> 'absent'`,
    );
    const seconds = db
      .prepare<{ recordId: RecordId }, Uint8Array>(
        'SELECT seconds FROM lead_qualities WHERE record_id = @recordId ORDER BY lead_index',
      )
      .pluck();
    return {
      /** By rising sample; rejected ones too. */
      ofRecord: (recordId: RecordId): SignalEpisode[] => ofRecord.all({ recordId }).map(episodeOf),
      byId: (recordId: RecordId, episodeId: EpisodeId): SignalEpisode | undefined => {
        const row = byId.get({ recordId, episodeId });
        return row && episodeOf(row);
      },
      /** By lead; a place in `secondQualities` for each second. Empty where it was not measured. */
      seconds: (recordId: RecordId): Uint8Array[] => seconds.all({ recordId }),
    };
  },
  (db) => {
    const addSeconds = db.prepare(
      'INSERT INTO lead_qualities (record_id, lead_index, seconds) VALUES (@recordId, @lead, @seconds)',
    );
    const isMeasured = db.prepare<{ recordId: RecordId }>(
      'SELECT 1 FROM lead_qualities WHERE record_id = @recordId LIMIT 1',
    );
    const add = db.prepare(`INSERT INTO episodes (record_id, from_sample, to_sample, leads, kind, state)
      VALUES (@recordId, @fromSample, @toSample, @leads, @kind, 'found')`);
    return {
      /** Keeps what was measured of a record, once: what people said of its episodes is never replaced. @returns whether it is new. */
      keep: (recordId: RecordId, seconds: readonly Uint8Array[], found: readonly SignalStretch[]): boolean =>
        atomically(db, () => {
          if (isMeasured.get({ recordId })) return false;
          seconds.forEach((bytes, lead) => addSeconds.run({ recordId, lead, seconds: bytes }));
          for (const { fromSample, toSample, leads, kind } of found)
            add.run({ recordId, fromSample, toSample, kind, leads: JSON.stringify(leads) });
          return true;
        }),
    };
  },
);

/** Writes the part of a step that concerns episodes: appended like annotation events, and projected to `episodes`. */
export function episodeChanger(db: WriteDb) {
  const columns = ['from_sample', 'to_sample', 'leads', 'kind', 'state'];
  const [before, after] = ['before', 'after'].map((when) => columns.map((name) => `${when}_${name}`).join(', '));
  const add = db.prepare(`INSERT INTO episodes (record_id, from_sample, to_sample, leads, kind, state)
    VALUES (@recordId, @fromSample, @toSample, @leads, @kind, 'absent')`);
  const addEvent = db.prepare(
    `INSERT INTO episode_events SELECT @stepId, episode_id, ${columns.join(', ')},
       @fromSample, @toSample, @leads, @kind, @state
     FROM episodes WHERE episode_id = @episodeId AND record_id = @recordId`,
  );
  const project = db.prepare(
    `UPDATE episodes SET ${columns.map((name) => `${name} = after_${name}`).join(', ')}
     FROM episode_events e WHERE e.step_id = @stepId AND e.episode_id = episodes.episode_id`,
  );
  const copyOf = (states: string) =>
    db.prepare(
      `INSERT INTO episode_events SELECT @stepId, episode_id, ${states} FROM episode_events WHERE step_id = @targetStepId`,
    );
  const copy = { undo: copyOf(`${after}, ${before}`), redo: copyOf(`${before}, ${after}`) };
  return {
    /** @throws {RangeError} for an episode that the record does not have. */
    append: (stepId: number, recordId: RecordId, changes: readonly EpisodeChange[]): void => {
      for (const { episodeId, after: state } of changes) {
        const row = { ...state, recordId, leads: JSON.stringify(state.leads) };
        const { fromSample, toSample, leads, kind } = row;
        const id = episodeId ?? add.run({ recordId, fromSample, toSample, leads, kind }).lastInsertRowid;
        const event = { stepId, episodeId: id, recordId, fromSample, toSample, leads, kind, state: state.state };
        if (addEvent.run(event).changes !== 1) throw new RangeError(`record ${recordId} has no episode ${id}`);
      }
      project.run({ stepId });
    },
    /** Appends a step's changes anew, for undo with before and after swapped. */
    repeat: (stepId: number, targetStepId: number, kind: 'undo' | 'redo'): void => {
      copy[kind].run({ stepId, targetStepId });
      project.run({ stepId });
    },
  };
}
