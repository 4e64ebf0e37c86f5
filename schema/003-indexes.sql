-- Lethe's store, third step: the questions that are asked of 100,000 acts of forgetting and 10 million measurements are answered from
-- indexes. Nothing here is evidence: an index repeats what the tables hold, and a view asks them.

------------------------------------------------------------------------------------------------------------------ the log

-- What a leaf says of models and data sets, as columns. Names as of the time of the entry.
ALTER TABLE log_entry ADD COLUMN model   TEXT GENERATED ALWAYS AS (json_extract(leaf, '$.model')) VIRTUAL;
ALTER TABLE log_entry ADD COLUMN dataset TEXT GENERATED ALWAYS AS (json_extract(leaf, '$.dataset')) VIRTUAL;
ALTER TABLE log_entry ADD COLUMN parent  TEXT GENERATED ALWAYS AS (json_extract(leaf, '$.parent')) VIRTUAL;
ALTER TABLE log_entry ADD COLUMN child   TEXT GENERATED ALWAYS AS (json_extract(leaf, '$.child')) VIRTUAL;

CREATE INDEX log_entry_by_model ON log_entry (model);
CREATE INDEX log_entry_by_action ON log_entry (action);
CREATE INDEX log_entry_by_time ON log_entry (time, action);

-------------------------------------------------------------------------------------------------------------- the evidence

-- A class by its name, in whichever data set; blanked ones (name NULL) by their label.
CREATE INDEX class_by_name ON class (name, ordinal);
CREATE INDEX split_by_event ON split (event) WHERE event IS NOT NULL;
CREATE INDEX split_imported ON split (dataset) WHERE event IS NULL;
-- Which models were trained on a data set, and their states.
CREATE INDEX checkpoint_by_dataset ON checkpoint (dataset, model, number, base);
CREATE INDEX checkpoint_by_digest ON checkpoint (digest);
CREATE INDEX unlearning_event_by_model ON unlearning_event (model);
CREATE INDEX forgotten_class_by_class ON forgotten_class (class, event);
-- In which checkpoints an act of forgetting holds.
CREATE INDEX applied_event_by_event ON applied_event (event, checkpoint);
-- Most hold because pairs are masked; these are the others.
CREATE INDEX applied_event_left_out ON applied_event (checkpoint, event, how) WHERE how <> 'masked';
-- Figures over a whole split, which are one in a hundred where there are a hundred classes.
CREATE INDEX measurement_overall ON measurement (checkpoint, split, metric, value) WHERE class IS NULL;

-- Rows by the log entry that wrote them. Every commit needs these: a record's reference to its entry is deferred, since the entry comes
-- last, and when it comes SQLite looks for the rows that waited for it in each of these tables, from end to end if there is no index
-- (https://www.sqlite.org/foreignkeys.html, sections 3 and 4.2).
CREATE INDEX tensor_by_entry ON tensor (entry);
CREATE INDEX dataset_by_entry ON dataset (entry);
CREATE INDEX class_by_entry ON class (entry);
CREATE INDEX split_by_entry ON split (entry);
CREATE INDEX example_by_entry ON example (entry);
CREATE INDEX model_by_entry ON model (entry);
CREATE INDEX checkpoint_by_entry ON checkpoint (entry);
CREATE INDEX checkpoint_tensor_by_entry ON checkpoint_tensor (entry);
CREATE INDEX code_table_by_entry ON code_table (entry);
CREATE INDEX unlearning_event_by_entry ON unlearning_event (entry);
CREATE INDEX forgotten_class_by_entry ON forgotten_class (entry);
CREATE INDEX applied_event_by_entry ON applied_event (entry);
CREATE INDEX reinstatement_by_entry ON reinstatement (entry);
CREATE INDEX head_move_by_entry ON head_move (entry);
CREATE INDEX measurement_by_entry ON measurement (entry);

------------------------------------------------------------------------------------------------------ questions as views

DROP VIEW forgotten_classes;
DROP VIEW history;

-- What happened, newest first.
CREATE VIEW history AS
SELECT log_index, time, action,
       (SELECT value FROM sealed_field s WHERE s.entry = log_index AND s.name = 'actor')  AS actor,
       (SELECT value FROM sealed_field s WHERE s.entry = log_index AND s.name = 'reason') AS reason,
       model, parent, child
FROM log_entry
ORDER BY log_index DESC;

-- Which classes were removed from which model, when, by whom, why, and whether that is in force. Quick for one model or one class.
CREATE VIEW forgotten_classes AS
SELECT m.name AS model, k.name AS class, d.name AS dataset, u.id AS event, u.method,
       m.name || '@' || p.number AS parent, m.name || '@' || c.number AS child, e.time,
       (SELECT value FROM sealed_field s WHERE s.entry = u.entry AND s.name = 'actor')  AS actor,
       (SELECT value FROM sealed_field s WHERE s.entry = u.entry AND s.name = 'reason') AS reason,
       NOT EXISTS (SELECT 1 FROM reinstatement r WHERE r.event = u.id) AS in_force
FROM unlearning_event u
JOIN forgotten_class f ON f.event = u.id
JOIN class k ON k.id = f.class
JOIN dataset d ON d.id = u.dataset
JOIN model m ON m.id = u.model
JOIN checkpoint p ON p.id = u.parent
JOIN checkpoint c ON c.id = u.child
JOIN log_entry e ON e.log_index = u.entry
ORDER BY u.id, k.ordinal;
