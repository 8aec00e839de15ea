import { RequestFailed } from '../transport/client'
import type { Unreadable } from './drop-files'
import type { Lab } from './lab.svelte'
import { router } from './router.svelte'
import type { Upload } from './upload.svelte'

/** Run bundles on their way into the lab. */
export class RunBundles {
  readonly #lab: Lab
  /** Those that this browser sends to the lab's machine; one that was cut waits to be gone on with. */
  sending = $state.raw<readonly Upload[]>([])
  /** File names of those that the lab reads now. */
  taking = $state.raw<readonly string[]>([])

  constructor(lab: Lab) {
    this.#lab = lab
  }

  /** Takes in the run of a bundle on the lab's machine, and tells it. */
  async take(path: string): Promise<void> {
    const name = path.split(/[/\\]/).at(-1)!
    this.taking = [...this.taking, name]
    await this.#lab.messages.attempt(`Taking in ${name}`, async () => {
      const { id, name: run, existed } = await this.#lab.client.request('runs.bring', { path })
      const show = { label: 'Show', run: () => router.go({ view: 'run', id }), offered: () => true }
      this.#lab.messages.tell(existed ? `The run ${run} was here already.` : `The run ${run} was taken in.`, show)
    })
    this.taking = this.taking.toSpliced(this.taking.indexOf(name), 1)
  }

  /** Sends a bundle to the lab's machine, or the rest of one that was cut, and takes it in: from a browser. */
  async send(upload: Upload): Promise<void> {
    if (!this.sending.includes(upload)) this.sending = [...this.sending, upload]
    const path = await upload.send()
    const [refused] = upload.refused
    // Cut, which it says itself, or cancelled.
    if (path === null && !refused) return
    this.#leave(upload)
    if (path !== null) await this.take(path)
    else this.#lab.messages.fail(`Sending ${upload.name}`, refusal(refused!))
    await this.cancel(upload)
  }

  /** Ends the sending of a bundle, and removes what the lab has of the file. */
  async cancel(upload: Upload): Promise<void> {
    this.#leave(upload)
    try {
      await upload.cancel()
    } catch (error) {
      this.#lab.messages.fail(`Removing what was sent of ${upload.name}`, error)
    }
  }

  #leave(upload: Upload): void {
    this.sending = this.sending.filter((one) => one !== upload)
  }
}

const refusal = ({ path, reason }: Unreadable): RequestFailed =>
  new RequestFailed({ kind: 'bad-input', message: `${path}: ${reason}`, hint: null, details: null })
