-- Lethe's store: recipients are told of single examples too. A view asks differently, and nothing else changes.

DROP VIEW notices_due;

-- Whom to tell of what: something was forgotten after a checkpoint that knew it went out, and nobody has told the recipient since. `class` is
-- its name, or how many examples went.
CREATE VIEW notices_due AS
SELECT r.id AS recipient,
       (SELECT value FROM sealed_field s WHERE s.entry = r.entry AND s.name = 'recipient') AS name,
       m.name || '@' || c.number AS checkpoint, u.id AS event,
       iif(f.id IS NULL, (SELECT count(*) FROM forgotten_example x WHERE x.event = u.id) || ' examples of event ' || u.id, k.name) AS class,
       e.time AS forgotten
FROM recipient r
JOIN checkpoint c ON c.id = r.checkpoint
JOIN model m ON m.id = c.model
JOIN unlearning_event u ON u.model = c.model AND u.entry > r.entry
JOIN log_entry e ON e.log_index = u.entry
LEFT JOIN forgotten_class f ON f.event = u.id
LEFT JOIN class k ON k.id = f.class
WHERE NOT EXISTS (SELECT 1 FROM reinstatement x WHERE x.event = u.id)
  AND NOT EXISTS (SELECT 1 FROM recipient_notice n WHERE n.recipient = r.id AND n.entry > u.entry)
  AND NOT EXISTS (SELECT 1 FROM applied_event a JOIN forgotten_class g ON g.event = a.event
                  WHERE a.checkpoint = c.id AND g.class = f.class)
ORDER BY r.id, u.id, k.ordinal;
