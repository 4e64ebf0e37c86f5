-- Lethe's store, version 1. One SQLite file holds everything: what was learnt, what was forgotten, and the proof of both.
--
-- Reading guide
--   * Record tables (dataset … measurement) are append-only. Each row names the log entry that wrote it (`entry`), and that
--     entry's leaf holds a digest of all the rows it wrote, so a row that is changed, added or removed later is found by
--     `lethe verify`. FORMAT.md says how the digest is built.
--   * Storage tables (chunk, tensor_chunk, derived_tensor) hold bytes. They are covered by the tensors' digests.
--   * Log tables (log_entry, log_node, log_checkpoint, sealed_field) are an RFC 6962 Merkle tree whose head is signed.
--   * Names of persons and reasons lie in columns that can be blanked; what is hashed is a commitment, SHA-256 over a tag,
--     32 random bytes (`salt`) and the text.
--   * Times are those of the log entry: join `log_entry` on `entry`, or read the views at the end.
--   * Digests are 32 raw bytes: show them with `lower(hex(digest))`.

---------------------------------------------------------------------------------------------------------------- the log

-- One row for each command that changed something. `leaf` is canonical JSON (RFC 8785); its hash is a leaf of the tree.
CREATE TABLE log_entry (
  log_index INTEGER PRIMARY KEY,            -- 0, 1, 2 … without gaps
  leaf      TEXT NOT NULL,
  time      TEXT GENERATED ALWAYS AS (json_extract(leaf, '$.time')) VIRTUAL,    -- RFC 3339, UTC
  action    TEXT GENERATED ALWAYS AS (json_extract(leaf, '$.action')) VIRTUAL   -- init, import, train, forget, rollback, reinstate
) STRICT;

-- Hashes of the tree's complete subtrees: node (level, position) covers leaves position·2^level up to the next node's.
CREATE TABLE log_node (
  level    INTEGER NOT NULL,
  position INTEGER NOT NULL,
  hash     BLOB NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (level, position)
) STRICT, WITHOUT ROWID;

-- The signed tree head after each entry: a C2SP tlog-checkpoint, `note` verbatim.
CREATE TABLE log_checkpoint (
  size INTEGER PRIMARY KEY,
  root BLOB NOT NULL CHECK (length(root) = 32),
  note TEXT NOT NULL
) STRICT;

-- Texts that name a person or give a reason. The leaf holds a commitment to each, so a text and its salt can be blanked
-- and the tree still verifies.
CREATE TABLE sealed_field (
  entry INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  name  TEXT NOT NULL,                      -- actor, reason, approved_by
  salt  BLOB,
  value TEXT,
  PRIMARY KEY (entry, name)
) STRICT, WITHOUT ROWID;

----------------------------------------------------------------------------------------------------------- the evidence

