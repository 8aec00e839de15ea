import type { DataSetIndexEntry } from '../../../shared/data/dataset'
import { readIndex } from './cache'
import type { DataSetRow } from './data-sets'

/** The index of a data set's images, read from the disk once. Rejects as {@link readIndex}; then it is read again. */
export type IndexOf = (dataSet: DataSetRow) => Promise<readonly DataSetIndexEntry[]>

/** @param folderOf where a data set lies */
export function keptIndices(folderOf: (dataSet: DataSetRow) => string): IndexOf {
  const indices = new Map<string, Promise<readonly DataSetIndexEntry[]>>()
  return (dataSet) => {
    const known = indices.get(dataSet.id)
    if (known) return known
    const reading = readIndex(folderOf(dataSet))
    indices.set(dataSet.id, reading)
    reading.catch(() => indices.delete(dataSet.id))
    return reading
  }
}
