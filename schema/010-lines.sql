-- Lethe's store, tenth step: what happened to one model lies side by side. Entries about a model are far apart in the log, so a hundred of
-- them cost several hundred pages; here they are neighbours. None of this is evidence: each table repeats what the tables above hold, and
-- the view beside it says how. `lethe verify` compares the two.

-- Log entries that name a model: what their leaves say, and the act of forgetting that they recorded.
CREATE TABLE model_entry (
  model     TEXT NOT NULL,
  log_index INTEGER NOT NULL,
  time      TEXT,
  action    TEXT,
  dataset   TEXT,                           -- as the leaf says, else the one that the act of forgetting is about
  parent    TEXT,
  child     TEXT,
  event     INTEGER,
  number    INTEGER,                        -- of the state that the act of forgetting made
  examples  INTEGER NOT NULL,               -- how many single examples the act of forgetting is about
  PRIMARY KEY (model, log_index)
) STRICT, WITHOUT ROWID;

-- States of a model.
CREATE TABLE model_state (
  model         INTEGER NOT NULL,
  number        INTEGER NOT NULL,
  checkpoint    INTEGER NOT NULL,
  parent        INTEGER,                    -- a checkpoint
  parent_number INTEGER,
  kind          TEXT NOT NULL,
  digest        BLOB NOT NULL,
  dataset       INTEGER NOT NULL,
  entry         INTEGER NOT NULL,
  time          TEXT,
  forgotten     INTEGER NOT NULL,           -- how many classes are forgotten in it, one counted for each act that forgot it
  test_accuracy REAL,                       -- over all classes of the test part, as measured last
  PRIMARY KEY (model, number)
) STRICT, WITHOUT ROWID;

-- In what a state differs from its parent: a class that is forgotten in the one and not in the other, and by which act.
CREATE TABLE model_step (
  model  INTEGER NOT NULL,
  number INTEGER NOT NULL,
  event  INTEGER NOT NULL,
  class  INTEGER NOT NULL,
  change TEXT NOT NULL,                     -- forgot: by the act that made the state; masked, left out of training: as in
                                            -- applied_event, by another one; known again: forgotten in the parent only
  entry  INTEGER NOT NULL,
  PRIMARY KEY (model, number, event, class)
) STRICT, WITHOUT ROWID;

--------------------------------------------------------------------------------------------- what these tables must hold

CREATE VIEW model_entry_source AS
SELECT e.model, e.log_index, e.time, e.action, ifnull(e.dataset, d.name) AS dataset, e.parent, e.child,
       u.id AS event,
       (SELECT number FROM checkpoint c WHERE c.id = u.child) AS number,
       (SELECT count(*) FROM forgotten_example x WHERE x.event = u.id) AS examples
FROM (SELECT log_index, CAST(facts ->> 0 AS TEXT) AS model, CAST(facts ->> 1 AS TEXT) AS time, CAST(facts ->> 2 AS TEXT) AS action,
             CAST(facts ->> 3 AS TEXT) AS dataset, CAST(facts ->> 4 AS TEXT) AS parent, CAST(facts ->> 5 AS TEXT) AS child
      FROM (SELECT log_index, iif(json_valid(leaf),
              json_extract(leaf, '$.model', '$.time', '$.action', '$.dataset', '$.parent', '$.child'), '[]') AS facts
            FROM log_entry)) e
LEFT JOIN unlearning_event u ON u.id = (SELECT min(id) FROM unlearning_event WHERE entry = e.log_index)
LEFT JOIN dataset d ON d.id = u.dataset
WHERE e.model IS NOT NULL;

CREATE VIEW model_state_source AS
SELECT c.model, c.number, c.id AS checkpoint, c.parent, p.number AS parent_number, c.kind, c.digest, c.dataset, c.entry,
       (SELECT CAST(iif(json_valid(leaf), json_extract(leaf, '$.time'), NULL) AS TEXT) FROM log_entry WHERE log_index = c.entry) AS time,
       (SELECT count(*) FROM applied_event a JOIN forgotten_class f ON f.event = a.event WHERE a.checkpoint = c.id) AS forgotten,
       -- SQLite takes the value from the row that has the greatest id: https://www.sqlite.org/lang_select.html#bareagg
       (SELECT value FROM (SELECT max(x.id), x.value AS value FROM measurement x INDEXED BY measurement_overall
          WHERE x.checkpoint = c.id AND x.metric = 'accuracy' AND x.class IS NULL AND x.split =
            (SELECT min(t.id) FROM split t WHERE t.dataset = c.dataset AND t.part = 'test' AND t.role = 'all' AND t.event IS NULL)))
         AS test_accuracy
