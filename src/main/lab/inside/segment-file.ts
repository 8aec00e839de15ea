import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeWhole } from '../exports/files/write'

const VERSION = 1

const schema = z.strictObject({
  version: z.literal(VERSION),
  /** File name of the checkpoint whose weights were scored. */
  checkpoint: z.string(),
  /** Test images scored: the first so many of the run's order. */
  scored: z.int().min(0),
  /** After each segment: how many are right, and the summed cross-entropy (null: not finite). */
  correct: z.array(z.int().min(0)),
  loss: z.array(z.number().nullable()),
  seconds: z.number(),
})
/** Scores by segment as a run's folder keeps them. */
export type KeptScores = Readonly<z.infer<typeof schema>>

/** No image of this checkpoint is scored yet. */
export const noScores = (checkpoint: string): KeptScores => ({
  ...{ version: VERSION, checkpoint, scored: 0, correct: [], loss: [], seconds: 0 },
})

const fileIn = (runFolder: string): string => join(runFolder, 'segment-scores.json')

/** What is kept for this checkpoint; none where it is of another one or cannot be read: it is computed anew then. */
export function readScores(runFolder: string, checkpoint: string): KeptScores {
  try {
    const kept = schema.parse(JSON.parse(readFileSync(fileIn(runFolder), 'utf8')))
    return kept.checkpoint === checkpoint ? kept : noScores(checkpoint)
  } catch {
    return noScores(checkpoint)
  }
}

/** Keeps scores, whole or not at all. @throws LabError 'storage' */
export const writeScores = (runFolder: string, scores: KeptScores): Promise<void> =>
  writeWhole(fileIn(runFolder), JSON.stringify(scores))
