-- How sure a model is beside its probabilities. Null where the model cannot say, and in runs made before.

-- How far members of the model's ensemble are apart, and how far the beat lies from those that the model learned from.
ALTER TABLE predictions ADD COLUMN disagreement REAL;
ALTER TABLE predictions ADD COLUMN novelty REAL;

-- How unlike the recording is to those that the model learned from; above 1 it is more so than any of them.
ALTER TABLE prediction_runs ADD COLUMN unlikeness REAL;

-- What is told of a model is told anew once more was measured; its weights stay as they are. The newest row counts.
-- `familiarity` is a weight file of its own, so that a model's hash remains that of what decides its predictions.
CREATE TABLE model_cards (
  card_id INTEGER PRIMARY KEY AUTOINCREMENT,
  model_id INTEGER NOT NULL REFERENCES models,
  made_at_ms INTEGER NOT NULL,
  card TEXT NOT NULL CHECK (json_valid(card)),
  familiarity BLOB
) STRICT;
CREATE INDEX model_cards_by_model ON model_cards (model_id, card_id);

CREATE TRIGGER model_cards_are_not_changed BEFORE UPDATE ON model_cards
BEGIN SELECT RAISE(ABORT, 'model cards are append-only'); END;
CREATE TRIGGER model_cards_are_kept BEFORE DELETE ON model_cards
BEGIN SELECT RAISE(ABORT, 'model cards are append-only'); END;