FROM checkpoint c LEFT JOIN checkpoint p ON p.id = c.parent;

CREATE VIEW model_step_source AS
SELECT c.model, c.number, a.event, f.class, iif(u.child = c.id AND u.entry = c.entry AND a.how = 'masked', 'forgot', a.how) AS change,
       c.entry
FROM checkpoint c CROSS JOIN applied_event a ON a.checkpoint = c.id
CROSS JOIN forgotten_class f ON f.event = a.event CROSS JOIN unlearning_event u ON u.id = a.event
WHERE NOT EXISTS (SELECT 1 FROM applied_event b WHERE b.checkpoint = c.parent AND b.event = a.event)
UNION ALL
SELECT c.model, c.number, b.event, f.class, 'known again', c.entry
FROM checkpoint c CROSS JOIN applied_event b ON b.checkpoint = c.parent CROSS JOIN forgotten_class f ON f.event = b.event
WHERE NOT EXISTS (SELECT 1 FROM applied_event a WHERE a.checkpoint = c.id AND a.event = b.event);

-- The log entry is what a transaction writes last: everything that it is about is there by then.
CREATE TRIGGER log_entry_adds_line AFTER INSERT ON log_entry BEGIN INSERT INTO model_entry SELECT * FROM model_entry_source WHERE log_index = NEW.log_index; END;
CREATE TRIGGER log_entry_adds_states AFTER INSERT ON log_entry BEGIN INSERT INTO model_state SELECT * FROM model_state_source WHERE entry = NEW.log_index; END;
CREATE TRIGGER log_entry_adds_steps AFTER INSERT ON log_entry BEGIN INSERT INTO model_step SELECT * FROM model_step_source WHERE entry = NEW.log_index; END;
-- States that were there before may have been measured again.
CREATE TRIGGER log_entry_adds_figures AFTER INSERT ON log_entry BEGIN UPDATE model_state SET test_accuracy = s.test_accuracy FROM (SELECT DISTINCT checkpoint FROM measurement WHERE entry = NEW.log_index AND class IS NULL) m CROSS JOIN model_state_source s ON s.checkpoint = m.checkpoint WHERE model_state.model = s.model AND model_state.number = s.number AND model_state.entry < NEW.log_index; END;

INSERT INTO model_entry SELECT * FROM model_entry_source;
INSERT INTO model_state SELECT * FROM model_state_source;
INSERT INTO model_step SELECT * FROM model_step_source;

DROP INDEX log_entry_by_model;

-- What an entry reinstated, without looking at the rows.
DROP INDEX reinstatement_by_entry;
CREATE INDEX reinstatement_by_entry ON reinstatement (entry, event);

CREATE TRIGGER model_entry_refuses_update BEFORE UPDATE ON model_entry BEGIN SELECT RAISE(ABORT, 'rows of model_entry are never changed'); END;
CREATE TRIGGER model_entry_refuses_delete BEFORE DELETE ON model_entry BEGIN SELECT RAISE(ABORT, 'rows of model_entry are never removed'); END;
CREATE TRIGGER model_state_refuses_update BEFORE UPDATE OF model, number, checkpoint, parent, parent_number, kind, digest, dataset, entry, time, forgotten ON model_state BEGIN SELECT RAISE(ABORT, 'rows of model_state are never changed, but for the accuracy'); END;
CREATE TRIGGER model_state_refuses_delete BEFORE DELETE ON model_state BEGIN SELECT RAISE(ABORT, 'rows of model_state are never removed'); END;
CREATE TRIGGER model_step_refuses_update BEFORE UPDATE ON model_step BEGIN SELECT RAISE(ABORT, 'rows of model_step are never changed'); END;
CREATE TRIGGER model_step_refuses_delete BEFORE DELETE ON model_step BEGIN SELECT RAISE(ABORT, 'rows of model_step are never removed'); END;
