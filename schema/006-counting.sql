-- Lethe's store: class counts instead of trained values, from which a class is forgotten by subtraction.
--
-- A CHECK becomes wider and nothing else changes; 002-packing.sql says why this is the way to do it. What is not as version 1 made it stays as
-- it is, and `lethe verify` tells of it.

PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(sql, 'method IN (''activations'', ''examples'')', 'method IN (''activations'', ''examples'', ''counting'')')
WHERE type = 'table' AND name = 'unlearning_event';
PRAGMA writable_schema = RESET;
