/** A file that was dropped or chosen, with its path below what was: 'pets/cat/1.png'. */
export interface LocalFile {
  readonly path: string
  readonly file: File
}

/** Something of a drop that the browser would not read. */
export interface Unreadable {
  readonly path: string
  readonly reason: string
}

export interface FoundFiles {
  readonly files: readonly LocalFile[]
  readonly unreadable: readonly Unreadable[]
}

/**
 * All files below dropped entries, folders walked to their ends. What cannot be read is listed, not thrown.
 * @param onFound told now and then how many files were found
 * @throws the signal's reason when it is aborted
 */
export async function walkEntries(
  entries: readonly FileSystemEntry[],
  onFound: (count: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<FoundFiles> {
  const files: LocalFile[] = []
  const unreadable: Unreadable[] = []
  const waiting = entries.map((entry) => ({ entry, path: entry.name }))
  const refuse = (path: string) => (error: unknown) => void unreadable.push({ path, reason: reasonOf(error) })
  const take = async (entry: FileSystemFileEntry, path: string): Promise<void> => {
    await fileOf(entry).then((file) => void files.push({ path, file }), refuse(path))
  }
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    signal?.throwIfAborted()
    const { entry, path } = next
    if (isFile(entry)) await take(entry, path)
    else if (isFolder(entry)) {
      await forEachBatch(entry.createReader(), async (batch) => {
        signal?.throwIfAborted()
        for (const child of batch) if (!isFile(child)) waiting.push({ entry: child, path: `${path}/${child.name}` })
        await Promise.all(batch.filter(isFile).map((child) => take(child, `${path}/${child.name}`)))
        onFound(files.length)
      }).catch((error: unknown) => {
        signal?.throwIfAborted()
        refuse(path)(error)
      })
    }
  }
  onFound(files.length)
  return { files, unreadable }
}

/** The files of `<input type="file">`; those of a chosen folder know their paths. */
export const chosenFiles = (list: Iterable<File>): FoundFiles => ({
  files: [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file })),
  unreadable: [],
})

/** Asks for files, for a folder and all in it, or for one image, with the browser's dialog. @returns none when it was closed */
export function pickFiles(kind: 'folder' | 'file' | 'image'): Promise<readonly File[]> {
  const input = document.createElement('input')
  input.type = 'file'
  input.multiple = kind !== 'image'
  if (kind === 'image') input.accept = 'image/*'
  input.webkitdirectory = kind === 'folder'
  return new Promise((resolve) => {
    input.onchange = () => resolve([...(input.files ?? [])])
    input.oncancel = () => resolve([])
    input.click()
  })
}

/** The entries of a drop; must be called before anything is awaited, a drop's items are gone after its event. */
export function entriesOf(items: ArrayLike<DataTransferItem>): FileSystemEntry[] {
  return Array.from(items).flatMap((item) => (item.kind === 'file' ? (item.webkitGetAsEntry() ?? []) : []))
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject))

/** A reader gives a folder in pieces, an empty one at its end. */
async function forEachBatch(
  reader: FileSystemDirectoryReader,
  each: (batch: readonly FileSystemEntry[]) => Promise<void>,
): Promise<void> {
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (batch.length === 0) return
    await each(batch)
  }
}

/** Why a file that was dropped or chosen cannot be read, in words. */
export const reasonOf = (error: unknown): string =>
  error instanceof DOMException && error.name === 'NotFoundError'
    ? 'it was gone when it was read'
    : `the browser cannot read it (${error instanceof Error ? error.message || error.name : String(error)})`
