-- Lethe's store, twelfth step: hashes of the tree lie in the order in which they are made. By level and position the hashes that an entry adds
-- lay a page each apart; a commit writes the pages that it changes, and a tenth of them were these.

DROP TRIGGER log_node_refuses_update;
DROP TRIGGER log_node_refuses_delete;
ALTER TABLE log_node RENAME TO log_node_by_level;

-- As in 001: node (level, position) covers leaves position·2^level up to the next node's.
CREATE TABLE log_node (
  entry    INTEGER NOT NULL,                -- the last of those leaves, with which the hash was made: (position + 1)·2^level - 1
  level    INTEGER NOT NULL,
  position INTEGER NOT NULL,
  hash     BLOB NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (entry, level, position)
) STRICT, WITHOUT ROWID;

-- A store that somebody changed is no other afterwards: rows of nodes that the tree does not have come over as well, and hashes that are none,
-- for `lethe verify` to tell. Shifts give an integer whatever is shifted, which a power of two less one would not.
PRAGMA ignore_check_constraints = ON;
INSERT INTO log_node SELECT (position << level) | ~(-1 << level), level, position, hash FROM log_node_by_level;
PRAGMA ignore_check_constraints = OFF;

DROP TABLE log_node_by_level;

CREATE TRIGGER log_node_refuses_update BEFORE UPDATE ON log_node BEGIN SELECT RAISE(ABORT, 'rows of log_node are never changed'); END;
CREATE TRIGGER log_node_refuses_delete BEFORE DELETE ON log_node BEGIN SELECT RAISE(ABORT, 'rows of log_node are never removed'); END;
