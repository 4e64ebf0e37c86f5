-- Lethe's store, fourteenth step: a line of `model_entry` about an erasure, or about its certificate, says what was erased, so that the history of a
-- class goes to its end.

DROP TRIGGER log_entry_adds_line;
DROP TRIGGER model_entry_refuses_update;
DROP VIEW model_entry_source;

-- As in 011. `examples` and `classes` of an entry that recorded no act of forgetting are those of the erasure; single examples are counted over
-- all parts. A sum that is no integer, which only a changed file has, must not end the question.
CREATE VIEW model_entry_source AS
SELECT e.model, e.log_index, e.time, e.action, ifnull(e.dataset, d.name) AS dataset, e.parent, e.child,
       u.id AS event,
       (SELECT number FROM checkpoint c WHERE c.id = u.child) AS number,
       iif(a.kind = 'example', (SELECT CAST(total(r.count) AS INTEGER) FROM erased_rows r WHERE r.erasure = a.id),
         (SELECT count(*) FROM forgotten_example x WHERE x.event = u.id)) AS examples,
       coalesce(
         (SELECT group_concat(class, ' ') FROM (SELECT f.class FROM forgotten_class f JOIN class k ON k.id = f.class
            WHERE f.event = u.id ORDER BY k.ordinal)),
         (SELECT group_concat(class, ' ') FROM (SELECT x.class FROM erased_class x JOIN class k ON k.id = x.class
            WHERE x.erasure = a.id ORDER BY x.id)),
         iif(u.id IS NULL,
           (SELECT group_concat(class, ' ') FROM (SELECT f.class FROM reinstatement r CROSS JOIN forgotten_class f ON f.event = r.event
              JOIN class k ON k.id = f.class WHERE r.entry = e.log_index ORDER BY r.id, k.ordinal)),
           NULL)) AS classes
FROM (SELECT log_index, CAST(facts ->> 0 AS TEXT) AS model, CAST(facts ->> 1 AS TEXT) AS time, CAST(facts ->> 2 AS TEXT) AS action,
             CAST(facts ->> 3 AS TEXT) AS dataset, CAST(facts ->> 4 AS TEXT) AS parent, CAST(facts ->> 5 AS TEXT) AS child
      FROM (SELECT log_index, iif(json_valid(leaf),
              json_extract(leaf, '$.model', '$.time', '$.action', '$.dataset', '$.parent', '$.child'), '[]') AS facts
            FROM log_entry)) e
LEFT JOIN unlearning_event u ON u.id = (SELECT min(id) FROM unlearning_event WHERE entry = e.log_index)
LEFT JOIN erasure a ON a.id = iif(u.id IS NULL,
  coalesce((SELECT min(id) FROM erasure WHERE entry = e.log_index),
           (SELECT min(erasure) FROM erasure_certificate WHERE entry = e.log_index)), NULL)
LEFT JOIN dataset d ON d.id = u.dataset
WHERE e.model IS NOT NULL;

UPDATE model_entry SET examples = s.examples, classes = s.classes FROM model_entry_source s
WHERE s.model = model_entry.model AND s.log_index = model_entry.log_index
  AND model_entry.log_index IN (SELECT entry FROM erasure UNION SELECT entry FROM erasure_certificate);

CREATE TRIGGER log_entry_adds_line AFTER INSERT ON log_entry WHEN instr(NEW.leaf, '"model":') > 0 BEGIN INSERT INTO model_entry SELECT * FROM model_entry_source WHERE log_index = NEW.log_index; END;
CREATE TRIGGER model_entry_refuses_update BEFORE UPDATE ON model_entry BEGIN SELECT RAISE(ABORT, 'rows of model_entry are never changed'); END;
