/** Version 1: everything the lab keeps. Times are Unix milliseconds; NULL in a measured REAL column stands for NaN. */
export const initial = `
CREATE TABLE data_sets (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  manifest TEXT NOT NULL,            -- JSON, shared/data/dataset.ts
  report TEXT NOT NULL,              -- JSON
  folder TEXT NOT NULL,              -- relative to the lab's folder, so that it can be copied
  created INTEGER NOT NULL,
  trashed INTEGER
) STRICT;

CREATE TABLE experiments (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  preset TEXT,
  configuration TEXT NOT NULL,       -- JSON with its version, shared/experiment/configuration.ts
  data_set TEXT NOT NULL REFERENCES data_sets (id),
  created INTEGER NOT NULL
) STRICT;
CREATE INDEX experiments_data_set ON experiments (data_set);

CREATE TABLE runs (
  number INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice
  id TEXT NOT NULL UNIQUE,
  experiment INTEGER NOT NULL REFERENCES experiments (id),
  seed INTEGER NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('queued', 'running', 'paused', 'interrupted', 'finished', 'stopped', 'failed')),
  message TEXT,
  data_hash TEXT NOT NULL,
  engine TEXT,                       -- JSON, shared/experiment/engine-info.ts; NULL before it started
  lab_version TEXT NOT NULL,
  git_commit TEXT,
  created INTEGER NOT NULL,
  started INTEGER,
  ended INTEGER,
  train_seconds REAL NOT NULL DEFAULT 0,
  notes TEXT NOT NULL DEFAULT '',
  tags TEXT NOT NULL DEFAULT '[]',   -- JSON array of strings
  trashed INTEGER
) STRICT;
CREATE INDEX runs_experiment ON runs (experiment);

-- Whole chunks of 4096 steps, one row a column: a curve reads its own column and nothing else.
CREATE TABLE step_chunks (
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  column INTEGER NOT NULL,           -- place in stepColumnTypes, shared/metrics/steps.ts
  first_step INTEGER NOT NULL,
  data BLOB NOT NULL,                -- of 4096 values, as in queries/step-blobs.ts
  PRIMARY KEY (run, column, first_step)
) STRICT;

-- The steps after the last whole chunk as they came: all columns, one after the other.
CREATE TABLE step_tail (
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  first_step INTEGER NOT NULL,
  steps INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (run, first_step)
) STRICT;

CREATE TABLE epochs (
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  train_loss REAL,
  train_accuracy REAL,
  train_seconds REAL NOT NULL,
  PRIMARY KEY (run, epoch)
) STRICT;

CREATE TABLE evaluations (
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  part TEXT NOT NULL CHECK (part IN ('train', 'validation', 'test')),
  images INTEGER NOT NULL,
  loss REAL,
  accuracy REAL,
  seconds REAL NOT NULL,
  PRIMARY KEY (run, epoch, part)
) STRICT;

CREATE TABLE predictions (
  run INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  part TEXT NOT NULL,
  predicted BLOB NOT NULL,           -- uint16 [images]
  confidence BLOB NOT NULL,          -- float32 [images]
  PRIMARY KEY (run, epoch, part),
  FOREIGN KEY (run, epoch, part) REFERENCES evaluations (run, epoch, part) ON DELETE CASCADE
) STRICT;

-- Of each part's last evaluation that gave them.
CREATE TABLE probabilities (
  run INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  part TEXT NOT NULL,
  data BLOB NOT NULL,                -- float32 [images, K]
  PRIMARY KEY (run, part),
  FOREIGN KEY (run, epoch, part) REFERENCES evaluations (run, epoch, part) ON DELETE CASCADE
) STRICT;

CREATE TABLE confusion (
  run INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  part TEXT NOT NULL,
  classes INTEGER NOT NULL,
  counts BLOB NOT NULL,              -- uint32 [K, K], row = true class
  PRIMARY KEY (run, epoch, part),
  FOREIGN KEY (run, epoch, part) REFERENCES evaluations (run, epoch, part) ON DELETE CASCADE
) STRICT;

CREATE TABLE checkpoints (
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  file TEXT NOT NULL,
  step INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  best INTEGER NOT NULL DEFAULT 0 CHECK (best IN (0, 1)),
  created INTEGER NOT NULL,
  PRIMARY KEY (run, file)
) STRICT;

CREATE TABLE log (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  time INTEGER NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('info', 'warning', 'error')),
  message TEXT NOT NULL
) STRICT;
CREATE INDEX log_run ON log (run);
`
