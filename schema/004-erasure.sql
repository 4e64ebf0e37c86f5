-- Version 4: what was erased for good, what holds that back, and where copies lie.
--
-- Erasing removes bytes, never records: a tensor keeps its row and digest, its chunks go, and `erased_tensor` says so. All
-- tables here are records like those of version 1: append-only, bound to the log entry that wrote them.

-- One act of erasing. Its bytes are gone from the tables; from the file when `erasure_certificate` has a row for it, and
-- until then it is pending (an open reader may keep old pages alive).
CREATE TABLE erasure (
  id            INTEGER PRIMARY KEY,
  kind          TEXT NOT NULL CHECK (kind IN ('class', 'example', 'retention')),
  model         INTEGER NOT NULL REFERENCES model (id),
  removed_bytes INTEGER NOT NULL,           -- stored bytes of the chunks that went
  entry         INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- The classes that an erasure was about.
CREATE TABLE erased_class (
  id      INTEGER PRIMARY KEY,
  erasure INTEGER NOT NULL REFERENCES erasure (id),
  class   INTEGER NOT NULL REFERENCES class (id),
  entry   INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (erasure, class)
) STRICT;
CREATE INDEX erased_class_by_class ON erased_class (class);

-- The examples that an erasure took out of a part: how many, the digest of the list of their rows (FORMAT.md, "Split"), and
-- the arrays that stand for the part from then on, the same with those rows blanked: embeddings 0, labels 65535.
CREATE TABLE erased_rows (
  id         INTEGER PRIMARY KEY,
  erasure    INTEGER NOT NULL REFERENCES erasure (id) DEFERRABLE INITIALLY DEFERRED,
  split      INTEGER NOT NULL REFERENCES split (id),
  count      INTEGER NOT NULL,
  members    BLOB NOT NULL CHECK (length(members) = 32),
  embeddings INTEGER NOT NULL REFERENCES tensor (id),
  labels     INTEGER NOT NULL REFERENCES tensor (id),
  entry      INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (erasure, split)
) STRICT;
CREATE INDEX erased_rows_by_split ON erased_rows (split);

-- The codes that stand for a code table from then on, those of the erased rows blanked: 65535.
CREATE TABLE erased_codes (
  id         INTEGER PRIMARY KEY,
  erasure    INTEGER NOT NULL REFERENCES erasure (id) DEFERRABLE INITIALLY DEFERRED,
  code_table INTEGER NOT NULL REFERENCES code_table (id),
  tensor     INTEGER NOT NULL REFERENCES tensor (id),
  entry      INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (erasure, code_table)
) STRICT;
CREATE INDEX erased_codes_by_code_table ON erased_codes (code_table);

-- The checkpoints whose arrays an erasure removed.
CREATE TABLE erased_checkpoint (
  id         INTEGER PRIMARY KEY,
  erasure    INTEGER NOT NULL REFERENCES erasure (id) DEFERRABLE INITIALLY DEFERRED,
  checkpoint INTEGER NOT NULL UNIQUE REFERENCES checkpoint (id),
  entry      INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- The tensors whose bytes an erasure removed. A tensor is erased unless a later row of `rewritten_tensor` stores it again.
CREATE TABLE erased_tensor (
  id      INTEGER PRIMARY KEY,
  erasure INTEGER NOT NULL REFERENCES erasure (id) DEFERRABLE INITIALLY DEFERRED,
  tensor  INTEGER NOT NULL REFERENCES tensor (id),
  entry   INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX erased_tensor_by_tensor ON erased_tensor (tensor);

-- Tensors that were stored anew: in full since the one that they were derived from was erased, or because the same array came in
-- again after it had been erased. `chunk_list_digest` as in `tensor`, whose column it stands for from then on.
CREATE TABLE rewritten_tensor (
  id                INTEGER PRIMARY KEY,
  tensor            INTEGER NOT NULL REFERENCES tensor (id),
  chunk_list_digest BLOB CHECK (length(chunk_list_digest) = 32),
  entry             INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX rewritten_tensor_by_tensor ON rewritten_tensor (tensor);

-- Fingerprints of 32-byte pieces of the removed bytes, taken before they went, so that this file and any copy can be scanned
-- for them afterwards, as often as wanted, although nobody has the bytes any more.
CREATE TABLE needle (
  id      INTEGER PRIMARY KEY,
  erasure INTEGER NOT NULL REFERENCES erasure (id),
  form    TEXT NOT NULL CHECK (form IN ('plain', 'stored')),      -- of the array's bytes, or of the chunk as it was stored
  rolling INTEGER NOT NULL,                                       -- FORMAT.md, "Needle"
  digest  BLOB NOT NULL CHECK (length(digest) = 32),              -- SHA-256 of the 32 bytes
  entry   INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX needle_by_erasure ON needle (erasure);

-- What a scan of the files saw after an erasure, and by what means the bytes had been removed.
CREATE TABLE erasure_certificate (
  id            INTEGER PRIMARY KEY,
  erasure       INTEGER NOT NULL UNIQUE REFERENCES erasure (id),
  technique     TEXT NOT NULL,
  level         TEXT NOT NULL CHECK (level IN ('Clear')),         -- NIST SP 800-88 Rev. 2
  scanned_bytes INTEGER NOT NULL,
  scanned_files TEXT NOT NULL,              -- canonical JSON: [{"bytes":N,"file":".db"}, …]
  needles       INTEGER NOT NULL,
  hits          INTEGER NOT NULL,           -- 0, or there is no certificate
  tool          TEXT NOT NULL,
  entry         INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- What must not come back, by digest: an example's (FORMAT.md, "Example") or a checkpoint's. From an erasure, or from a list
-- that another store exported.
CREATE TABLE exclusion (
  id      INTEGER PRIMARY KEY,
  kind    TEXT NOT NULL CHECK (kind IN ('example', 'checkpoint')),
  digest  BLOB NOT NULL CHECK (length(digest) = 32),
  erasure INTEGER REFERENCES erasure (id),
  entry   INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (kind, digest)
) STRICT;

-- A legal hold: what it names may not be erased until it is lifted. Exactly one of the four is named. Reason and owner are
-- sealed fields of its entry.
CREATE TABLE hold (
  id         INTEGER PRIMARY KEY,
  model      INTEGER REFERENCES model (id),
  checkpoint INTEGER REFERENCES checkpoint (id),
  class      INTEGER REFERENCES class (id),
  dataset    INTEGER REFERENCES dataset (id),
  review     TEXT NOT NULL,                 -- date by which somebody looks at it again: 2026-12-31
  entry      INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  CHECK ((model IS NULL) + (checkpoint IS NULL) + (class IS NULL) + (dataset IS NULL) = 3)
) STRICT;

CREATE TABLE hold_lift (
  id    INTEGER PRIMARY KEY,
  hold  INTEGER NOT NULL UNIQUE REFERENCES hold (id),
  entry INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- How long a model's checkpoints are kept; the last row of a model is its rule. Both NULL: for ever.
CREATE TABLE retention_rule (
  id        INTEGER PRIMARY KEY,
  model     INTEGER NOT NULL REFERENCES model (id),
  keep_last INTEGER CHECK (keep_last >= 1),     -- this many newest checkpoints
  keep_days INTEGER CHECK (keep_days >= 0),     -- and those of so many last days
  entry     INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX retention_rule_by_model ON retention_rule (model);

-- Where copies of this store lie (backups, replicas, snapshots), and by when what was erased here is gone there. A place may
-- name a person, so it can be blanked.
CREATE TABLE copy_location (
  id         INTEGER PRIMARY KEY,
  kind       TEXT NOT NULL CHECK (kind IN ('backup', 'replica', 'snapshot', 'other')),
  location   TEXT,
  salt       BLOB,
  commitment BLOB NOT NULL CHECK (length(commitment) = 32),
  log_size   INTEGER,                       -- entries of the log that the copy holds at least, where known
  clear_by   TEXT,                          -- date; NULL: not known
  entry      INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE copy_clearing (
  id       INTEGER PRIMARY KEY,
  copy     INTEGER NOT NULL UNIQUE REFERENCES copy_location (id),
  entry    INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- As in 003: every commit looks for the rows that waited for its log entry.
CREATE INDEX erasure_by_entry ON erasure (entry);
CREATE INDEX erased_class_by_entry ON erased_class (entry);
CREATE INDEX erased_rows_by_entry ON erased_rows (entry);
CREATE INDEX erased_codes_by_entry ON erased_codes (entry);
CREATE INDEX erased_checkpoint_by_entry ON erased_checkpoint (entry);
CREATE INDEX erased_tensor_by_entry ON erased_tensor (entry);
CREATE INDEX rewritten_tensor_by_entry ON rewritten_tensor (entry);
CREATE INDEX needle_by_entry ON needle (entry);
CREATE INDEX erasure_certificate_by_entry ON erasure_certificate (entry);
CREATE INDEX exclusion_by_entry ON exclusion (entry);
CREATE INDEX hold_by_entry ON hold (entry);
CREATE INDEX hold_lift_by_entry ON hold_lift (entry);
CREATE INDEX retention_rule_by_entry ON retention_rule (entry);
CREATE INDEX copy_location_by_entry ON copy_location (entry);
CREATE INDEX copy_clearing_by_entry ON copy_clearing (entry);

------------------------------------------------------------------------------------------------------ questions as views

-- What was erased, newest first, and whether a scan has shown it.
CREATE VIEW erasures AS
SELECT x.id AS erasure, x.kind, m.name AS model, e.time, x.removed_bytes,
       (SELECT group_concat(k.name, ', ') FROM erased_class c JOIN class k ON k.id = c.class WHERE c.erasure = x.id) AS classes,
       (SELECT ifnull(sum(count), 0) FROM erased_rows r WHERE r.erasure = x.id) AS examples,
       (SELECT count(*) FROM erased_checkpoint c WHERE c.erasure = x.id) AS checkpoints,
       iif(c.id IS NULL, 'pending', 'certified') AS state, c.scanned_bytes, c.hits
FROM erasure x
JOIN model m ON m.id = x.model
JOIN log_entry e ON e.log_index = x.entry
LEFT JOIN erasure_certificate c ON c.erasure = x.id
ORDER BY x.id DESC;

-- Holds in force, the one to be looked at first on top.
CREATE VIEW holds AS
SELECT h.id AS hold,
       coalesce('model ' || m.name, 'checkpoint ' || cm.name || '@' || c.number,
                'class ' || kd.name || '/' || ifnull(k.name, 'class ' || k.ordinal), 'dataset ' || d.name) AS subject,
       h.review, h.review < date('now') AS overdue, e.time,
       (SELECT value FROM sealed_field s WHERE s.entry = h.entry AND s.name = 'owner')  AS owner,
       (SELECT value FROM sealed_field s WHERE s.entry = h.entry AND s.name = 'reason') AS reason
FROM hold h
JOIN log_entry e ON e.log_index = h.entry
LEFT JOIN model m ON m.id = h.model
LEFT JOIN checkpoint c ON c.id = h.checkpoint LEFT JOIN model cm ON cm.id = c.model
LEFT JOIN class k ON k.id = h.class LEFT JOIN dataset kd ON kd.id = k.dataset
LEFT JOIN dataset d ON d.id = h.dataset
WHERE NOT EXISTS (SELECT 1 FROM hold_lift l WHERE l.hold = h.id)
ORDER BY h.review, h.id;

-- Copies that may still hold what was erased here.
CREATE VIEW copies AS
SELECT c.id AS copy, c.kind, c.location, c.log_size, c.clear_by, ifnull(c.clear_by < date('now'), 0) AS overdue, e.time
FROM copy_location c
JOIN log_entry e ON e.log_index = c.entry
WHERE NOT EXISTS (SELECT 1 FROM copy_clearing x WHERE x.copy = c.id)
ORDER BY c.id;

------------------------------------------------------------------------------------------------------------- append-only

CREATE TRIGGER erasure_refuses_update BEFORE UPDATE ON erasure BEGIN SELECT RAISE(ABORT, 'rows of erasure are never changed'); END;
CREATE TRIGGER erasure_refuses_delete BEFORE DELETE ON erasure BEGIN SELECT RAISE(ABORT, 'rows of erasure are never removed'); END;
CREATE TRIGGER erased_class_refuses_update BEFORE UPDATE ON erased_class BEGIN SELECT RAISE(ABORT, 'rows of erased_class are never changed'); END;
CREATE TRIGGER erased_class_refuses_delete BEFORE DELETE ON erased_class BEGIN SELECT RAISE(ABORT, 'rows of erased_class are never removed'); END;
CREATE TRIGGER erased_rows_refuses_update BEFORE UPDATE ON erased_rows BEGIN SELECT RAISE(ABORT, 'rows of erased_rows are never changed'); END;
CREATE TRIGGER erased_rows_refuses_delete BEFORE DELETE ON erased_rows BEGIN SELECT RAISE(ABORT, 'rows of erased_rows are never removed'); END;
CREATE TRIGGER erased_codes_refuses_update BEFORE UPDATE ON erased_codes BEGIN SELECT RAISE(ABORT, 'rows of erased_codes are never changed'); END;
CREATE TRIGGER erased_codes_refuses_delete BEFORE DELETE ON erased_codes BEGIN SELECT RAISE(ABORT, 'rows of erased_codes are never removed'); END;
CREATE TRIGGER erased_checkpoint_refuses_update BEFORE UPDATE ON erased_checkpoint BEGIN SELECT RAISE(ABORT, 'rows of erased_checkpoint are never changed'); END;
CREATE TRIGGER erased_checkpoint_refuses_delete BEFORE DELETE ON erased_checkpoint BEGIN SELECT RAISE(ABORT, 'rows of erased_checkpoint are never removed'); END;
CREATE TRIGGER erased_tensor_refuses_update BEFORE UPDATE ON erased_tensor BEGIN SELECT RAISE(ABORT, 'rows of erased_tensor are never changed'); END;
CREATE TRIGGER erased_tensor_refuses_delete BEFORE DELETE ON erased_tensor BEGIN SELECT RAISE(ABORT, 'rows of erased_tensor are never removed'); END;
CREATE TRIGGER rewritten_tensor_refuses_update BEFORE UPDATE ON rewritten_tensor BEGIN SELECT RAISE(ABORT, 'rows of rewritten_tensor are never changed'); END;
CREATE TRIGGER rewritten_tensor_refuses_delete BEFORE DELETE ON rewritten_tensor BEGIN SELECT RAISE(ABORT, 'rows of rewritten_tensor are never removed'); END;
CREATE TRIGGER needle_refuses_update BEFORE UPDATE ON needle BEGIN SELECT RAISE(ABORT, 'rows of needle are never changed'); END;
CREATE TRIGGER needle_refuses_delete BEFORE DELETE ON needle BEGIN SELECT RAISE(ABORT, 'rows of needle are never removed'); END;
CREATE TRIGGER erasure_certificate_refuses_update BEFORE UPDATE ON erasure_certificate BEGIN SELECT RAISE(ABORT, 'rows of erasure_certificate are never changed'); END;
CREATE TRIGGER erasure_certificate_refuses_delete BEFORE DELETE ON erasure_certificate BEGIN SELECT RAISE(ABORT, 'rows of erasure_certificate are never removed'); END;
CREATE TRIGGER exclusion_refuses_update BEFORE UPDATE ON exclusion BEGIN SELECT RAISE(ABORT, 'rows of exclusion are never changed'); END;
CREATE TRIGGER exclusion_refuses_delete BEFORE DELETE ON exclusion BEGIN SELECT RAISE(ABORT, 'rows of exclusion are never removed'); END;
CREATE TRIGGER hold_refuses_update BEFORE UPDATE ON hold BEGIN SELECT RAISE(ABORT, 'rows of hold are never changed'); END;
CREATE TRIGGER hold_refuses_delete BEFORE DELETE ON hold BEGIN SELECT RAISE(ABORT, 'rows of hold are never removed'); END;
CREATE TRIGGER hold_lift_refuses_update BEFORE UPDATE ON hold_lift BEGIN SELECT RAISE(ABORT, 'rows of hold_lift are never changed'); END;
CREATE TRIGGER hold_lift_refuses_delete BEFORE DELETE ON hold_lift BEGIN SELECT RAISE(ABORT, 'rows of hold_lift are never removed'); END;
CREATE TRIGGER retention_rule_refuses_update BEFORE UPDATE ON retention_rule BEGIN SELECT RAISE(ABORT, 'rows of retention_rule are never changed'); END;
CREATE TRIGGER retention_rule_refuses_delete BEFORE DELETE ON retention_rule BEGIN SELECT RAISE(ABORT, 'rows of retention_rule are never removed'); END;
CREATE TRIGGER copy_location_refuses_update BEFORE UPDATE ON copy_location WHEN NOT (NEW.location IS NULL AND NEW.salt IS NULL AND NEW.id = OLD.id AND NEW.kind = OLD.kind AND NEW.commitment = OLD.commitment AND NEW.log_size IS OLD.log_size AND NEW.clear_by IS OLD.clear_by AND NEW.entry = OLD.entry) BEGIN SELECT RAISE(ABORT, 'rows of copy_location are never changed, but that location and salt may be blanked together'); END;
CREATE TRIGGER copy_location_refuses_delete BEFORE DELETE ON copy_location BEGIN SELECT RAISE(ABORT, 'rows of copy_location are never removed'); END;
CREATE TRIGGER copy_clearing_refuses_update BEFORE UPDATE ON copy_clearing BEGIN SELECT RAISE(ABORT, 'rows of copy_clearing are never changed'); END;
CREATE TRIGGER copy_clearing_refuses_delete BEFORE DELETE ON copy_clearing BEGIN SELECT RAISE(ABORT, 'rows of copy_clearing are never removed'); END;

--------------------------------------------------------------------------------------------- checkpoints that came in a file

-- Checkpoints may come from outside: kind 'imported'. Only a CHECK becomes wider, as in 002-packing.sql.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(sql, 'kind IN (''trained'', ''retrained'', ''unlearned'', ''rolled back'')',
                  'kind IN (''trained'', ''retrained'', ''unlearned'', ''rolled back'', ''imported'')')
WHERE type = 'table' AND name = 'checkpoint';
PRAGMA writable_schema = RESET;
