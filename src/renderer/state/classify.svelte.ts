import type { ClassifiedView } from '../../shared/contract/images'
import type { Failure } from '../../shared/contract/reply'
import type { RunView } from '../../shared/contract/runs'
import { failureOf, RequestFailed } from '../transport/client'
import { pickFiles, reasonOf } from './drop-files'
import { fileBridge } from './drop.svelte'
import type { FileBridge } from './drop.svelte'
import type { Lab } from './lab.svelte'
import { router } from './router.svelte'
import { Upload } from './upload.svelte'
import { uploadClient } from './upload-client'
import type { UploadClient } from './upload-client'

/** One image file, and what a run's last weights take it for. The newest one asked about is shown. */
export class Classify {
  /** The sheet is shown. */
  open = $state(false)
  /** Id of the run that is asked. */
  run = $state<string | null>(null)
  file = $state.raw<File | null>(null)
  said = $state.raw<ClassifiedView | null>(null)
  problem = $state.raw<Failure | null>(null)
  readonly #lab: Lab
  readonly #bridge: FileBridge | null
  readonly #client: UploadClient
  /** Aborted when another image is asked about, or none any more. */
  #turn = new AbortController()

  constructor(lab: Lab, bridge: FileBridge | null = fileBridge(), client: UploadClient = uploadClient) {
    this.#lab = lab
    this.#bridge = bridge
    this.#client = client
  }

  /** The run that a dropped image is for: the one whose page is open; null: an image is for an import. */
  get offered(): RunView | null {
    const route = router.current
    return route.view === 'run' && !this.#lab.imports.open ? this.#lab.runs.get(route.id) : null
  }

  /** Asks for an image with the browser's dialog. Must come from a key or a click: browsers want that. @param id of the run */
  async choose(id: string): Promise<void> {
    const [file] = await pickFiles('image')
    if (file) await this.take(id, file)
  }

  /**
   * Asks a run about an image file and shows the answer, or in one line why there is none.
   * @param id of the run
   */
  async take(id: string, file: File): Promise<void> {
    this.#turn.abort()
    const turn = new AbortController()
    this.#turn = turn
    this.run = id
    this.file = file
    this.said = null
    this.problem = null
    this.open = true
    try {
      const said = await this.#ask(id, file, turn.signal)
      if (!turn.signal.aborted) this.said = said
    } catch (error) {
      if (!turn.signal.aborted) this.problem = failureOf(error)
    }
  }

  /** Nobody looks any more: what is being sent is not sent on. */
  close(): void {
    this.#turn.abort()
    this.open = false
  }

  /** @throws RequestFailed that names the file */
  async #ask(id: string, file: File, signal: AbortSignal): Promise<ClassifiedView> {
    await requireReadable(file)
    const bridge = this.#bridge
    if (!bridge) return this.#send(id, file, signal)
    const path = bridge.pathOf(file)
    if (path === '') throw refusal(`${file.name} lies on no disk.`, 'Save it as a file, then choose that.')
    return this.#lab.client.request('images.classify', { id, path })
  }

  /** The way of a browser: the file goes to the lab's disk, and from there once it was answered about. */
  async #send(id: string, file: File, signal: AbortSignal): Promise<ClassifiedView> {
    const files = [{ path: file.name, file }]
    const upload = new Upload(file.name, { files, unreadable: [] }, this.#client)
    const remove = (): Promise<boolean> =>
      this.#lab.messages.attempt('Removing the uploaded image', () => upload.cancel())
    const stop = (): void => void remove()
    signal.addEventListener('abort', stop)
    try {
      const path = await upload.send()
      if (path === null || upload.refused.length > 0) throw sendFailure(upload)
      return await this.#lab.client.request('images.classify', { id, path }).catch((error: unknown) => {
        throw named(failureOf(error), path, file.name)
      })
    } finally {
      signal.removeEventListener('abort', stop)
      await remove()
    }
  }
}

/** @throws RequestFailed when the file has gone or may not be read: asked for first, since a cut upload would not tell */
async function requireReadable(file: File): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer()
  } catch (error) {
    throw refusal(`${file.name} cannot be read: ${reasonOf(error)}.`, 'Choose it again, or another image.')
  }
}

/** Why a file was not sent: its name was refused, or it was cut; of one that was cancelled nobody hears. */
function sendFailure({ refused: [first], problem }: Upload): RequestFailed {
  if (first) return refusal(first.reason, 'Rename the file, then choose it again.')
  if (!problem) return refusal('The image was not sent.', null)
  const again = 'See that HRM Lab still runs, then choose the image again.'
  return new RequestFailed(problem.kind === 'connection' ? { ...problem, hint: again } : problem)
}

/** The same failure with the file's own name in place of the one on the lab's disk. */
const named = ({ message, ...others }: Failure, path: string, name: string): RequestFailed =>
  new RequestFailed({ ...others, message: message.replaceAll(path, name) })

const refusal = (message: string, hint: string | null): RequestFailed =>
  new RequestFailed({ kind: 'bad-input', message, hint, details: null })
