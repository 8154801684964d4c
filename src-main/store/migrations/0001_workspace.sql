-- The workspace of the first release. Times are milliseconds since 1970 (UTC); booleans are 0 or 1.
-- Deleting a record takes all that hangs on it; nothing else removes an act, a set or a prediction.

CREATE TABLE annotators (
  annotator_id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('person', 'reference', 'program')),
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  UNIQUE (kind, name, version)
) STRICT;

CREATE TABLE patients (
  patient_id INTEGER PRIMARY KEY AUTOINCREMENT,
  pseudonym TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE records (
  record_id INTEGER PRIMARY KEY AUTOINCREMENT,
  patient_id INTEGER NOT NULL REFERENCES patients,
  name TEXT NOT NULL,
  signal_hash TEXT NOT NULL UNIQUE,
  sampling_hz REAL NOT NULL CHECK (sampling_hz > 0),
  length_samples INTEGER NOT NULL CHECK (length_samples >= 0),
  leads TEXT NOT NULL CHECK (json_type(leads) = 'array'),
  notes TEXT NOT NULL CHECK (json_type(notes) = 'array'),
  is_simulated INTEGER NOT NULL CHECK (is_simulated IN (0, 1)),
  source TEXT NOT NULL CHECK (json_type(source) = 'object'),
  imported_at_ms INTEGER NOT NULL,
  -- Rises with every edit; an edit names the revision it was made on.
  revision INTEGER NOT NULL DEFAULT 0,
  -- The set whose beat marks became the record's beats, and the first of their ids, which follow each other.
  seeded_from_set INTEGER REFERENCES annotation_sets DEFERRABLE INITIALLY DEFERRED,
  first_beat_id INTEGER,
  CHECK ((seeded_from_set IS NULL) = (first_beat_id IS NULL))
) STRICT;
CREATE INDEX records_by_patient ON records (patient_id);
CREATE INDEX records_by_seed ON records (seeded_from_set);

CREATE TABLE annotation_sets (
  set_id INTEGER PRIMARY KEY AUTOINCREMENT,
  record_id INTEGER NOT NULL REFERENCES records ON DELETE CASCADE,
  annotator_id INTEGER NOT NULL REFERENCES annotators,
  made_at_ms INTEGER NOT NULL,
  content_hash TEXT NOT NULL,
  UNIQUE (record_id, annotator_id, content_hash)
) STRICT;

CREATE TABLE set_annotations (
  set_id INTEGER NOT NULL REFERENCES annotation_sets ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  at_sample INTEGER NOT NULL,
  symbol TEXT NOT NULL,
  subtype INTEGER NOT NULL,
  channel INTEGER NOT NULL,
  num INTEGER NOT NULL,
  aux TEXT NOT NULL,
  PRIMARY KEY (set_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE unblindings (
  record_id INTEGER NOT NULL REFERENCES records ON DELETE CASCADE,
  annotator_id INTEGER NOT NULL REFERENCES annotators,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (record_id, annotator_id, at_ms)
) STRICT, WITHOUT ROWID;

-- One act of a person: what undo takes back at once.
CREATE TABLE steps (
  step_id INTEGER PRIMARY KEY AUTOINCREMENT,
  record_id INTEGER REFERENCES records ON DELETE CASCADE,
  annotator_id INTEGER NOT NULL REFERENCES annotators,
  made_at_ms INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('do', 'undo', 'redo')),
  -- The `do` step that is undone or redone.
  target_step_id INTEGER REFERENCES steps ON DELETE CASCADE,
  title TEXT NOT NULL,
  view TEXT CHECK (view IS NULL OR json_valid(view)),
  CHECK ((kind = 'do') = (target_step_id IS NULL))
) STRICT;
CREATE INDEX steps_by_record ON steps (record_id);
CREATE INDEX steps_by_target ON steps (target_step_id) WHERE target_step_id IS NOT NULL;

-- What a step did to one beat: the whole state before and after. A beat that was added was deleted before.
CREATE TABLE annotation_events (
  step_id INTEGER NOT NULL REFERENCES steps ON DELETE CASCADE,
  beat_id INTEGER NOT NULL,
  before_at_sample INTEGER NOT NULL,
  before_person_symbol TEXT,
  before_act TEXT,
  before_is_artifact INTEGER NOT NULL,
  before_is_for_later INTEGER NOT NULL,
  before_is_deleted INTEGER NOT NULL,
  after_at_sample INTEGER NOT NULL,
  after_person_symbol TEXT,
  after_act TEXT,
  after_is_artifact INTEGER NOT NULL,
  after_is_for_later INTEGER NOT NULL,
  after_is_deleted INTEGER NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (step_id, beat_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX annotation_events_by_beat ON annotation_events (beat_id, step_id);

-- Projection of `steps`: the linear history. What a new step makes unreachable is no longer in it.
CREATE TABLE undo_stack (
  step_id INTEGER PRIMARY KEY REFERENCES steps ON DELETE CASCADE,
  is_undone INTEGER NOT NULL CHECK (is_undone IN (0, 1))
) STRICT;
CREATE INDEX undo_stack_undone ON undo_stack (step_id) WHERE is_undone = 1;

-- Projection of the seeding set and `annotation_events`.
CREATE TABLE beats (
  beat_id INTEGER PRIMARY KEY AUTOINCREMENT,
  record_id INTEGER NOT NULL REFERENCES records ON DELETE CASCADE,
  -- Place among the marks of the seeding set; null for a beat that a person added.
  seed_ordinal INTEGER,
  at_sample INTEGER NOT NULL CHECK (at_sample >= 0),
  person_symbol TEXT,
  act TEXT CHECK (act IN ('confirmed', 'changed')),
  is_artifact INTEGER NOT NULL CHECK (is_artifact IN (0, 1)),
  is_for_later INTEGER NOT NULL CHECK (is_for_later IN (0, 1)),
  is_deleted INTEGER NOT NULL CHECK (is_deleted IN (0, 1)),
  CHECK ((person_symbol IS NULL) = (act IS NULL))
) STRICT;
CREATE INDEX beats_by_sample ON beats (record_id, at_sample);

-- How many beats of a record are alike in all that the library counts; follows `beats` and `current_predictions`.
-- '' stands for no symbol and no act, -1 for no label of a model. Deleted beats are not counted.
CREATE TABLE beat_tallies (
  record_id INTEGER NOT NULL REFERENCES records ON DELETE CASCADE,
  person_symbol TEXT NOT NULL,
  act TEXT NOT NULL,
  model_label INTEGER NOT NULL,
  is_artifact INTEGER NOT NULL,
  is_for_later INTEGER NOT NULL,
  beats INTEGER NOT NULL CHECK (beats >= 0),
  PRIMARY KEY (record_id, person_symbol, act, model_label, is_artifact, is_for_later)
) STRICT, WITHOUT ROWID;

CREATE TABLE models (
  model_id INTEGER PRIMARY KEY AUTOINCREMENT,
  hash TEXT NOT NULL UNIQUE,
  family TEXT NOT NULL CHECK (family IN ('record', 'row')),
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  parent_hash TEXT,
  state TEXT NOT NULL CHECK (state IN ('candidate', 'accepted', 'rejected', 'retired')),
  created_at_ms INTEGER NOT NULL,
  card TEXT NOT NULL CHECK (json_valid(card))
) STRICT;

CREATE TABLE model_weights (
  model_id INTEGER PRIMARY KEY REFERENCES models,
  bytes BLOB NOT NULL
) STRICT;

-- Which model a family uses from this step on; null: none.
CREATE TABLE model_uses (
  step_id INTEGER NOT NULL REFERENCES steps,
  family TEXT NOT NULL CHECK (family IN ('record', 'row')),
  before_model_id INTEGER REFERENCES models,
  after_model_id INTEGER REFERENCES models,
  reason TEXT NOT NULL,
  PRIMARY KEY (step_id, family)
) STRICT, WITHOUT ROWID;

CREATE TABLE model_state_changes (
  step_id INTEGER NOT NULL REFERENCES steps,
  model_id INTEGER NOT NULL REFERENCES models,
  before_state TEXT NOT NULL,
  after_state TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (step_id, model_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX model_state_changes_by_model ON model_state_changes (model_id, step_id);

-- Snapshots name records and beats without holding them: they tell what a model saw after a record is gone.
CREATE TABLE snapshots (
  snapshot_id INTEGER PRIMARY KEY AUTOINCREMENT,
  hash TEXT NOT NULL,
  purpose TEXT NOT NULL,
  made_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE snapshot_beats (
  snapshot_id INTEGER NOT NULL REFERENCES snapshots,
  ordinal INTEGER NOT NULL,
  beat_id INTEGER NOT NULL,
  record_id INTEGER NOT NULL,
  at_sample INTEGER NOT NULL,
  symbol TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('train', 'replay', 'evaluate')),
  PRIMARY KEY (snapshot_id, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX snapshot_beats_by_beat ON snapshot_beats (beat_id);

CREATE TABLE training_runs (
  run_id INTEGER PRIMARY KEY AUTOINCREMENT,
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled')),
  configuration TEXT NOT NULL CHECK (json_valid(configuration)),
  seed INTEGER NOT NULL,
  executor TEXT NOT NULL,
  snapshot_id INTEGER REFERENCES snapshots,
  parent_model_id INTEGER REFERENCES models,
  model_id INTEGER REFERENCES models,
  curves TEXT NOT NULL CHECK (json_type(curves) = 'array'),
  failure TEXT NOT NULL,
  started_at_ms INTEGER NOT NULL,
  ended_at_ms INTEGER,
  CHECK ((state = 'running') = (ended_at_ms IS NULL))
) STRICT;
CREATE INDEX training_runs_by_model ON training_runs (model_id);
CREATE INDEX training_runs_by_snapshot ON training_runs (snapshot_id);

-- Where an unfinished run goes on from; apart, so that reading runs does not read it.
CREATE TABLE training_checkpoints (
  run_id INTEGER PRIMARY KEY REFERENCES training_runs,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE evaluations (
  evaluation_id INTEGER PRIMARY KEY AUTOINCREMENT,
  model_id INTEGER NOT NULL REFERENCES models,
  run_id INTEGER REFERENCES training_runs,
  class_map TEXT NOT NULL CHECK (class_map IN ('ec57', 'literature')),
  protocol TEXT NOT NULL,
  made_at_ms INTEGER NOT NULL,
  result TEXT NOT NULL CHECK (json_valid(result))
) STRICT;
CREATE INDEX evaluations_by_model ON evaluations (model_id);
CREATE INDEX evaluations_by_run ON evaluations (run_id);

-- A model's opinions: never annotations. A run counts once it is whole.
CREATE TABLE prediction_runs (
  run_id INTEGER PRIMARY KEY AUTOINCREMENT,
  record_id INTEGER NOT NULL REFERENCES records ON DELETE CASCADE,
  model_hash TEXT NOT NULL,
  signal_hash TEXT NOT NULL,
  made_at_ms INTEGER NOT NULL,
  is_whole INTEGER NOT NULL CHECK (is_whole IN (0, 1))
) STRICT;
CREATE INDEX prediction_runs_by_record ON prediction_runs (record_id, is_whole, run_id);

CREATE TABLE predictions (
  run_id INTEGER NOT NULL REFERENCES prediction_runs ON DELETE CASCADE,
  beat_id INTEGER NOT NULL,
  p_n REAL NOT NULL,
  p_s REAL NOT NULL,
  p_v REAL NOT NULL,
  p_f REAL NOT NULL,
  p_q REAL NOT NULL,
  PRIMARY KEY (run_id, beat_id)
) STRICT, WITHOUT ROWID;

-- What is shown now: the latest whole run after the label blend. `label` is an index into N S V F Q.
CREATE TABLE current_predictions (
  beat_id INTEGER PRIMARY KEY REFERENCES beats ON DELETE CASCADE,
  record_id INTEGER NOT NULL REFERENCES records ON DELETE CASCADE,
  p_n REAL NOT NULL,
  p_s REAL NOT NULL,
  p_v REAL NOT NULL,
  p_f REAL NOT NULL,
  p_q REAL NOT NULL,
  label INTEGER NOT NULL CHECK (label BETWEEN 0 AND 4)
) STRICT;
CREATE INDEX current_predictions_by_record ON current_predictions (record_id);

CREATE TABLE jobs (
  job_id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  record_id INTEGER REFERENCES records ON DELETE SET NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
  sentence TEXT NOT NULL,
  started_at_ms INTEGER NOT NULL,
  ended_at_ms INTEGER,
  detail TEXT NOT NULL CHECK (json_valid(detail))
) STRICT;
CREATE INDEX jobs_by_state ON jobs (state);
CREATE INDEX jobs_by_record ON jobs (record_id);

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;

-- What was said stays said. A cascade from a deleted record finds its parent gone and passes.
CREATE TRIGGER steps_are_not_changed BEFORE UPDATE ON steps
BEGIN SELECT RAISE(ABORT, 'steps are append-only'); END;
CREATE TRIGGER steps_are_kept BEFORE DELETE ON steps
WHEN OLD.record_id IS NULL OR EXISTS (SELECT 1 FROM records WHERE record_id = OLD.record_id)
BEGIN SELECT RAISE(ABORT, 'steps are append-only'); END;

CREATE TRIGGER annotation_events_are_not_changed BEFORE UPDATE ON annotation_events
BEGIN SELECT RAISE(ABORT, 'annotation events are append-only'); END;
CREATE TRIGGER annotation_events_are_kept BEFORE DELETE ON annotation_events
WHEN EXISTS (SELECT 1 FROM steps WHERE step_id = OLD.step_id)
BEGIN SELECT RAISE(ABORT, 'annotation events are append-only'); END;

CREATE TRIGGER annotation_sets_are_not_changed BEFORE UPDATE ON annotation_sets
BEGIN SELECT RAISE(ABORT, 'annotation sets are never changed'); END;
CREATE TRIGGER annotation_sets_are_kept BEFORE DELETE ON annotation_sets
WHEN EXISTS (SELECT 1 FROM records WHERE record_id = OLD.record_id)
BEGIN SELECT RAISE(ABORT, 'annotation sets are never changed'); END;

CREATE TRIGGER set_annotations_are_not_changed BEFORE UPDATE ON set_annotations
BEGIN SELECT RAISE(ABORT, 'annotation sets are never changed'); END;
CREATE TRIGGER set_annotations_are_kept BEFORE DELETE ON set_annotations
WHEN EXISTS (SELECT 1 FROM annotation_sets WHERE set_id = OLD.set_id)
BEGIN SELECT RAISE(ABORT, 'annotation sets are never changed'); END;

CREATE TRIGGER unblindings_are_not_changed BEFORE UPDATE ON unblindings
BEGIN SELECT RAISE(ABORT, 'unblindings are append-only'); END;
CREATE TRIGGER unblindings_are_kept BEFORE DELETE ON unblindings
WHEN EXISTS (SELECT 1 FROM records WHERE record_id = OLD.record_id)
BEGIN SELECT RAISE(ABORT, 'unblindings are append-only'); END;

CREATE TRIGGER model_uses_are_not_changed BEFORE UPDATE ON model_uses
BEGIN SELECT RAISE(ABORT, 'model uses are append-only'); END;
CREATE TRIGGER model_uses_are_kept BEFORE DELETE ON model_uses
BEGIN SELECT RAISE(ABORT, 'model uses are append-only'); END;

CREATE TRIGGER model_state_changes_are_not_changed BEFORE UPDATE ON model_state_changes
BEGIN SELECT RAISE(ABORT, 'model state changes are append-only'); END;
CREATE TRIGGER model_state_changes_are_kept BEFORE DELETE ON model_state_changes
BEGIN SELECT RAISE(ABORT, 'model state changes are append-only'); END;

CREATE TRIGGER models_keep_their_content
BEFORE UPDATE OF model_id, hash, family, name, version, parent_hash, created_at_ms, card ON models
BEGIN SELECT RAISE(ABORT, 'a model is never changed'); END;
CREATE TRIGGER models_are_kept BEFORE DELETE ON models
BEGIN SELECT RAISE(ABORT, 'a model is never deleted'); END;
CREATE TRIGGER model_weights_are_not_changed BEFORE UPDATE ON model_weights
BEGIN SELECT RAISE(ABORT, 'a model is never changed'); END;
CREATE TRIGGER model_weights_are_kept BEFORE DELETE ON model_weights
BEGIN SELECT RAISE(ABORT, 'a model is never changed'); END;

CREATE TRIGGER predictions_are_not_changed BEFORE UPDATE ON predictions
BEGIN SELECT RAISE(ABORT, 'predictions are never changed'); END;

CREATE TRIGGER snapshot_beats_are_not_changed BEFORE UPDATE ON snapshot_beats
BEGIN SELECT RAISE(ABORT, 'snapshots are never changed'); END;
CREATE TRIGGER snapshot_beats_are_kept BEFORE DELETE ON snapshot_beats
BEGIN SELECT RAISE(ABORT, 'snapshots are never changed'); END;
