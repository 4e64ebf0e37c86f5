-- Lethe's store, eleventh step: a line of `model_entry` also says which classes its entry forgot or reinstated, so that a page of history reads
-- one row for each entry, however many classes that is about; and a commit looks only for lines that its entry can have.

DROP TRIGGER log_entry_adds_line;
DROP TRIGGER log_entry_adds_states;
DROP TRIGGER log_entry_adds_steps;
DROP TRIGGER log_entry_adds_figures;
DROP TRIGGER model_entry_refuses_update;
DROP VIEW model_entry_source;

-- Numbers of rows of `class` with a space between them, in the order in which they are told; NULL: none. Names are not repeated here, since
-- they can be blanked.
ALTER TABLE model_entry ADD COLUMN classes TEXT;

-- As in 010, and the classes.
CREATE VIEW model_entry_source AS
SELECT e.model, e.log_index, e.time, e.action, ifnull(e.dataset, d.name) AS dataset, e.parent, e.child,
       u.id AS event,
       (SELECT number FROM checkpoint c WHERE c.id = u.child) AS number,
       (SELECT count(*) FROM forgotten_example x WHERE x.event = u.id) AS examples,
       iif(u.id IS NULL,
         (SELECT group_concat(class, ' ') FROM (SELECT f.class FROM reinstatement r CROSS JOIN forgotten_class f ON f.event = r.event
            JOIN class k ON k.id = f.class WHERE r.entry = e.log_index ORDER BY r.id, k.ordinal)),
         (SELECT group_concat(class, ' ') FROM (SELECT f.class FROM forgotten_class f JOIN class k ON k.id = f.class
            WHERE f.event = u.id ORDER BY k.ordinal))) AS classes
FROM (SELECT log_index, CAST(facts ->> 0 AS TEXT) AS model, CAST(facts ->> 1 AS TEXT) AS time, CAST(facts ->> 2 AS TEXT) AS action,
             CAST(facts ->> 3 AS TEXT) AS dataset, CAST(facts ->> 4 AS TEXT) AS parent, CAST(facts ->> 5 AS TEXT) AS child
      FROM (SELECT log_index, iif(json_valid(leaf),
              json_extract(leaf, '$.model', '$.time', '$.action', '$.dataset', '$.parent', '$.child'), '[]') AS facts
            FROM log_entry)) e
LEFT JOIN unlearning_event u ON u.id = (SELECT min(id) FROM unlearning_event WHERE entry = e.log_index)
LEFT JOIN dataset d ON d.id = u.dataset
WHERE e.model IS NOT NULL;

UPDATE model_entry SET classes = s.classes FROM model_entry_source s
WHERE s.model = model_entry.model AND s.log_index = model_entry.log_index AND s.classes IS NOT NULL;

-- As in 010. A leaf is canonical JSON, in which a member can be spelt in one way only.
CREATE TRIGGER log_entry_adds_line AFTER INSERT ON log_entry WHEN instr(NEW.leaf, '"model":') > 0 BEGIN INSERT INTO model_entry SELECT * FROM model_entry_source WHERE log_index = NEW.log_index; END;
CREATE TRIGGER log_entry_adds_states AFTER INSERT ON log_entry WHEN EXISTS (SELECT 1 FROM checkpoint WHERE entry = NEW.log_index) BEGIN INSERT INTO model_state SELECT * FROM model_state_source WHERE entry = NEW.log_index; END;
CREATE TRIGGER log_entry_adds_steps AFTER INSERT ON log_entry WHEN EXISTS (SELECT 1 FROM checkpoint WHERE entry = NEW.log_index) BEGIN INSERT INTO model_step SELECT * FROM model_step_source WHERE entry = NEW.log_index; END;
CREATE TRIGGER log_entry_adds_figures AFTER INSERT ON log_entry WHEN EXISTS (SELECT 1 FROM measurement WHERE entry = NEW.log_index) BEGIN UPDATE model_state SET test_accuracy = s.test_accuracy FROM (SELECT DISTINCT checkpoint FROM measurement WHERE entry = NEW.log_index AND class IS NULL) m CROSS JOIN model_state_source s ON s.checkpoint = m.checkpoint WHERE model_state.model = s.model AND model_state.number = s.number AND model_state.entry < NEW.log_index; END;

CREATE TRIGGER model_entry_refuses_update BEFORE UPDATE ON model_entry BEGIN SELECT RAISE(ABORT, 'rows of model_entry are never changed'); END;
