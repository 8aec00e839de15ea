import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { addAbortSignal, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { LabError } from '../../shared/errors'
import { uploadNames } from './upload-path'

/** One drop on the window, on its way to the lab's disk. */
interface Upload {
  /** Holds the dropped files and folders. */
  readonly folder: string
  /** Files being written now. */
  readonly writing: Set<{ readonly path: string; readonly work: Promise<void> }>
  /** Paths that were cut in the middle and not sent again since. */
  readonly cut: Set<string>
  /** Aborted when the person cancels. */
  readonly cancel: AbortController
}

/** Files dropped on a window in the browser, streamed into a temporary folder of the lab, one folder a drop. */
export class Uploads {
  readonly #folder: () => string
  readonly #uploads = new Map<string, Upload>()

  private constructor(folder: () => string) {
    this.#folder = folder
  }

  /**
   * @param folder the uploads' own, asked for with each upload; what an earlier lab left there is removed
   * @throws LabError 'storage' when it cannot be made or emptied
   */
  static async open(folder: () => string): Promise<Uploads> {
    const now = folder()
    try {
      await rm(now, { recursive: true, force: true })
      await mkdir(now, { recursive: true })
    } catch (cause) {
      throw storage(`The folder for uploads ${now} cannot be emptied`, cause)
    }
    return new Uploads(folder)
  }

  /** Begins an upload. @returns its id */
  async begin(): Promise<string> {
    const id = randomUUID()
    // The folder's name is what an import of loose files proposes as the data set's name.
    const folder = join(this.#folder(), id, 'Dropped files')
    await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
      throw storage('The upload cannot begin', cause)
    })
    this.#uploads.set(id, { folder, writing: new Set(), cut: new Set(), cancel: new AbortController() })
    return id
  }

  /**
   * Writes one file of an upload. A file that is cut in the middle leaves nothing behind and may be sent again.
   * @param path of the file, relative, as it was dropped: 'pets/cat/1.png'
   * @throws LabError 'not-found', 'bad-input' (the path, or one that is there), 'storage', 'cut'
   */
  async write(id: string, path: string, content: Readable): Promise<void> {
    const upload = this.#get(id)
    const entry = { path, work: writeFile(upload, path, content) }
    upload.writing.add(entry)
    try {
      await entry.work
    } catch (cause) {
      throw cause instanceof LabError ? cause : failedWrite(path, cause, upload.cancel.signal.aborted)
    } finally {
      upload.writing.delete(entry)
    }
  }

  /**
   * Ends an upload; it stays until it is removed.
   * @returns the path to import: what was dropped when it was one thing, else the folder that holds it all
   * @throws LabError 'not-found', 'bad-input' when nothing came, or not all of it
   */
  async finish(id: string): Promise<string> {
    const { folder, writing, cut } = this.#get(id)
    const [missing] = [...[...writing].map(({ path }) => path), ...cut]
    const count = writing.size + cut.size
    if (missing !== undefined)
      throw new LabError(
        'bad-input',
        count === 1
          ? `One file of the upload has not arrived whole: ${missing}.`
          : `${count} files of the upload have not arrived whole, the first is ${missing}.`,
        'Send what is missing again, or cancel the upload.',
      )
    const names = await readdir(folder)
    if (names.length === 0) throw new LabError('bad-input', 'Nothing was uploaded.', 'Drop files or a folder.')
    return names.length === 1 ? join(folder, names[0]!) : folder
  }

  /** Cancels an upload, or removes one that was imported. @throws LabError 'not-found' */
  async remove(id: string): Promise<void> {
    const { folder, cancel, writing } = this.#get(id)
    this.#uploads.delete(id)
    cancel.abort()
    await Promise.allSettled([...writing].map(({ work }) => work))
    await rm(dirname(folder), { recursive: true, force: true })
  }

  /** Cancels all and removes everything. */
  async close(): Promise<void> {
    await Promise.all([...this.#uploads.keys()].map((id) => this.remove(id)))
  }

  #get(id: string): Upload {
    const upload = this.#uploads.get(id)
    if (upload) return upload
    throw new LabError('not-found', 'There is no such upload: it was cancelled, or the lab was started anew.')
  }
}

/** Streams a file to its place; when that fails, nothing of it stays. */
async function writeFile({ folder, cut, cancel }: Upload, path: string, content: Readable): Promise<void> {
  const file = join(folder, ...uploadNames(path))
  await mkdir(dirname(file), { recursive: true })
  const handle = await open(file, 'wx')
  try {
    addAbortSignal(cancel.signal, content)
    // The request is not destroyed when the disk fails: the reason must reach the window through it.
    await pipeline(content.iterator({ destroyOnReturn: false }), handle.createWriteStream())
    cut.delete(path)
  } catch (error) {
    cut.add(path)
    await handle.close()
    await rm(file, { force: true })
    throw error
  }
}

const storage = (what: string, cause: unknown): LabError =>
  new LabError('storage', `${what} (${codeOf(cause)}).`, 'See that the lab’s disk has room and may be written.', {
    cause,
  })

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error)

function failedWrite(path: string, cause: unknown, cancelled: boolean): LabError {
  if (cancelled) return new LabError('cut', 'The upload was cancelled.', null, { cause })
  const code = codeOf(cause)
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE')
    return new LabError('cut', `The upload of ${path} was cut in the middle.`, 'Send it again.', { cause })
  if (['EEXIST', 'ENOTDIR', 'EISDIR'].includes(code))
    return new LabError('bad-input', `${path} was uploaded twice, or is a file and a folder.`, null, { cause })
  return storage(`${path} cannot be written`, cause)
}
