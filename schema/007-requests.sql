-- Lethe's store: requests to forget, what became of them, and who received what has to be forgotten.
--
-- All tables here are records like those of version 1: append-only, bound to the log entry that wrote them. Whom a request is about and who
-- received an export are sealed fields of their entries (`subject`, `recipient`), so that `lethe log redact` can destroy them.

-- The rules that hold from this entry on; the last row is in force. Without one, one person is enough and there is no procedure.
CREATE TABLE request_policy (
  id         INTEGER PRIMARY KEY,
  two_people INTEGER NOT NULL CHECK (two_people IN (0, 1)),   -- work for a request, and its answer, is approved by somebody else
  procedure  TEXT,                          -- what the organisation calls the procedure that it follows
  entry      INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- A request that came in. Its later states are rows of the tables below: nothing here changes.
CREATE TABLE request (
  id               INTEGER PRIMARY KEY,
  ground           TEXT NOT NULL CHECK (ground IN ('17(1)(a)', '17(1)(b)', '17(1)(c)', '17(1)(d)', '17(1)(e)', '17(1)(f)',
                                                   'ccpa', 'ftc order', 'contract', 'internal')),
  channel          TEXT NOT NULL CHECK (channel IN ('email', 'letter', 'phone', 'form', 'in person', 'agent', 'court', 'other')),
  identity_checked INTEGER NOT NULL CHECK (identity_checked IN (0, 1)),   -- who asked is who the data are about
  received         TEXT NOT NULL,           -- date: 2026-01-31
  due              TEXT NOT NULL,           -- date by which it has to be answered
  procedure        TEXT,                    -- of the policy in force when it was opened
  entry            INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- More time, once. The reason is a sealed field.
CREATE TABLE request_extension (
  id      INTEGER PRIMARY KEY,
  request INTEGER NOT NULL UNIQUE REFERENCES request (id),
  due     TEXT NOT NULL,                    -- the date that stands for the request's from then on
  entry   INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- The answer that was given, on the day of its entry. The reason is a sealed field.
CREATE TABLE request_answer (
  id      INTEGER PRIMARY KEY,
  request INTEGER NOT NULL UNIQUE REFERENCES request (id),
  outcome TEXT NOT NULL CHECK (outcome IN ('full', 'partial', 'refused')),
  basis   TEXT,                             -- the rule by which it was refused, in whole or in part
  entry   INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  CHECK ((outcome = 'full') = (basis IS NULL))
) STRICT;

-- Work that was done for a request: the act of forgetting or of erasing that the same entry recorded.
CREATE TABLE request_work (
  id      INTEGER PRIMARY KEY,
  request INTEGER NOT NULL REFERENCES request (id),
  event   INTEGER REFERENCES unlearning_event (id),
  erasure INTEGER REFERENCES erasure (id),
  entry   INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  CHECK ((event IS NULL) <> (erasure IS NULL))
) STRICT;
CREATE INDEX request_work_by_request ON request_work (request);
CREATE INDEX request_work_by_event ON request_work (event) WHERE event IS NOT NULL;

-- An export that went to somebody.
CREATE TABLE recipient (
  id          INTEGER PRIMARY KEY,
  checkpoint  INTEGER NOT NULL REFERENCES checkpoint (id),
  file_digest BLOB NOT NULL CHECK (length(file_digest) = 32),   -- SHA-256 of the file
  byte_count  INTEGER NOT NULL,
  entry       INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX recipient_by_checkpoint ON recipient (checkpoint);

-- The recipient was told of everything that was forgotten until then.
CREATE TABLE recipient_notice (
  id        INTEGER PRIMARY KEY,
  recipient INTEGER NOT NULL REFERENCES recipient (id),
  entry     INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX recipient_notice_by_recipient ON recipient_notice (recipient);

-- A compliance report that was handed out: what it covers and the digest of its JSON.
CREATE TABLE report (
  id     INTEGER PRIMARY KEY,
  scope  TEXT NOT NULL,                     -- canonical JSON: {"event":3,"from":"2026-01","model":"pets","to":"2026-03"}, as far as given
  digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),      -- SHA-256 of the JSON document
  entry  INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- As in 003: every commit looks for the rows that waited for its log entry.
CREATE INDEX request_policy_by_entry ON request_policy (entry);
CREATE INDEX request_by_entry ON request (entry);
CREATE INDEX request_extension_by_entry ON request_extension (entry);
CREATE INDEX request_answer_by_entry ON request_answer (entry);
CREATE INDEX request_work_by_entry ON request_work (entry);
CREATE INDEX recipient_by_entry ON recipient (entry);
CREATE INDEX recipient_notice_by_entry ON recipient_notice (entry);
CREATE INDEX report_by_entry ON report (entry);

------------------------------------------------------------------------------------------------------ questions as views

-- Every request with what became of it.
CREATE VIEW requests AS
SELECT q.id AS request, q.ground, q.channel, q.identity_checked, q.received, coalesce(x.due, q.due) AS due, x.id IS NOT NULL AS extended,
       CASE WHEN a.id IS NOT NULL THEN 'answered' WHEN coalesce(x.due, q.due) < date('now') THEN 'overdue' ELSE 'open' END AS status,
       substr(ae.time, 1, 10) AS answered, a.outcome, a.basis, substr(ae.time, 1, 10) <= coalesce(x.due, q.due) AS met,
       (SELECT value FROM sealed_field s WHERE s.entry = q.entry AND s.name = 'subject')     AS subject,
       (SELECT value FROM sealed_field s WHERE s.entry = a.entry AND s.name = 'approved_by') AS approved_by,
       (SELECT value FROM sealed_field s WHERE s.entry = a.entry AND s.name = 'actor')       AS answered_by,
       (SELECT count(*) FROM request_work w WHERE w.request = q.id) AS works, q.entry
FROM request q
LEFT JOIN request_extension x ON x.request = q.id
LEFT JOIN request_answer a ON a.request = q.id
LEFT JOIN log_entry ae ON ae.log_index = a.entry
ORDER BY q.id;

-- Requests that wait for an answer, the one that is due first on top.
CREATE VIEW open_requests AS
SELECT request, ground, channel, received, due, due < date('now') AS overdue, CAST(julianday(due) - julianday(date('now')) AS INTEGER) AS days_left,
       extended, subject, works
FROM requests
WHERE status <> 'answered'
ORDER BY due, request;

-- Exports that went to somebody, and when they were last told what to forget.
CREATE VIEW recipients AS
SELECT r.id AS recipient,
       (SELECT value FROM sealed_field s WHERE s.entry = r.entry AND s.name = 'recipient') AS name,
       m.name || '@' || c.number AS checkpoint, e.time AS exported,
       (SELECT max(t.time) FROM recipient_notice n JOIN log_entry t ON t.log_index = n.entry WHERE n.recipient = r.id) AS told,
       'sha256:' || lower(hex(r.file_digest)) AS file_digest
FROM recipient r
JOIN checkpoint c ON c.id = r.checkpoint
JOIN model m ON m.id = c.model
JOIN log_entry e ON e.log_index = r.entry
ORDER BY r.id;

-- Whom to tell of what: a class was forgotten after a checkpoint that knew it went out, and nobody has told the recipient since.
CREATE VIEW notices_due AS
SELECT r.id AS recipient,
       (SELECT value FROM sealed_field s WHERE s.entry = r.entry AND s.name = 'recipient') AS name,
       m.name || '@' || c.number AS checkpoint, u.id AS event, k.name AS class, e.time AS forgotten
FROM recipient r
JOIN checkpoint c ON c.id = r.checkpoint
JOIN model m ON m.id = c.model
JOIN unlearning_event u ON u.model = c.model AND u.entry > r.entry
JOIN log_entry e ON e.log_index = u.entry
JOIN forgotten_class f ON f.event = u.id
JOIN class k ON k.id = f.class
WHERE NOT EXISTS (SELECT 1 FROM reinstatement x WHERE x.event = u.id)
  AND NOT EXISTS (SELECT 1 FROM recipient_notice n WHERE n.recipient = r.id AND n.entry > u.entry)
  AND NOT EXISTS (SELECT 1 FROM applied_event a JOIN forgotten_class g ON g.event = a.event
                  WHERE a.checkpoint = c.id AND g.class = f.class)
ORDER BY r.id, u.id, k.ordinal;

------------------------------------------------------------------------------------------------------------- append-only

CREATE TRIGGER request_policy_refuses_update BEFORE UPDATE ON request_policy BEGIN SELECT RAISE(ABORT, 'rows of request_policy are never changed'); END;
CREATE TRIGGER request_policy_refuses_delete BEFORE DELETE ON request_policy BEGIN SELECT RAISE(ABORT, 'rows of request_policy are never removed'); END;
CREATE TRIGGER request_refuses_update BEFORE UPDATE ON request BEGIN SELECT RAISE(ABORT, 'rows of request are never changed'); END;
CREATE TRIGGER request_refuses_delete BEFORE DELETE ON request BEGIN SELECT RAISE(ABORT, 'rows of request are never removed'); END;
CREATE TRIGGER request_extension_refuses_update BEFORE UPDATE ON request_extension BEGIN SELECT RAISE(ABORT, 'rows of request_extension are never changed'); END;
CREATE TRIGGER request_extension_refuses_delete BEFORE DELETE ON request_extension BEGIN SELECT RAISE(ABORT, 'rows of request_extension are never removed'); END;
CREATE TRIGGER request_answer_refuses_update BEFORE UPDATE ON request_answer BEGIN SELECT RAISE(ABORT, 'rows of request_answer are never changed'); END;
CREATE TRIGGER request_answer_refuses_delete BEFORE DELETE ON request_answer BEGIN SELECT RAISE(ABORT, 'rows of request_answer are never removed'); END;
CREATE TRIGGER request_work_refuses_update BEFORE UPDATE ON request_work BEGIN SELECT RAISE(ABORT, 'rows of request_work are never changed'); END;
CREATE TRIGGER request_work_refuses_delete BEFORE DELETE ON request_work BEGIN SELECT RAISE(ABORT, 'rows of request_work are never removed'); END;
CREATE TRIGGER recipient_refuses_update BEFORE UPDATE ON recipient BEGIN SELECT RAISE(ABORT, 'rows of recipient are never changed'); END;
CREATE TRIGGER recipient_refuses_delete BEFORE DELETE ON recipient BEGIN SELECT RAISE(ABORT, 'rows of recipient are never removed'); END;
CREATE TRIGGER recipient_notice_refuses_update BEFORE UPDATE ON recipient_notice BEGIN SELECT RAISE(ABORT, 'rows of recipient_notice are never changed'); END;
CREATE TRIGGER recipient_notice_refuses_delete BEFORE DELETE ON recipient_notice BEGIN SELECT RAISE(ABORT, 'rows of recipient_notice are never removed'); END;
CREATE TRIGGER report_refuses_update BEFORE UPDATE ON report BEGIN SELECT RAISE(ABORT, 'rows of report are never changed'); END;
CREATE TRIGGER report_refuses_delete BEFORE DELETE ON report BEGIN SELECT RAISE(ABORT, 'rows of report are never removed'); END;
