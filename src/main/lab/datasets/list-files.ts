/** Folders of the lab's machine, for choosing what to import. */
import { readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { ListedFolder } from '../../../shared/contract/data-sets'
import { LabError } from '../../../shared/errors'
import { unreadable } from './readers/streams'

/** Entries of one answer; a folder of images has many more, of which nobody picks one by its name. */
const MAX_ENTRIES = 1000

const usable = /\.(zip|tar|tar\.gz|tgz|gz|bin)$|[-_.]idx[13][-_.]ubyte$/i

/**
 * The folders of a folder, and the files in it that an import may take by their names (archives, IDX, CIFAR's). Hidden ones
 * are left out, links are followed.
 * @param path absolute; null: the home folder of the lab's user
 * @throws LabError 'not-found' or 'bad-input' naming the folder and the reason
 */
export async function listFolder(path: string | null): Promise<ListedFolder> {
  const home = homedir()
  const folder = resolve(path ?? home)
  const found = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOTDIR')
      throw new LabError('bad-input', `${folder} is a file, not a folder.`, 'Choose the folder it lies in.', { cause })
    throw unreadable(folder, cause)
  })
  const names = found.filter(({ name }) => !name.startsWith('.')).map(({ name }) => name)
  const entries = (await Promise.all(names.map((name) => entry(folder, name)))).filter((found) => found !== null)
  const order = new Intl.Collator('en', { numeric: true })
  entries.sort((a, b) => Number(a.kind === 'file') - Number(b.kind === 'file') || order.compare(a.name, b.name))
  const above = dirname(folder)
  return {
    path: folder,
    parent: above === folder ? null : above,
    home,
    entries: entries.slice(0, MAX_ENTRIES),
    more: Math.max(0, entries.length - MAX_ENTRIES),
  }
}

/** A folder or usable file; null for what is neither, or cannot be looked at. */
async function entry(folder: string, name: string): Promise<ListedFolder['entries'][number] | null> {
  const path = join(folder, name)
  const info = await stat(path).catch(() => null)
  if (info?.isDirectory()) return { name, path, kind: 'folder', bytes: null }
  return info?.isFile() && usable.test(name) ? { name, path, kind: 'file', bytes: info.size } : null
}
