/** Version 3: how much memory the engine had while it trained. */
export const memory = `
CREATE TABLE memory_samples (
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  steps INTEGER NOT NULL,            -- optimizer steps done
  resident_bytes INTEGER NOT NULL,   -- of the engine process; the largest since the sample before
  PRIMARY KEY (run, steps)
) STRICT, WITHOUT ROWID;
`
