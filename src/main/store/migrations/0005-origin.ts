/** Version 5: where a run came from that was brought as a bundle. */
export const origin = `
ALTER TABLE runs ADD COLUMN origin TEXT;             -- JSON, queries/runs.ts; NULL: made here
`
