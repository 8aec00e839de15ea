import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { engineFolder } from '../backends/load'
import type { KeptFunction } from './batched-function'
import { RecordingCache } from './recording-cache'

let cache: RecordingCache | null | undefined

/** The process's recordings; null without a native engine, or where the code is no bundle that a hash can stand for. */
export function keptRecordings(): RecordingCache | null {
  if (cache !== undefined) return cache
  const folder = engineFolder()
  const bundle = process.argv[1]
  if (folder === null || bundle === undefined || basename(bundle) !== 'engine.js') return (cache = null)
  const code = createHash('sha256').update(readFileSync(bundle)).digest('hex')
  return (cache = new RecordingCache(join(folder, 'recordings'), code))
}

/**
 * Where functions that depend on `of` may have been recorded at an earlier start, by name.
 * @param of everything but code, as JSON
 * @returns null as {@link keptRecordings}
 */
export function keptRecordingsOf(of: object): ((name: string) => KeptFunction) | null {
  const cache = keptRecordings()
  if (!cache) return null
  return (name) => ({
    get: () => cache.get({ name, ...of }),
    put: (pair) => cache.put({ name, ...of }, pair),
  })
}
