/** Version 6: folders that runs lie in, and a notebook of questions. */
export const order = `
ALTER TABLE runs ADD COLUMN folder TEXT              -- names with '/' between; NULL: in none
  CHECK (length(folder) BETWEEN 1 AND 200 AND '/' || folder || '/' NOT LIKE '%//%');

CREATE TABLE questions (
  number INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice
  question TEXT NOT NULL,
  text TEXT NOT NULL DEFAULT '',             -- Markdown
  verdict TEXT NOT NULL DEFAULT 'open' CHECK (verdict IN ('open', 'yes', 'no', 'unclear')),
  reason TEXT NOT NULL DEFAULT '',           -- of the verdict; Markdown
  runs TEXT NOT NULL DEFAULT '[]',           -- JSON array of ids, in their order; one deleted since stays named
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  trashed INTEGER
) STRICT;
`
