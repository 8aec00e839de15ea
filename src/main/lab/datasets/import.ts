/** Import of a data set: source → one folder as shared/data/dataset describes it, whole or not at all. */
import { rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
// Between steps that take a tenth of a second each with 100,000 images, so that what waits meanwhile is served.
import { setImmediate as breathe } from 'node:timers/promises'
import { DATASET_VERSION, type DataSetManifest, type ImportReport } from '../../../shared/data/dataset'
import { assemble, type Assembled } from './assemble'
import { files, readManifest, readReport } from './cache'
import { makeTemporary, requireRoom, storageError, syncFolder, writeSynced } from './disk'
import { DEFAULT_SIZE, fillFromImages, fillFromRecords, resizeRecords, type Filled } from './fill'
import { defaultChannels, keepAndSplit, requireEveryClass } from './keep'
import { recognise } from './known'
import { MNIST, openSource } from './open-source'
import { checkOptions, type CheckedOptions, type ImportOptions } from './options'
import { phaseProgress, type ImportProgress } from './progress'
import { makeReport } from './report'
import type { Source } from './source'

/** What an import calls while it works. */
export interface ImportHooks {
  /** At most ten times a second, and at the end of every phase. */
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined
  /** Aborting leaves nothing behind; the import then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Whether a run is training: decoding then takes what it leaves of the cores. */
  readonly yielding?: (() => boolean) | undefined
  /** Folder of a data set with this content hash, if the lab has one: the import then gives that instead of a second copy. */
  readonly findByHash?: ((hash: string) => string | null) | undefined
  /** Free bytes at a folder; only tests give another than the disk's. */
  readonly freeBytes?: ((folder: string) => Promise<number>) | undefined
}

/** A data set on the disk. `existing`: the same content was there before, nothing new was made. */
export interface ImportResult {
  readonly manifest: DataSetManifest
  readonly report: ImportReport
  readonly folder: string
  readonly existing: boolean
}

/**
 * Imports a data set. Works in a temporary folder beside the others and renames it when it is whole and on the disk.
 * @throws LabError for bad input, impossible options and a disk that is full or not writable; the signal's reason on abort.
 */
export async function importDataSet(options: ImportOptions, hooks: ImportHooks = {}): Promise<ImportResult> {
  const checked = checkOptions(options)
  const { signal } = hooks
  signal?.throwIfAborted()
  hooks.onProgress?.({ phase: 'inspecting', done: 0, total: 0, detail: null })
  const source = published(await openSource(checked.path, checked.coarse), checked)
  const { dataSetsFolder } = checked
  const needed = bytesNeeded(source, checked)
  let temporary: string | null = null
  try {
    temporary = await makeTemporary(dataSetsFolder)
    await requireRoom(dataSetsFolder, needed, hooks.freeBytes)
    const filled = await fill(source, checked, temporary, hooks)
    const { manifest, report } = await finish(source, filled, checked, temporary, hooks)
    return await settle(temporary, dataSetsFolder, manifest, report, hooks)
  } catch (cause) {
    throw await storageError(cause, dataSetsFolder, needed)
  } finally {
    if (temporary) await rm(temporary, { recursive: true, force: true })
  }
}

/** A public data set goes by its own name, and its classes by theirs. */
function published(source: Source, { published: set }: CheckedOptions): Source {
  return set ? { ...source, name: set.key, classes: set.classNames ?? source.classes } : source
}

/** Room for the slots, the final images, names and hashes. */
function bytesNeeded(source: Source, { size, channels }: CheckedOptions): number {
  const images = source.kind === 'records' ? source.labels.length : source.files.length
  const native = source.kind === 'records' ? source.height * source.width * source.channels : 0
  const side = size ?? (source.kind === 'images' ? DEFAULT_SIZE : null)
  const fitted = side === null ? 0 : side * side * 3
  const final =
    side === null
      ? (native / (source.kind === 'records' ? source.channels : 1)) * (channels ?? 3)
      : side * side * (channels ?? 3)
  return images * (native + fitted + final + 200) + 2 ** 20
}

async function fill(source: Source, options: CheckedOptions, folder: string, hooks: ImportHooks): Promise<Filled> {
  const { signal } = hooks
  if (source.kind === 'images')
    return fillFromImages(source, options, folder, progress(hooks, 'decoding', source.files.length), hooks)
  const total = source.labels.length
  const filled = await fillFromRecords(source, folder, progress(hooks, 'reading', total), signal)
  const { size } = options
  if (size === undefined || (size === source.height && size === source.width)) return filled
  return resizeRecords(filled, size, options, folder, progress(hooks, 'decoding', total), hooks)
}

const progress = (hooks: ImportHooks, phase: ImportProgress['phase'], total: number): ((done: number) => void) =>
  phaseProgress(hooks.onProgress, phase, total)

/** Parts, pixels, statistics, report: everything but the rename. */
async function finish(
  source: Source,
  filled: Filled,
  options: CheckedOptions,
  folder: string,
  hooks: ImportHooks,
): Promise<{ manifest: DataSetManifest; report: ImportReport }> {
  const { images, notes } = keepAndSplit(source, filled, options)
  await breathe()
  requireEveryClass(source, filled, images)
  const channels = options.channels ?? defaultChannels(source, filled)
  const onImages = progress(hooks, 'writing', images.length)
  const assembled = await assemble(folder, filled.slots, images, channels, source.classes, onImages, hooks.signal)
  await rm(join(folder, 'records.tmp'), { force: true })
  await rm(join(folder, 'fitted.tmp'), { force: true })
  const manifest = makeManifest(source, filled, options, channels, assembled)
  const skipped = [
    ...source.skipped,
    ...filled.skipped.map(({ slot, reason }) => ({
      path: source.kind === 'images' ? source.files[slot]!.path : String(slot),
      reason,
    })),
  ]
  await breathe()
  const report = makeReport(source.classes, assembled.images, skipped, notes)
  await breathe()
  await writeSynced(
    join(folder, files.index),
    JSON.stringify(assembled.images.map(({ name, sha256 }) => ({ name, sha256 }))),
  )
  await writeSynced(join(folder, files.report), JSON.stringify(report, null, 1))
  await writeSynced(join(folder, files.manifest), JSON.stringify(manifest, null, 1))
  return { manifest, report }
}

function makeManifest(
  source: Source,
  filled: Filled,
  options: CheckedOptions,
  channels: 1 | 3,
  { hash, parts, mean, std }: Assembled,
): DataSetManifest {
  const { height, width } = filled.slots
  const native =
    source.kind === 'records' && height === source.height && width === source.width && channels === source.channels
  const known = native ? recognise({ ...source, hashes: filled.hashes as string[] }) : null
  const unresized = source.kind === 'records' && height === source.height && width === source.width
  return {
    version: DATASET_VERSION,
    name: options.name?.trim() || (known ?? source.name),
    hash,
    known,
    height,
    width,
    channels,
    classes: [...source.classes],
    parts,
    mean,
    std,
    source: {
      path: options.published?.key ?? (options.path === MNIST ? MNIST : resolve(options.path)),
      reader: source.reader,
      size: height,
      fit: unresized ? 'none' : options.fit,
      background: options.background,
      splitSeed: options.splitSeed,
      coarse: options.coarse,
    },
    importedAt: new Date().toISOString(),
  }
}

/** Gives the whole data set its place, or the one that has the same content already. */
async function settle(
  temporary: string,
  dataSetsFolder: string,
  manifest: DataSetManifest,
  report: ImportReport,
  hooks: ImportHooks,
): Promise<ImportResult> {
  const known = hooks.findByHash?.(manifest.hash) ?? null
  const place = join(dataSetsFolder, `${slug(manifest.name)}-${manifest.hash.slice(0, 12)}`)
  // A kill between the rename and the lab's own record leaves a whole folder: it is taken up.
  for (const folder of known === null ? [place] : [known, place]) {
    const there = await readManifest(folder).catch(() => null)
    if (there?.hash === manifest.hash)
      return { manifest: there, report: await readReport(folder), folder, existing: true }
  }
  hooks.signal?.throwIfAborted()
  await rm(place, { recursive: true, force: true })
  await syncFolder(temporary)
  await rename(temporary, place)
  await syncFolder(dataSetsFolder)
  return { manifest, report, folder: place, existing: false }
}

function slug(name: string): string {
  return (
    name
      .normalize('NFKD')
      .replace(/[^A-Za-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .toLowerCase()
      .slice(0, 40) || 'data'
  )
}
