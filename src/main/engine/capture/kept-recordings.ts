import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { engineFolder } from '../backends/load'
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
