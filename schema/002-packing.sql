-- Lethe's store, version 2: filters that bring the bits of a chunk's elements together (FORMAT.md, "Chunk").
--
-- Only a CHECK becomes wider, so no row and no byte of the table changes: this is the way that SQLite gives for such changes
-- (https://www.sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes"), and a store of many gigabytes
-- comes over in a moment. What is not as version 1 made it stays as it is, and `lethe verify` tells of it.

PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(sql, 'filter IN (''none'', ''shuffle4'')',
                  'filter IN (''none'', ''shuffle4'', ''bitshuffle1'', ''bitshuffle2'', ''bitshuffle4'')')
WHERE type = 'table' AND name = 'chunk';
PRAGMA writable_schema = RESET;
