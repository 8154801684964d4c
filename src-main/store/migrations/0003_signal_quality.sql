-- How good each lead's signal is, second by second, and the episodes in which it is not.

-- One byte a second: 0 clean, 1 noise, 2 off, 3 saturated, 4 no samples.
CREATE TABLE lead_qualities (
  record_id INTEGER NOT NULL REFERENCES records ON DELETE CASCADE,
  lead_index INTEGER NOT NULL,
  seconds BLOB NOT NULL,
  PRIMARY KEY (record_id, lead_index)
) STRICT, WITHOUT ROWID;

-- Projection of what was found and of `episode_events`. One that a person added was not there before.
CREATE TABLE episodes (
  episode_id INTEGER PRIMARY KEY AUTOINCREMENT,
  record_id INTEGER NOT NULL REFERENCES records ON DELETE CASCADE,
  from_sample INTEGER NOT NULL CHECK (from_sample >= 0),
  to_sample INTEGER NOT NULL CHECK (to_sample > from_sample),
  leads TEXT NOT NULL CHECK (json_type(leads) = 'array'),
  kind TEXT NOT NULL CHECK (kind IN ('noise', 'off', 'saturated')),
  state TEXT NOT NULL CHECK (state IN ('absent', 'found', 'confirmed', 'rejected'))
) STRICT;
CREATE INDEX episodes_by_sample ON episodes (record_id, from_sample);

-- What a step did to one episode: all of it before and after.
CREATE TABLE episode_events (
  step_id INTEGER NOT NULL REFERENCES steps ON DELETE CASCADE,
  episode_id INTEGER NOT NULL,
  before_from_sample INTEGER NOT NULL,
  before_to_sample INTEGER NOT NULL,
  before_leads TEXT NOT NULL,
  before_kind TEXT NOT NULL,
  before_state TEXT NOT NULL,
  after_from_sample INTEGER NOT NULL,
  after_to_sample INTEGER NOT NULL,
  after_leads TEXT NOT NULL,
  after_kind TEXT NOT NULL,
  after_state TEXT NOT NULL,
  PRIMARY KEY (step_id, episode_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER episode_events_are_not_changed BEFORE UPDATE ON episode_events
BEGIN SELECT RAISE(ABORT, 'episode events are append-only'); END;
CREATE TRIGGER episode_events_are_kept BEFORE DELETE ON episode_events
WHEN EXISTS (SELECT 1 FROM steps WHERE step_id = OLD.step_id)
BEGIN SELECT RAISE(ABORT, 'episode events are append-only'); END;
