-- Lethe's store, thirteenth step: the list of checkpoints says which of them are erased, and names of classes that were blanked are shown as
-- elsewhere.

DROP VIEW checkpoint_lineage;

-- Every state of every model: what it was made from, the classes that are forgotten in it, and when its arrays were erased.
CREATE VIEW checkpoint_lineage AS
SELECT m.name || '@' || c.number AS checkpoint, m.name || '@' || p.number AS parent, c.kind,
       'sha256:' || lower(hex(c.digest)) AS digest, e.time,
       (SELECT group_concat(ifnull(k.name, 'class ' || k.ordinal), ', ') FROM applied_event a
          JOIN forgotten_class f ON f.event = a.event JOIN class k ON k.id = f.class
          WHERE a.checkpoint = c.id) AS forgotten,
       (SELECT t.time FROM erased_checkpoint x JOIN log_entry t ON t.log_index = x.entry WHERE x.checkpoint = c.id) AS erased
FROM checkpoint c
JOIN model m ON m.id = c.model
LEFT JOIN checkpoint p ON p.id = c.parent
JOIN log_entry e ON e.log_index = c.entry
ORDER BY m.name, c.number;
