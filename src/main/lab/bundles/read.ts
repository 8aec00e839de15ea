/** Unpacks and checks a run bundle before anything of it reaches the lab. */
import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LabError } from '../../../shared/errors'
import { requireRoom, writeSynced } from '../datasets/disk'
import { listZip, readZipMember, type ZipMember } from '../datasets/readers/zip'
import { BUNDLE_MANIFEST, type BundleManifest, damagedBundle, parseManifest } from './manifest'

/** Bytes that bundle.json takes at most, and any other file: no run is near them. */
const MANIFEST_BYTES = 1e6
const FILE_BYTES = 2 ** 31

/**
 * Unpacks a bundle into a folder: every file that its manifest names, each with the size and SHA-256 it names, and none else.
 * @param folder an empty one
 * @throws LabError 'bad-input' naming the bundle and what is wrong with it; 'storage' when there is no room
 */
export async function unpackBundle(path: string, folder: string, signal?: AbortSignal): Promise<BundleManifest> {
  const members = new Map((await listZip(path)).map((member) => [member.name, member]))
  const file = await open(path, 'r')
  try {
    const manifest = parseManifest(await manifestText(file, path, members.get(BUNDLE_MANIFEST)), path)
    const stray = [...members.keys()].find(
      (name) => name !== BUNDLE_MANIFEST && !manifest.files.some((listed) => listed.name === name),
    )
    if (stray !== undefined) throw damagedBundle(path, `it holds ${stray}, which its manifest does not name`)
    const bytes = manifest.files.reduce((sum, listed) => sum + listed.bytes, 0)
    await requireRoom(dirname(folder), bytes, undefined, 'the bundle')
    for (const listed of manifest.files) {
      signal?.throwIfAborted()
      const target = join(folder, ...listed.name.split('/'))
      await mkdir(dirname(target), { recursive: true })
      await writeSynced(target, await content(file, path, members.get(listed.name), listed))
    }
    return manifest
  } finally {
    await file.close()
  }
}

async function manifestText(file: FileHandle, path: string, member: ZipMember | undefined): Promise<string> {
  if (member === undefined || member.location.bytes > MANIFEST_BYTES)
    throw new LabError('bad-input', `${path} is not a run bundle of HRM Lab.`)
  return (await read(file, path, member)).toString('utf8')
}

/** A file's bytes, as the manifest says they are. */
async function content(
  file: FileHandle,
  path: string,
  member: ZipMember | undefined,
  { name, bytes, sha256 }: BundleManifest['files'][number],
): Promise<Buffer> {
  if (!member) throw damagedBundle(path, `${name} is missing`)
  if (member.location.bytes !== bytes || bytes > FILE_BYTES) throw damagedBundle(path, `${name} has another size`)
  const found = await read(file, path, member)
  if (createHash('sha256').update(found).digest('hex') !== sha256)
    throw damagedBundle(path, `${name} is not what its manifest names`)
  return found
}

const read = (file: FileHandle, path: string, { name, location }: ZipMember): Promise<Buffer> =>
  readZipMember(file, location).catch((cause: unknown) => {
    throw damagedBundle(path, `${name}: ${(cause as Error).message}`, cause)
  })
