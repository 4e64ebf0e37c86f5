-- Lethe's store: single examples that were forgotten, not only whole classes.

-- A training example that an act of forgetting took out; `ordinal` is its row in the split. Whose it is stands in `example`, if the
-- data set has ids, and can be blanked there.
CREATE TABLE forgotten_example (
  id      INTEGER PRIMARY KEY,
  event   INTEGER NOT NULL REFERENCES unlearning_event (id),
  split   INTEGER NOT NULL REFERENCES split (id),
  ordinal INTEGER NOT NULL,
  entry   INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (event, split, ordinal)
) STRICT;
CREATE INDEX forgotten_example_by_place ON forgotten_example (split, ordinal, event);
CREATE INDEX forgotten_example_by_entry ON forgotten_example (entry);

CREATE TRIGGER forgotten_example_refuses_update BEFORE UPDATE ON forgotten_example BEGIN SELECT RAISE(ABORT, 'rows of forgotten_example are never changed'); END;
CREATE TRIGGER forgotten_example_refuses_delete BEFORE DELETE ON forgotten_example BEGIN SELECT RAISE(ABORT, 'rows of forgotten_example are never removed'); END;
