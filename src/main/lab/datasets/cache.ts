/** Reading a data set that is on the disk. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  dataSetManifestSchema,
  type DataSetIndexEntry,
  type DataSetManifest,
  type ImportReport,
} from '../../../shared/data/dataset'
import { LabError } from '../../../shared/errors'

/** File names in a data set's folder, see shared/data/dataset. */
export const files = {
  manifest: 'dataset.json',
  images: 'images.u8',
  labels: 'labels.u16',
  index: 'index.json',
  report: 'report.json',
} as const

/** The error for a data set whose files are missing or damaged. */
export function broken(path: string, cause: unknown): LabError {
  const why = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message.split('\n')[0]
  return new LabError('storage', `The data set’s file ${path} cannot be used (${why}).`, 'Import the data set again.', {
    cause,
  })
}

async function readJson(folder: string, file: string): Promise<unknown> {
  const path = join(folder, file)
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw broken(path, cause)
  }
}

/** The manifest of the data set in `folder`. @throws LabError when it is missing, damaged or of another version. */
export async function readManifest(folder: string): Promise<DataSetManifest> {
  const parsed = dataSetManifestSchema.safeParse(await readJson(folder, files.manifest))
  if (!parsed.success) throw broken(join(folder, files.manifest), parsed.error)
  return parsed.data
}

/** What the import found. @throws LabError when it cannot be read. */
export async function readReport(folder: string): Promise<ImportReport> {
  return (await readJson(folder, files.report)) as ImportReport
}

/** Source names and pixel hashes; the index is the image's id. @throws LabError when it cannot be read. */
export async function readIndex(folder: string): Promise<readonly DataSetIndexEntry[]> {
  return (await readJson(folder, files.index)) as DataSetIndexEntry[]
}

/** Class index by image id, uint16 [N]. @throws LabError when it cannot be read. */
export async function readLabels(folder: string): Promise<Uint16Array> {
  const path = join(folder, files.labels)
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw broken(path, cause)
  })
  return Uint16Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16LE(2 * i))
}