-- This store: one row.
CREATE TABLE store (
  id           INTEGER PRIMARY KEY CHECK (id = 1),
  origin       TEXT NOT NULL,               -- the log's name, first line of every signed tree head
  verifier_key TEXT NOT NULL,               -- C2SP vkey that the tree heads are signed with
  entry        INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- An array: what it is. Its bytes are the chunks of `tensor_chunk`, or a base with zeroed rows (`derived_tensor`).
CREATE TABLE tensor (
  id                INTEGER PRIMARY KEY,
  digest            BLOB NOT NULL CHECK (length(digest) = 32),   -- SHA-256 of the plain bytes, little-endian, row-major
  dtype             TEXT NOT NULL,                               -- uint8, uint16, float16, float32 …
  shape             TEXT NOT NULL,                               -- [256,1024,14]
  byte_count        INTEGER NOT NULL,
  chunk_list_digest BLOB,                                        -- SHA-256 over its chunks' digests; NULL when derived
  entry             INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (digest, dtype, shape)
) STRICT;

-- A set of embeddings with labels, made by one frozen encoder.
CREATE TABLE dataset (
  id        INTEGER PRIMARY KEY,
  name      TEXT NOT NULL UNIQUE,
  encoder   TEXT,                           -- what made the embeddings, in the user's words
  license   TEXT,
  dimension INTEGER NOT NULL,
  scale     REAL NOT NULL,                  -- real value = stored value × scale (1 unless the embeddings are uint8)
  entry     INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- A class of a data set; `ordinal` is the label. A class may be a person, so its name can be blanked.
CREATE TABLE class (
  id         INTEGER PRIMARY KEY,
  dataset    INTEGER NOT NULL REFERENCES dataset (id),
  ordinal    INTEGER NOT NULL,
  name       TEXT,
  salt       BLOB,
  commitment BLOB NOT NULL CHECK (length(commitment) = 32),
  entry      INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (dataset, ordinal),
  UNIQUE (dataset, name)
) STRICT;

-- Examples of a data set: the imported parts (role all), and for each unlearning event the part that goes and the part
-- that stays. Derived splits hold no rows of their own: forget = members of the part whose label is a class of the event,
-- retain = members whose label is no class that is forgotten in the event's child.
CREATE TABLE split (
  id         INTEGER PRIMARY KEY,
  dataset    INTEGER NOT NULL REFERENCES dataset (id),
  event      INTEGER REFERENCES unlearning_event (id) DEFERRABLE INITIALLY DEFERRED,   -- NULL for imported parts
  part       TEXT NOT NULL CHECK (part IN ('train', 'validation', 'test')),
  role       TEXT NOT NULL CHECK (role IN ('all', 'forget', 'retain')),
  count      INTEGER NOT NULL,
  digest     BLOB NOT NULL CHECK (length(digest) = 32),   -- over the tensors' digests and the list of members
  embeddings INTEGER REFERENCES tensor (id),
  labels     INTEGER REFERENCES tensor (id),
  entry      INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (dataset, part, role, event),
  CHECK ((event IS NULL) = (role = 'all'))
) STRICT;

-- The user's own ids of examples, so that one person's rows can be found. Only for data sets imported with ids.
CREATE TABLE example (
  id          INTEGER PRIMARY KEY,
  split       INTEGER NOT NULL REFERENCES split (id),
  ordinal     INTEGER NOT NULL,             -- row of the embeddings and labels tensors
  external_id TEXT,
  salt        BLOB,
  commitment  BLOB NOT NULL CHECK (length(commitment) = 32),
  entry       INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX example_by_external_id ON example (external_id);

-- A name under which checkpoints follow one another.
CREATE TABLE model (
  id    INTEGER PRIMARY KEY,
  name  TEXT NOT NULL UNIQUE,
  entry INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- One state of a model, shown as name@number. It is never changed; a change is a new checkpoint.
CREATE TABLE checkpoint (
  id             INTEGER PRIMARY KEY,
  model          INTEGER NOT NULL REFERENCES model (id),
  number         INTEGER NOT NULL,
  parent         INTEGER REFERENCES checkpoint (id),   -- what it was made from; NULL for a first training
  base           INTEGER REFERENCES checkpoint (id),   -- the training whose keys it has; NULL when that is itself
  kind           TEXT NOT NULL CHECK (kind IN ('trained', 'retrained', 'unlearned', 'rolled back')),
  digest         BLOB NOT NULL CHECK (length(digest) = 32),   -- over configuration and tensor digests, nothing else
  dataset        INTEGER NOT NULL REFERENCES dataset (id),
  configuration  TEXT NOT NULL,                        -- canonical JSON: sizes and settings of the training
  seed           INTEGER NOT NULL,
  engine_version TEXT NOT NULL,
  entry          INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (model, number)
) STRICT;

-- The arrays that are the checkpoint: projection, keys, values, usable.
CREATE TABLE checkpoint_tensor (
  id         INTEGER PRIMARY KEY,
  checkpoint INTEGER NOT NULL REFERENCES checkpoint (id),
  name       TEXT NOT NULL,
  tensor     INTEGER NOT NULL REFERENCES tensor (id),
  entry      INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (checkpoint, name)
) STRICT;

-- Which keys the examples of a split select under a training's frozen keys, nearest first: shape [examples, codebooks,
-- width]. Worked out once; training, forgetting and evaluation read them instead of the embeddings.
CREATE TABLE code_table (
  id         INTEGER PRIMARY KEY,
  checkpoint INTEGER NOT NULL REFERENCES checkpoint (id),   -- a training
  split      INTEGER NOT NULL REFERENCES split (id),
  tensor     INTEGER NOT NULL REFERENCES tensor (id),
  entry      INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (checkpoint, split)
) STRICT;

-- One act of forgetting: classes masked out of `parent`, giving `child`.
CREATE TABLE unlearning_event (
  id             INTEGER PRIMARY KEY,
  model          INTEGER NOT NULL REFERENCES model (id),
  parent         INTEGER NOT NULL REFERENCES checkpoint (id),
  child          INTEGER NOT NULL REFERENCES checkpoint (id),
  dataset        INTEGER NOT NULL REFERENCES dataset (id),
  method         TEXT NOT NULL CHECK (method IN ('activations', 'examples')),
  parameters     TEXT NOT NULL,             -- canonical JSON: {"until":"0"}, {"pairs":20000} or {"examples":300}
  seed           INTEGER NOT NULL,
  masked_pairs   INTEGER NOT NULL,          -- pairs that this event masked and its parent had not
  active_pairs   INTEGER NOT NULL,          -- pairs that any forget example selects
  forward_passes INTEGER NOT NULL,          -- examples sent through the keys again in order to choose the pairs
  stored_bytes   INTEGER NOT NULL,          -- bytes of the chunks that the child added
  entry          INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE forgotten_class (
  id           INTEGER PRIMARY KEY,
  event        INTEGER NOT NULL REFERENCES unlearning_event (id),
  class        INTEGER NOT NULL REFERENCES class (id),
  amount       INTEGER NOT NULL,            -- N_a (method activations) or N_e (method examples) that was used
  active_pairs INTEGER NOT NULL,
  entry        INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (event, class)
) STRICT;

-- Which acts of forgetting hold in a checkpoint, and how: its pairs are masked, or it was trained without the class.
CREATE TABLE applied_event (
  id         INTEGER PRIMARY KEY,
  checkpoint INTEGER NOT NULL REFERENCES checkpoint (id),
  event      INTEGER NOT NULL REFERENCES unlearning_event (id),
  how        TEXT NOT NULL CHECK (how IN ('masked', 'left out of training')),
  entry      INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (checkpoint, event)
) STRICT;

-- The explicit, reasoned override: from here on this act of forgetting is no longer in force for its model.
CREATE TABLE reinstatement (
  id    INTEGER PRIMARY KEY,
  event INTEGER NOT NULL UNIQUE REFERENCES unlearning_event (id),
  entry INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- Where a model's head pointed. The last row of a model is its present head.
CREATE TABLE head_move (
  id              INTEGER PRIMARY KEY,
  model           INTEGER NOT NULL REFERENCES model (id),
  from_checkpoint INTEGER REFERENCES checkpoint (id),
  to_checkpoint   INTEGER NOT NULL REFERENCES checkpoint (id),
  entry           INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX head_move_by_model ON head_move (model);

-- One figure measured on one checkpoint and one split. low and high: 95 % Wilson interval.
CREATE TABLE measurement (
  id         INTEGER PRIMARY KEY,
  checkpoint INTEGER NOT NULL REFERENCES checkpoint (id),
  split      INTEGER NOT NULL REFERENCES split (id),
  metric     TEXT NOT NULL,                 -- accuracy
  class      INTEGER REFERENCES class (id), -- NULL: over the whole split
  value      REAL NOT NULL,
  n          INTEGER NOT NULL,
  low        REAL NOT NULL,
  high       REAL NOT NULL,
  entry      INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX measurement_by_checkpoint ON measurement (checkpoint, split);

---------------------------------------------------------------------------------------------------------------- storage

-- At most 256 KiB of plain bytes, addressed by their SHA-256. Chunks that several tensors share are stored once.
CREATE TABLE chunk (
  id            INTEGER PRIMARY KEY,
  digest        BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),   -- SHA-256 of the plain bytes
  plain_size    INTEGER NOT NULL,
  filter        TEXT NOT NULL CHECK (filter IN ('none', 'shuffle4')),
  encoding      TEXT NOT NULL CHECK (encoding IN ('stored', 'lz4')),
  stored_digest BLOB NOT NULL CHECK (length(stored_digest) = 32),   -- SHA-256 of `bytes`: no bit of the file is free
  bytes         BLOB NOT NULL                                       -- as they are, or one LZ4 frame
) STRICT;

CREATE TABLE tensor_chunk (
  tensor  INTEGER NOT NULL REFERENCES tensor (id),
  ordinal INTEGER NOT NULL,
  chunk   INTEGER NOT NULL REFERENCES chunk (id),
  PRIMARY KEY (tensor, ordinal)
) STRICT, WITHOUT ROWID;

-- A tensor that is another one with some rows zeroed. Derivation only removes: nothing here could bring a row back.
CREATE TABLE derived_tensor (
  tensor      INTEGER PRIMARY KEY REFERENCES tensor (id),
  base        INTEGER NOT NULL REFERENCES tensor (id),      -- never itself derived
  row_count   INTEGER NOT NULL,                             -- rows into which the base is divided
  zeroed_rows INTEGER NOT NULL REFERENCES chunk (id)        -- list of rows: FORMAT.md, "Row list"
) STRICT;

------------------------------------------------------------------------------------------------------ questions as views

-- What happened, newest first.
CREATE VIEW history AS
SELECT log_index, time, action,
       (SELECT value FROM sealed_field s WHERE s.entry = log_index AND s.name = 'actor')  AS actor,
       (SELECT value FROM sealed_field s WHERE s.entry = log_index AND s.name = 'reason') AS reason,
       json_extract(leaf, '$.model')  AS model,
       json_extract(leaf, '$.parent') AS parent,
       json_extract(leaf, '$.child')  AS child
FROM log_entry
ORDER BY log_index DESC;

-- Where each model's head is now.
CREATE VIEW model_head AS
SELECT m.id AS model, m.name, c.id AS checkpoint, m.name || '@' || c.number AS head, c.digest
FROM model m
JOIN head_move h ON h.id = (SELECT max(id) FROM head_move WHERE model = m.id)
JOIN checkpoint c ON c.id = h.to_checkpoint;

-- Every checkpoint with its parent and what is forgotten in it.
CREATE VIEW checkpoint_lineage AS
SELECT m.name || '@' || c.number AS checkpoint, m.name || '@' || p.number AS parent, c.kind,
       'sha256:' || lower(hex(c.digest)) AS digest, e.time,
       (SELECT group_concat(k.name, ', ') FROM applied_event a
          JOIN forgotten_class f ON f.event = a.event JOIN class k ON k.id = f.class
          WHERE a.checkpoint = c.id) AS forgotten
FROM checkpoint c
JOIN model m ON m.id = c.model
LEFT JOIN checkpoint p ON p.id = c.parent
JOIN log_entry e ON e.log_index = c.entry
ORDER BY m.name, c.number;

-- Which classes were removed from which model, when, by whom, why, and whether that is in force.
CREATE VIEW forgotten_classes AS
SELECT m.name AS model, k.name AS class, d.name AS dataset, u.id AS event, u.method,
       m.name || '@' || p.number AS parent, m.name || '@' || c.number AS child, e.time, h.actor, h.reason,
       NOT EXISTS (SELECT 1 FROM reinstatement r WHERE r.event = u.id) AS in_force
FROM unlearning_event u
JOIN forgotten_class f ON f.event = u.id
JOIN class k ON k.id = f.class
JOIN dataset d ON d.id = u.dataset
JOIN model m ON m.id = u.model
JOIN checkpoint p ON p.id = u.parent
JOIN checkpoint c ON c.id = u.child
JOIN log_entry e ON e.log_index = u.entry
JOIN history h ON h.log_index = u.entry
ORDER BY u.id, k.ordinal;

-- Every figure with the names of what it was measured on.
CREATE VIEW measurements AS
SELECT m.name || '@' || c.number AS checkpoint, d.name AS dataset, s.part, s.role, s.event, x.metric, k.name AS class,
       x.value, x.n, x.low, x.high, 'sha256:' || lower(hex(c.digest)) AS checkpoint_digest,
       'sha256:' || lower(hex(s.digest)) AS split_digest
FROM measurement x
JOIN checkpoint c ON c.id = x.checkpoint
JOIN model m ON m.id = c.model
JOIN split s ON s.id = x.split
JOIN dataset d ON d.id = s.dataset
LEFT JOIN class k ON k.id = x.class
ORDER BY x.id;

------------------------------------------------------------------------------------------------------------- append-only

-- Against accidents. What gets past them is caught by the signed log. Blanking a text together with its salt is no accident.
CREATE TRIGGER log_entry_refuses_update BEFORE UPDATE ON log_entry BEGIN SELECT RAISE(ABORT, 'rows of log_entry are never changed'); END;
CREATE TRIGGER log_entry_refuses_delete BEFORE DELETE ON log_entry BEGIN SELECT RAISE(ABORT, 'rows of log_entry are never removed'); END;
CREATE TRIGGER log_node_refuses_update BEFORE UPDATE ON log_node BEGIN SELECT RAISE(ABORT, 'rows of log_node are never changed'); END;
CREATE TRIGGER log_node_refuses_delete BEFORE DELETE ON log_node BEGIN SELECT RAISE(ABORT, 'rows of log_node are never removed'); END;
CREATE TRIGGER log_checkpoint_refuses_update BEFORE UPDATE ON log_checkpoint BEGIN SELECT RAISE(ABORT, 'rows of log_checkpoint are never changed'); END;
CREATE TRIGGER log_checkpoint_refuses_delete BEFORE DELETE ON log_checkpoint BEGIN SELECT RAISE(ABORT, 'rows of log_checkpoint are never removed'); END;
CREATE TRIGGER store_refuses_update BEFORE UPDATE ON store BEGIN SELECT RAISE(ABORT, 'rows of store are never changed'); END;
CREATE TRIGGER store_refuses_delete BEFORE DELETE ON store BEGIN SELECT RAISE(ABORT, 'rows of store are never removed'); END;
CREATE TRIGGER tensor_refuses_update BEFORE UPDATE ON tensor BEGIN SELECT RAISE(ABORT, 'rows of tensor are never changed'); END;
CREATE TRIGGER tensor_refuses_delete BEFORE DELETE ON tensor BEGIN SELECT RAISE(ABORT, 'rows of tensor are never removed'); END;
CREATE TRIGGER dataset_refuses_update BEFORE UPDATE ON dataset BEGIN SELECT RAISE(ABORT, 'rows of dataset are never changed'); END;
CREATE TRIGGER dataset_refuses_delete BEFORE DELETE ON dataset BEGIN SELECT RAISE(ABORT, 'rows of dataset are never removed'); END;
CREATE TRIGGER class_refuses_update BEFORE UPDATE ON class WHEN NOT (NEW.name IS NULL AND NEW.salt IS NULL AND NEW.id = OLD.id AND NEW.dataset = OLD.dataset AND NEW.ordinal = OLD.ordinal AND NEW.commitment = OLD.commitment AND NEW.entry = OLD.entry) BEGIN SELECT RAISE(ABORT, 'rows of class are never changed, but that name and salt may be blanked together'); END;
CREATE TRIGGER class_refuses_delete BEFORE DELETE ON class BEGIN SELECT RAISE(ABORT, 'rows of class are never removed'); END;
CREATE TRIGGER split_refuses_update BEFORE UPDATE ON split BEGIN SELECT RAISE(ABORT, 'rows of split are never changed'); END;
CREATE TRIGGER split_refuses_delete BEFORE DELETE ON split BEGIN SELECT RAISE(ABORT, 'rows of split are never removed'); END;
CREATE TRIGGER example_refuses_update BEFORE UPDATE ON example WHEN NOT (NEW.external_id IS NULL AND NEW.salt IS NULL AND NEW.id = OLD.id AND NEW.split = OLD.split AND NEW.ordinal = OLD.ordinal AND NEW.commitment = OLD.commitment AND NEW.entry = OLD.entry) BEGIN SELECT RAISE(ABORT, 'rows of example are never changed, but that external_id and salt may be blanked together'); END;
CREATE TRIGGER example_refuses_delete BEFORE DELETE ON example BEGIN SELECT RAISE(ABORT, 'rows of example are never removed'); END;
CREATE TRIGGER model_refuses_update BEFORE UPDATE ON model BEGIN SELECT RAISE(ABORT, 'rows of model are never changed'); END;
CREATE TRIGGER model_refuses_delete BEFORE DELETE ON model BEGIN SELECT RAISE(ABORT, 'rows of model are never removed'); END;
CREATE TRIGGER checkpoint_refuses_update BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'rows of checkpoint are never changed'); END;
CREATE TRIGGER checkpoint_refuses_delete BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'rows of checkpoint are never removed'); END;
CREATE TRIGGER checkpoint_tensor_refuses_update BEFORE UPDATE ON checkpoint_tensor BEGIN SELECT RAISE(ABORT, 'rows of checkpoint_tensor are never changed'); END;
CREATE TRIGGER checkpoint_tensor_refuses_delete BEFORE DELETE ON checkpoint_tensor BEGIN SELECT RAISE(ABORT, 'rows of checkpoint_tensor are never removed'); END;
CREATE TRIGGER code_table_refuses_update BEFORE UPDATE ON code_table BEGIN SELECT RAISE(ABORT, 'rows of code_table are never changed'); END;
CREATE TRIGGER code_table_refuses_delete BEFORE DELETE ON code_table BEGIN SELECT RAISE(ABORT, 'rows of code_table are never removed'); END;
CREATE TRIGGER unlearning_event_refuses_update BEFORE UPDATE ON unlearning_event BEGIN SELECT RAISE(ABORT, 'rows of unlearning_event are never changed'); END;
CREATE TRIGGER unlearning_event_refuses_delete BEFORE DELETE ON unlearning_event BEGIN SELECT RAISE(ABORT, 'rows of unlearning_event are never removed'); END;
CREATE TRIGGER forgotten_class_refuses_update BEFORE UPDATE ON forgotten_class BEGIN SELECT RAISE(ABORT, 'rows of forgotten_class are never changed'); END;
CREATE TRIGGER forgotten_class_refuses_delete BEFORE DELETE ON forgotten_class BEGIN SELECT RAISE(ABORT, 'rows of forgotten_class are never removed'); END;
CREATE TRIGGER applied_event_refuses_update BEFORE UPDATE ON applied_event BEGIN SELECT RAISE(ABORT, 'rows of applied_event are never changed'); END;
CREATE TRIGGER applied_event_refuses_delete BEFORE DELETE ON applied_event BEGIN SELECT RAISE(ABORT, 'rows of applied_event are never removed'); END;
CREATE TRIGGER reinstatement_refuses_update BEFORE UPDATE ON reinstatement BEGIN SELECT RAISE(ABORT, 'rows of reinstatement are never changed'); END;
CREATE TRIGGER reinstatement_refuses_delete BEFORE DELETE ON reinstatement BEGIN SELECT RAISE(ABORT, 'rows of reinstatement are never removed'); END;
CREATE TRIGGER head_move_refuses_update BEFORE UPDATE ON head_move BEGIN SELECT RAISE(ABORT, 'rows of head_move are never changed'); END;
CREATE TRIGGER head_move_refuses_delete BEFORE DELETE ON head_move BEGIN SELECT RAISE(ABORT, 'rows of head_move are never removed'); END;
CREATE TRIGGER measurement_refuses_update BEFORE UPDATE ON measurement BEGIN SELECT RAISE(ABORT, 'rows of measurement are never changed'); END;
CREATE TRIGGER measurement_refuses_delete BEFORE DELETE ON measurement BEGIN SELECT RAISE(ABORT, 'rows of measurement are never removed'); END;
