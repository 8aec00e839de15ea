/** Version 2: runs have names of their own and wait in a queue; the lab remembers settings. */
export const queue = `
ALTER TABLE runs ADD COLUMN name TEXT;               -- NULL: the experiment's
ALTER TABLE runs ADD COLUMN queue_position INTEGER;  -- lowest first; NULL: does not wait in the queue

CREATE TABLE settings (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL                -- JSON
) STRICT;
`
