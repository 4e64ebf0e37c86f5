-- Version 5: keys that took over from the first one, and what witnesses signed.

-- A key that took over. The entry that wrote the row is the hand-over: its leaf names the key, and the tree head that ends with it
-- is signed by the old key and by this one. The first key is in `store`; the last row's is the one that signs now.
CREATE TABLE log_key (
  id           INTEGER PRIMARY KEY,
  verifier_key TEXT NOT NULL UNIQUE,        -- C2SP vkey, under the log's name
  entry        INTEGER NOT NULL UNIQUE REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- What a witness signed of a tree head (C2SP tlog-cosignature). It is no record and no log entry: it proves itself, by a key that
-- the reader must know from elsewhere.
CREATE TABLE cosignature (
  size         INTEGER NOT NULL REFERENCES log_checkpoint (size),
  verifier_key TEXT NOT NULL,               -- the witness's C2SP vkey, of type 4
  unix_time    INTEGER NOT NULL,            -- seconds since 1970, by the witness's clock
  signature    BLOB NOT NULL CHECK (length(signature) = 64),
  PRIMARY KEY (size, verifier_key, unix_time)
) STRICT, WITHOUT ROWID;

-- Which key has signed the log since which entry.
CREATE VIEW log_keys AS
SELECT k.verifier_key, k.entry AS since_entry, e.time
FROM (SELECT verifier_key, entry FROM store UNION ALL SELECT verifier_key, entry FROM log_key) k
JOIN log_entry e ON e.log_index = k.entry
ORDER BY k.entry;

CREATE TRIGGER log_key_refuses_update BEFORE UPDATE ON log_key BEGIN SELECT RAISE(ABORT, 'rows of log_key are never changed'); END;
CREATE TRIGGER log_key_refuses_delete BEFORE DELETE ON log_key BEGIN SELECT RAISE(ABORT, 'rows of log_key are never removed'); END;
CREATE TRIGGER cosignature_refuses_update BEFORE UPDATE ON cosignature BEGIN SELECT RAISE(ABORT, 'rows of cosignature are never changed'); END;
CREATE TRIGGER cosignature_refuses_delete BEFORE DELETE ON cosignature BEGIN SELECT RAISE(ABORT, 'rows of cosignature are never removed'); END;
