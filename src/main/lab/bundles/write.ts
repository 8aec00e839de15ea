/** A run leaves the lab as one file. */
import { createHash } from 'node:crypto'
import { constants, createReadStream, existsSync } from 'node:fs'
import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import type { PartName } from '../../../shared/data/dataset'
import { LabError } from '../../../shared/errors'
import { files as dataSetFiles } from '../datasets/cache'
import type { DataSetRow } from '../datasets/data-sets'
import { openFolder, writeWhole } from '../exports/files/write'
import type { Lab } from '../lab'
import { packageInfo } from '../package-root'
import type { Run } from '../runs/runs'
import { BUNDLE_DATABASE, BUNDLE_MANIFEST, BUNDLE_VERSION, type BundleManifest } from './manifest'

/** Where a file of the bundle comes from: all of one, or the bytes from `start` on. */
interface Member {
  readonly name: string
  readonly path: string
  readonly start: number
  readonly bytes: number
}

/**
 * Writes a run's bundle, whole or not at all. What it holds: manifest.ts.
 * @param path is replaced if it is there
 * @returns its size in bytes
 * @throws LabError 'bad-input' for a run that has not begun, 'storage' when the file cannot be written, 'not-found' when files of
 *   the run's data set are gone; the signal's reason
 */
export async function writeBundle(lab: Lab, run: Run, path: string, signal?: AbortSignal): Promise<number> {
  if (run.started === null)
    throw new LabError('bad-input', `Run ${run.id} has not begun: there is nothing to take along.`, 'Train it first.')
  await openFolder(dirname(path))
  const folder = await mkdtemp(join(tmpdir(), 'hrm-lab-bundle-'))
  try {
    const checkpoints = await copyCheckpoints(lab, run, folder)
    const database = join(folder, BUNDLE_DATABASE)
    lab.store.extractRun(run.id, database, checkpoints)
    const { dataSet, parts, members: images } = await imagesOf(lab, run)
    const weights = checkpoints.map((file) => whole(`checkpoints/${file}`, join(folder, file)))
    const members = await Promise.all([whole(BUNDLE_DATABASE, database), ...weights, ...images])
    const manifest: BundleManifest = {
      ...{ format: 'hrm-lab-run', version: BUNDLE_VERSION, labVersion: packageInfo().version },
      made: new Date().toISOString(),
      run: { id: run.id, name: run.name },
      dataSet: { name: dataSet.name, hash: dataSet.hash, parts },
      files: await Promise.all(members.map(described)),
    }
    await writeWhole(path, zipOf(manifest, members, new Date(run.created)), signal)
    return (await stat(path)).size
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Copies the newest checkpoint file that is there, and the best: a run that trains on removes its own.
 * @returns their names
 */
async function copyCheckpoints(lab: Lab, run: Run, folder: string): Promise<string[]> {
  const from = lab.runs.folder(run)
  const there = lab.store.checkpoints.list(run.id).filter(({ file }) => existsSync(join(from, file)))
  const wanted = [there.at(-1), there.find(({ best }) => best)]
  const files = [...new Set(wanted.flatMap((checkpoint) => checkpoint?.file ?? []))]
  for (const file of files) await copyFile(join(from, file), join(folder, file), constants.COPYFILE_FICLONE)
  return files
}

/** Names, classes and evaluated images of the run's data set. */
async function imagesOf(lab: Lab, run: Run): Promise<{ dataSet: DataSetRow; parts: PartName[]; members: Member[] }> {
  const dataSet = lab.dataSets.get(run.dataSet)
  const { manifest } = dataSet
  const folder = lab.dataSets.folder(dataSet)
  const imageBytes = manifest.height * manifest.width * manifest.channels
  const evaluated = new Set(lab.store.evaluations.list(run.id).map(({ part }) => part))
  const parts = (['validation', 'test'] as const).filter(
    (part) => evaluated.has(part) && !lab.dataSets.absentParts(dataSet).includes(part),
  )
  const pixels = parts.map((part): Member => {
    const { offset, count } = manifest.parts[part]
    const path = join(folder, dataSetFiles.images)
    return { name: `images/${part}.u8`, path, start: offset * imageBytes, bytes: count * imageBytes }
  })
  const [index, labels] = await Promise.all(
    [dataSetFiles.index, dataSetFiles.labels].map((file) => whole(`images/${file}`, join(folder, file))),
  )
  return { dataSet, parts: [...parts], members: [index!, labels!, ...pixels] }
}

async function whole(name: string, path: string): Promise<Member> {
  const { size } = await stat(path).catch((cause: unknown) => {
    throw new LabError(
      'not-found',
      `${path} is not there; the run cannot leave without it.`,
      'Import the data set again.',
      { cause },
    )
  })
  return { name, path, start: 0, bytes: size }
}

const streamOf = ({ path, start, bytes }: Member): Readable =>
  bytes === 0 ? Readable.from([]) : createReadStream(path, { start, end: start + bytes - 1 })

async function described(member: Member): Promise<BundleManifest['files'][number]> {
  const hash = createHash('sha256')
  for await (const chunk of streamOf(member)) hash.update(chunk as Buffer)
  return { name: member.name, bytes: member.bytes, sha256: hash.digest('hex') }
}

/** @param mtime of all files in it, so that the same run gives the same members */
function zipOf(manifest: BundleManifest, members: readonly Member[], mtime: Date): AsyncIterable<Uint8Array> {
  const zip = new ZipFile()
  const out = zip.outputStream as Readable
  zip.on('error', (error) => out.destroy(error as Error))
  zip.addBuffer(Buffer.from(JSON.stringify(manifest, null, 1)), BUNDLE_MANIFEST, { mtime })
  for (const member of members) {
    // Weights are noise to a compressor.
    const options = { mtime, compress: !member.name.startsWith('checkpoints/'), size: member.bytes }
    zip.addReadStreamLazy(member.name, options, (take) => {
      const stream = streamOf(member)
      stream.on('error', (error) => out.destroy(error))
      take(null, stream)
    })
  }
  zip.end()
  return out
}
