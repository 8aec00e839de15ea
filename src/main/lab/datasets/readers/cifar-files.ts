/** The files of CIFAR wherever they are: a folder, a .tar or a .tar.gz. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline, type Readable } from 'node:stream'
import { extract } from 'tar-stream'
import { byCodeUnits } from '../source'
import { damaged, openBytes, recordBlocks } from './streams'

/** Where CIFAR files are. */
export interface CifarPlace {
  readonly path: string
  readonly container: 'folder' | 'tar' | 'tar.gz'
}

/** The two data sets. */
export type Reader = 'cifar10' | 'cifar100'

/** One file of the place. */
export interface Member {
  readonly name: string
  readonly bytes: number
  readonly stream: Readable
}

/** Which CIFAR a file name belongs to, or null. Names of the publisher; folders before it play no part. */
export function cifarFile(name: string): { reader: Reader; part: 'train' | 'test'; stem: string } | null {
  const file = name.slice(name.lastIndexOf('/') + 1)
  const stem = file.replace(/\.bin$/, '')
  if (/^data_batch_\d+\.bin$/.test(file)) return { reader: 'cifar10', part: 'train', stem }
  if (file === 'test_batch.bin') return { reader: 'cifar10', part: 'test', stem }
  if (file === 'train.bin') return { reader: 'cifar100', part: 'train', stem }
  if (file === 'test.bin') return { reader: 'cifar100', part: 'test', stem }
  return null
}

/** Every file of the place, each with its stream, which must be read or resumed before the next one is asked for. */
export async function* members(place: CifarPlace): AsyncGenerator<Member> {
  if (place.container === 'folder') {
    for (const name of (await readdir(place.path)).sort(byCodeUnits)) {
      const path = join(place.path, name)
      const info = await stat(path)
      if (!info.isFile() || !(cifarFile(name) || name.endsWith('.txt'))) continue
      yield { name, bytes: info.size, stream: openBytes(path, false) }
    }
    return
  }
  const unpack = extract()
  const from = openBytes(place.path, place.container === 'tar.gz')
  pipeline(from, unpack as unknown as NodeJS.WritableStream, () => {})
  try {
    for await (const entry of unpack) {
      const header = entry.header
      if (header.type === 'file' || header.type === 'contiguous-file')
        yield { name: header.name, bytes: header.size ?? 0, stream: entry as unknown as Readable }
      else entry.resume()
    }
  } catch (cause) {
    throw damaged(place.path, cause)
  } finally {
    from.destroy()
  }
}

/** Names of the files in a tar archive, up to and with the first CIFAR file. @throws LabError when it is damaged. */
export async function tarNames(path: string, gzip: boolean): Promise<string[]> {
  const names: string[] = []
  for await (const member of members({ path, container: gzip ? 'tar.gz' : 'tar' })) {
    names.push(member.name)
    if (cifarFile(member.name)) break
    member.stream.resume()
  }
  return names
}

/** A member's records; damage shows here, while its stream is read. */
export async function* memberRecords(place: CifarPlace, member: Member, record: number): AsyncGenerator<Uint8Array> {
  try {
    yield* recordBlocks(member.stream, record)
  } catch (cause) {
    throw damaged(place.container === 'folder' ? join(place.path, member.name) : place.path, cause)
  }
}
