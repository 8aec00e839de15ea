import { LabError } from '../../shared/errors'
import type { BackendName } from '../lab/engine/open-engine'
import { openHome } from '../lab/home/home'
import { Lab } from '../lab/lab'
import { localAddress } from '../lab/local/address'
import { RemoteLab } from '../lab/local/connect'
import { ProgressLine } from './output/progress'

/** Options every command takes. */
export interface GlobalOptions {
  readonly home?: string
  readonly json?: boolean
  readonly engine?: 'cpu' | 'cuda' | 'auto'
  readonly backend?: BackendName
  readonly threads?: number
}

/** What a command works with: where results and progress go, and the lab it opens when it needs it. */
export class Context {
  readonly options: GlobalOptions
  readonly progress = new ProgressLine()
  #lab: Lab | null = null
  #remote: RemoteLab | null = null

  constructor(options: GlobalOptions) {
    this.options = options
  }

  /** The lab, to write: one process at a time. What a person should know of its opening goes to standard error. */
  get lab(): Lab {
    if (this.#lab) return this.#lab
    this.#lab = Lab.open({ home: this.options.home })
    for (const notice of this.#lab.store.notices) this.progress.note(notice)
    return this.#lab
  }

  /** The lab to read, also while another process writes; one never used is made first, one of an older form upgraded. */
  get reader(): Lab {
    if (!Lab.exists(this.options.home)) return this.lab
    try {
      return (this.#lab ??= Lab.open({ home: this.options.home, readOnly: true }))
    } catch (error) {
      if (error instanceof LabError && error.kind === 'outdated') return this.lab
      throw error
    }
  }

  /**
   * The lab of an open window, when it holds the lab this command would write: what writes is sent there, and {@link reader} reads
   * beside it. Null when this process writes itself; its lab is open then. To be asked before anything is read.
   * @throws LabError 'locked' when another process holds the lab and answers no other · 'bad-input' for options that choose an
   *   engine, since the window's lab trains with its own
   */
  async windowLab(): Promise<RemoteLab | null> {
    if (this.#lab || this.#remote) return this.#remote
    try {
      void this.lab
      return null
    } catch (error) {
      if (!(error instanceof LabError) || error.kind !== 'locked') throw error
      this.#remote = await RemoteLab.connect(localAddress(openHome(this.options.home, true).folder))
      if (!this.#remote) throw error
    }
    const { engine = 'auto', backend = 'tensorflow', threads } = this.options
    if (engine !== 'auto' || backend !== 'tensorflow' || threads !== undefined)
      throw new LabError(
        'bad-input',
        'The lab is open in a window, which trains with an engine of its own.',
        'Leave out --engine, --backend and --threads, or close the window first.',
      )
    this.progress.note('The lab is open in a window, and does this there.')
    return this.#remote
  }

  /** Prints a result: `value` as JSON for programs, `text` for people. */
  print(value: unknown, text: string): void {
    process.stdout.write(
      this.options.json ? `${JSON.stringify(value, null, 2)}\n` : text.endsWith('\n') ? text : `${text}\n`,
    )
  }

  /** Closes the lab if it was opened. */
  close(): void {
    this.progress.clear()
    this.#remote?.close()
    this.#lab?.close()
    this.#lab = null
  }
}
