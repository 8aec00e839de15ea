import type { Failure } from '../../shared/contract/reply'
import { failureOf, RequestFailed } from '../transport/client'
import type { FoundFiles, LocalFile, Unreadable } from './drop-files'
import { uploadClient } from './upload-client'
import type { UploadClient } from './upload-client'

/** Files sent at the same time. */
const AT_ONCE = 4
/** Progress is told to the window this often at most. Milliseconds. */
const TELL_EVERY = 100

/** Files on their way from the browser to the lab's disk. Cut in the middle, it can be gone on with. */
export class Upload {
  /** What it is called: the dropped thing, or how many there were. */
  readonly name: string
  readonly totalFiles: number
  readonly totalBytes: number
  /** Not sent: the browser could not read it, or the lab refused its name. */
  refused = $state.raw<readonly Unreadable[]>([])
  sentFiles = $state(0)
  sentBytes = $state(0)
  going = $state(false)
  /** Why it stopped in the middle. */
  problem = $state.raw<Failure | null>(null)
  readonly #client: UploadClient
  readonly #controller = new AbortController()
  readonly #all: readonly LocalFile[]
  readonly #unreadable: readonly Unreadable[]
  #id: string | null = null
  #waiting: LocalFile[]
  #whole = 0
  /** Bytes of files that are being sent, by path. */
  #partial: Readonly<Record<string, number>> = {}
  #told = 0

  constructor(name: string, { files, unreadable }: FoundFiles, client: UploadClient = uploadClient) {
    this.name = name
    this.#client = client
    this.#all = files
    this.#unreadable = unreadable
    this.refused = unreadable
    this.#waiting = [...files].reverse()
    this.totalFiles = files.length
    this.totalBytes = files.reduce((sum, { file }) => sum + file.size, 0)
  }

  get cancelled(): boolean {
    return this.#controller.signal.aborted
  }

  /**
   * Sends everything that was not sent yet.
   * @returns the path to import; null when it was cut (`problem` says why) or cancelled
   */
  async send(): Promise<string | null> {
    if (this.going || this.cancelled) return null
    this.going = true
    this.problem = null
    try {
      await this.#begin()
      await this.#sendWaiting()
      return await this.#client.finish(this.#id!)
    } catch (error) {
      if (!this.cancelled) this.#cut(error)
      return null
    } finally {
      this.#tell(true)
      this.going = false
    }
  }

  /** Ends it and removes what was uploaded. After an import it only removes. */
  async cancel(): Promise<void> {
    this.#controller.abort(new DOMException('The upload was cancelled.', 'AbortError'))
    const id = this.#id
    this.#id = null
    if (id !== null) await this.#client.remove(id)
  }

  async #begin(): Promise<void> {
    if (this.#id !== null) return
    this.#waiting = [...this.#all].reverse()
    this.#whole = 0
    this.refused = this.#unreadable
    this.sentFiles = 0
    const id = await this.#client.begin()
    if (this.cancelled) {
      await this.#client.remove(id)
      this.#controller.signal.throwIfAborted()
    }
    this.#id = id
  }

  async #sendWaiting(): Promise<void> {
    // One that fails ends all: none of them may go on behind a question to the person.
    const failed = new AbortController()
    const signal = AbortSignal.any([this.#controller.signal, failed.signal])
    const lane = async (): Promise<void> => {
      for (let next = this.#waiting.pop(); next; next = this.#waiting.pop()) await this.#sendOne(next, signal)
    }
    const lanes = Array.from({ length: AT_ONCE }, () =>
      lane().catch((error: unknown) => {
        failed.abort(error)
        throw error
      }),
    )
    const [first] = (await Promise.allSettled(lanes)).filter((lane) => lane.status === 'rejected')
    if (first) throw failed.signal.reason
  }

  async #sendOne(local: LocalFile, signal: AbortSignal): Promise<void> {
    const { path, file } = local
    const sent = (bytes: number): void => {
      this.#partial = { ...this.#partial, [path]: Math.min(bytes, file.size) }
      this.#tell(false)
    }
    try {
      await this.#client.put(this.#id!, path, file, sent, signal)
    } catch (error) {
      const refusal = error instanceof RequestFailed && error.failure.kind === 'bad-input' ? error.failure : null
      if (!refusal) {
        this.#waiting.push(local)
        throw error
      }
      this.refused = [...this.refused, { path, reason: refusal.message }]
    } finally {
      const { [path]: _, ...others } = this.#partial
      this.#partial = others
    }
    this.#whole += file.size
    this.sentFiles++
    this.#tell(false)
  }

  #cut(error: unknown): void {
    const failure = failureOf(error)
    // The lab was started anew: it has nothing of this upload any more.
    if (failure.kind === 'not-found') this.#id = null
    this.problem = failure
  }

  #tell(always: boolean): void {
    const now = performance.now()
    if (!always && now - this.#told < TELL_EVERY) return
    this.#told = now
    this.sentBytes = Object.values(this.#partial).reduce((sum, bytes) => sum + bytes, this.#whole)
  }
}
