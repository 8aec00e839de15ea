import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PublishedView } from '../../shared/contract/runs'
import { presets } from '../../shared/experiment/presets'
import {
  PAPER,
  publishedRecordSchema,
  publishedTestAccuracy,
  publishedTrace,
  type PublishedRecord,
} from '../../shared/experiment/published'
import type { DataSetRow } from '../store/queries/data-sets'
import { packageInfo } from './package-root'

/** The author's record of a preset's run, or null where none is published. */
export function publishedRecord(preset: string | null): PublishedRecord | null {
  if (!presets.some((p) => p.name === preset && p.published)) return null
  const file = join(packageInfo().root, 'resources', 'paper', `${preset}.json`)
  return publishedRecordSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
}

/** The author's record of a preset, for a run that trained on the data set the preset is of; null otherwise. */
export function publishedFor(preset: string | null, { manifest }: DataSetRow): PublishedRecord | null {
  const made = presets.find(({ name }) => name === preset)
  return made?.data && made.data === manifest.known ? publishedRecord(preset) : null
}

/** The record as windows draw it. */
export const publishedView = (record: PublishedRecord): PublishedView => ({
  source: PAPER,
  measured: publishedTrace(record.preset),
  batchLoss: record.batchLoss,
  epochs: record.epochs.map(({ epoch, train_acc, test_acc }) => ({
    epoch,
    trainAccuracy: train_acc,
    testAccuracy: test_acc ?? null,
  })),
  testAccuracy: publishedTestAccuracy(record),
})
